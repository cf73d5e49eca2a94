"""Parameters: the knobs of a plan, each with its meaning, unit and range."""

from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, get_args

from steelyard.demand.segment_policy import EFFORT, METHOD, SERVICE, SegmentPolicy
from steelyard.demand.stream import read_precedence, read_weight_rules
from steelyard.errors import ChangeInvalid
from steelyard.finance.allocation import AllocationRule
from steelyard.inventory.stock_policy import read_class_policies
from steelyard.plan.inputs.parameter_range import OPTIONAL, RANGES
from steelyard.supply.class_terms import read_class_terms
from steelyard.supply.ranking import SupplyRanking

ForecastLevel = Literal["item_location", "demand"]
AbcBy = Literal["revenue", "margin"]
CustomerLevel = Literal["customer", "territory", "channel"]
SupplyEngine = Literal["infinite", "priority", "decomposition", "exact", "level", "chase", "hybrid"]
SupplyGoal = Literal["profit", "delivery", "fair_share"]
CostBasis = Literal["stated", "rolled_up"]
ForecastMode = Literal["fast", "auto"]
StockBasis = Literal["ending", "average"]
RateBasis = Literal["period", "day"]
EndBacklog = Literal["lost", "forbidden"]
SubcontractMaterial = Literal["included", "provided"]
Reconciliation = Literal["structural", "shrunk", "top_down", "bottom_up"]


@dataclass(frozen=True)
class PlanParameters:
    """Settings of the model; a change of kind *parameter* sets one of them in a scenario."""

    horizon: int = 18
    """Periods planned ahead, 1 to 260."""
    history: int = 60
    """Periods of history used at most, 1 to 520."""
    forecast_level: ForecastLevel = "item_location"
    """Where the statistical forecast is made: by item and location and then split, or by each series."""
    forecast_mode: ForecastMode = "fast"
    """How the statistical forecast is made: fast takes the mean of two methods, auto weighs six by backtests."""
    extra_methods: str = ""
    """Forecast methods beside those of the mode, such as `statsforecast_dot lightgbm`; names of the method register."""
    reconciliation: Reconciliation = "structural"
    """How forecasts of all levels are made to add up: structural trusts a node the less per unit the more series it
    has, shrunk weighs by the errors of the past, top_down lets the total decide, bottom_up the series."""
    customer_level: CustomerLevel = "customer"
    """Level of the customer hierarchy at which demand is planned."""
    service_level_a: float = 0.98
    """Cycle service level of A items, 0.5 to 0.9999."""
    service_level_b: float = 0.95
    """Cycle service level of B items, 0.5 to 0.9999."""
    service_level_c: float = 0.90
    """Cycle service level of C items, 0.5 to 0.9999."""
    abc_cut_a: float = 0.80
    """Share of revenue that A items make together, 0 to 1."""
    abc_cut_b: float = 0.95
    """Share of revenue that A and B items make together, 0 to 1."""
    abc_by: AbcBy = "revenue"
    """What ABC ranks items by: revenue or margin."""
    xyz_cut_x: float = 0.5
    """Variation that neither season nor trend explains, as a share of the mean, up to which an item is X, 0 to 10."""
    xyz_cut_y: float = 1.0
    """The same up to which an item is Y, 0 to 10."""
    adi_cut: float = 1.32
    """Average interval between demands from which demand is intermittent or lumpy, 1 to 100 periods."""
    cv2_cut: float = 0.49
    """Squared variation of demand sizes from which demand is erratic or lumpy, 0 to 100."""
    new_periods: int = 12
    """Periods since the first demand below which an item is new, 1 to 120."""
    segment_service: str = SERVICE
    """Service class of the segments AX AY AZ BX BY BZ CX CY CZ, a letter A, B or C each."""
    segment_review: str = EFFORT
    """Review effort of the nine segments: F full, E by exception, N automatic."""
    segment_method: str = METHOD
    """Method route of the nine segments: A as the history asks for, L without trend."""
    default_lead_time_days: float = 14.0
    """Lead time where no source states one, days, 0 to 1000."""
    price_periods: int = 12
    """Past periods that say what is usual: realised price, ABC class, split of the budget, 1 to 120."""
    split_periods: int = 12
    """Past periods whose sales split an item's forecast over its customers, 1 to 120."""
    rebase_level_shifts: bool = True
    """Whether history before a level shift is moved to the level after it."""
    price_response: bool = True
    """Whether planned prices move demand by the elasticity that history shows."""
    indicators: bool = True
    """Whether series from outside that have proven themselves move the forecast."""
    netting_backward: int = 0
    """Periods before an open order whose forecast it may consume, 0 to 12."""
    netting_forward: int = 0
    """Periods after an open order whose forecast it may consume, 0 to 12."""
    finite_capacity: bool = True
    """Whether supply is limited by capacity and components; otherwise loading is infinite."""
    supply_engine: SupplyEngine = "priority"
    """Who plans supply: infinite ignores limits, priority serves by class, decomposition and exact weigh money; level,
    chase and hybrid plan by rule, whether there are hours for it or not."""
    supply_goal: SupplyGoal = "profit"
    """What the exact engine puts first: profit, delivery by class of customer, or a fair share inside each class."""
    supply_ranking: SupplyRanking = "margin_per_bottleneck_hour"
    """Who gets scarce hours first within a class when supply is planned by priority: the longest waiting, what earns
    most in an hour of the bottleneck, or all in proportion to what they lack (fair_share)."""
    overtime_by_priority: bool = False
    """Whether the plan by priority works overtime, where the data state its price and what is late earns more."""
    whole_lots: bool = False
    """Whether the exact engine ends with whole workers, shifts and lots, in a second pass that keeps the bound."""
    stock_basis: StockBasis = "ending"
    """Stock that costs holding where engines weigh money: what is there at period end, or the average of its opening
    and ending."""
    hold_above_target: bool = False
    """Whether holding is charged on the stock above its target only."""
    undertime_paid: bool = False
    """Whether regular hours of machines and labour are paid whether they are used or not, at their stated cost."""
    backlog_allowed: bool = True
    """Whether customers wait; where not, what is not there in its period is a lost sale where engines weigh money."""
    end_backlog: EndBacklog = "lost"
    """What waits after the last period: lost, priced as lost sales, or forbidden."""
    rate_increase_cost: float = 0.0
    """What each unit by which production rises on the period before weighs, as a share of standard cost, 0 to 10."""
    rate_decrease_cost: float = 0.0
    """The same for each unit by which production falls, 0 to 10."""
    rate_basis: RateBasis = "period"
    """The rate of production whose change costs: units per period, or units per calendar day."""
    whole_rate: bool = False
    """Whether rates are rounded to whole units before their change is priced; for plans that are counted, not for what
    engines weigh."""
    idle_workers: bool = True
    """Whether workers may be idle; where not, all their regular hours are used."""
    whole_output: bool = False
    """Whether what workers make by the strategies level, chase and hybrid is rounded to whole units."""
    subcontract_material: SubcontractMaterial = "included"
    """Whether the price of a further source that sells what is made here has the material in it; provided takes the
    components of the bill from stock."""
    allocation_rule: AllocationRule = "fair_share"
    """Who is served where a location cannot ship all: fair_share gives all of one rank the same share of what is due,
    profit ranks by margin per unit; a rank that somebody sets goes before."""
    frozen_periods: int = 0
    """First periods in which no order is planned or moved, 0 to 52."""
    planning_fence_periods: int = 0
    """First periods in which only planners make new orders, 0 to 52; those that are not firm may be moved."""
    source_preference: float = 0.0
    """What each step of priority of a source weighs beside money, as a share of standard cost, 0 to 10; at 0 money
    decides and priority settles ties."""
    quota_weight: float = 0.1
    """What a unit beside the quota of its source weighs, as a share of standard cost, 0 to 10."""
    stability_weight: float = 0.0
    """What a unit more or less than in the plan approved last weighs, as a share of standard cost, 0 to 10."""
    approved_plan: str = ""
    """Id of the published plan from which changes weigh; empty is none."""
    holding_rate: float = 0.24
    """Cost of holding stock for a year where no table says, as a share of its value, 0 to 2."""
    shortfall_factor: float = 2.5
    """A unit short of its stock target costs so many times what holding it costs, 0 to 100."""
    backlog_rate: float = 0.12
    """Cost of a unit that waits a month, as a share of its price, 0 to 10."""
    goodwill_rate: float = 0.25
    """Cost of a lost unit beside its margin, as a share of its price, 0 to 10."""
    class_terms: str = ""
    """What differs by class of customer (the channel), such as `Retail: backlog 0.3, goodwill 0.5, rank 1; Web: backlog
    0.05`: rates as in backlog_rate and goodwill_rate, and who goes first where service goes before money."""
    overtime_premium: float = 0.5
    """What an hour of overtime costs beyond a regular one where no table says, as a share of that, 0 to 5."""
    statistical_weight: float = 1.0
    """Weight of unconstrained demand in the consensus, 0 to 1."""
    sales_weight: float = 1.0
    """Weight of the sales forecast in the consensus, 0 to 1; 0 is not heard."""
    marketing_weight: float = 1.0
    """Weight of the marketing forecast in the consensus, 0 to 1."""
    customer_weight: float = 1.0
    """Weight of the customers' forecast in the consensus, 0 to 1."""
    finance_weight: float = 0.0
    """Weight of finance's forecast in the consensus, 0 to 1; by default it is only held against the others."""
    stream_weights: str = ""
    """Weights of slices, by ABC class and planned periods, such as `A 1-3: customer 1, sales 0.5; C: sales 0`."""
    stream_precedence: str = ""
    """Streams that are heard first, such as `customer > sales, marketing`; empty weighs all together."""
    launch_ramp_periods: int = 6
    """Periods until a launch of the extract sells its full volume, 1 to 60."""
    launch_prior_periods: float = 3.0
    """Actuals of a launch that count as much as its like-items, 0.5 to 60."""
    launch_settled_periods: int = 24
    """Actuals after which a launch is forecast by its own history alone, 1 to 120."""
    stock_policies: str = ""
    """Stock policies by ABC or ABC/XYZ class, such as `A: fill_rate 0.99; CZ: 0.85 gamma review 7 min_max`."""
    order_cost: float = 0.0
    """Money for each order, which sets the economic order quantity; 0 orders what a review interval needs."""
    seasonal_safety_stock: bool = False
    """Whether safety stock follows the season: the forecast error grows and shrinks with the demand to come."""
    error_window: int = 0
    """Past periods whose forecast errors set safety stock, 0 to 120; 0 takes all of history."""
    error_smoothing: float = 0.0
    """Weight of the newest forecast error where safety stock follows smoothed errors, 0 to 0.9; 0 leaves it to the
    window."""
    multi_echelon: bool = False
    """Whether safety stock is placed where in the network it costs least, instead of everywhere on its own."""
    customer_payment_days: float = 45.0
    """Days until a customer pays where its master does not say, 0 to 365."""
    supplier_payment_days: float = 30.0
    """Days until a supplier is paid where its master does not say, 0 to 365."""
    cost_basis: CostBasis = "stated"
    """Standard cost: as stated, and rolled up where nothing is; or rolled_up from bills, hours, rates and prices."""
    overhead_rate: float = 0.2
    """Overhead of a rolled-up cost for each unit of money of conversion, 0 to 10."""
    fixed_conversion: float = 0.0
    """Share of conversion cost that does not grow with volume, 0 to 1."""
    fixed_overhead: float = 1.0
    """Share of overhead that does not grow with volume, 0 to 1."""
    discount_rate: float = 0.08
    """What capital costs a year, by which later cash counts less, 0 to 1."""
    plan_rate: str = "plan"
    """Type of currency rate used to plan in the base currency."""
    budget_version: str = "budget"
    """Version of the budget the plan is held against."""
    tax_rate: str = ""
    """Tax on profit after interest, as a share, 0 to 1; a loss takes tax back. Empty: not set, and no tax is shown."""
    interest_rate: str = ""
    """Interest on `debt` a year, as a share, 0 to 1. Empty: not set, and no interest is shown."""
    debt: str = ""
    """Money borrowed, in base currency; below zero is money lent. Empty: not set, and no interest is shown."""
    fiscal_year_start: int = 0
    """Month in which the fiscal year begins, 1 to 12; the year is named after its last month. 0 leaves it to the period
    table, or else to the calendar year."""
    lever_overtime_lead: float = 0.0
    """Periods from deciding on overtime to the first hour, 0 to 60."""
    lever_shift_lead: float = 1.0
    """Periods until a further shift works, 0 to 60."""
    lever_hire_lead: float = 2.0
    """Periods until somebody hired now works, 0 to 60."""
    lever_layoff_lead: float = 2.0
    """Periods until somebody laid off now leaves, 0 to 60."""
    lever_assumed_overtime: float = 0.1
    """Overtime as a share of regular hours where the data state none, 0 to 2; 0 leaves it out."""
    lever_assumed_hour_cost: float = 30.0
    """Money of a regular hour where the data state none, base currency."""
    lever_expedite_premium: float = 0.15
    """Money to have a unit a period earlier, as a share of its standard cost, 0 to 10."""
    lever_freight_share: float = 0.03
    """Money to move a unit between sites, as a share of its standard cost, 0 to 10."""
    lever_transit_periods: float = 1.0
    """Periods that stock is under way between sites, 0 to 60."""
    lever_build_ahead_periods: float = 6.0
    """Periods of demand that may be built ahead, 0 to 60."""
    lever_price_step: float = 0.05
    """Largest rise of a price, as a share, 0 to 1."""
    lever_elasticity: float = 0.0
    """Elasticity where history shows none, -10 to 0; 0 leaves prices alone there."""
    lever_shift_share: float = 0.3
    """Part of a period's demand whose customers would take it a period earlier or later, 0 to 1."""
    lever_shift_incentive: float = 0.03
    """What they are offered for it, as a share of the price, 0 to 1."""
    lever_substitution_share: float = 0.3
    """Part of a period's demand whose customers would take the substitute, 0 to 1."""
    lever_substitution_incentive: float = 0.05
    """What they are offered for it, as a share of the price, 0 to 1."""
    lever_promotion_reach: float = 2.0
    """Periods by which a planned promotion may move to either side, 0 to 24."""
    lever_residual: float = 0.005
    """Share of demand that may stay open for a gap to count as closed, 0 to 1."""

    def __post_init__(self) -> None:
        for name, low, high in RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ChangeInvalid(f"The parameter {name} is {value:g}", mend=f"use a value from {low:g} to {high:g}")
        for name, choices in _CHOICES:
            if getattr(self, name) not in get_args(choices):
                known = ", ".join(get_args(choices))
                raise ChangeInvalid(f"The parameter {name} is {getattr(self, name)!r}", mend=f"use one of {known}")

        for name, low, high in OPTIONAL:
            _check_optional(name, getattr(self, name), low, high)
        read_class_policies(self.stock_policies)
        read_class_terms(self.class_terms)
        read_weight_rules(self.stream_weights)
        read_precedence(self.stream_precedence)
        self._check_segments()

    def _check_segments(self) -> None:
        SegmentPolicy(self.segment_service, self.segment_review, self.segment_method)  # it refuses what it cannot read
        for low, high in (("abc_cut_a", "abc_cut_b"), ("xyz_cut_x", "xyz_cut_y")):
            if getattr(self, low) > getattr(self, high):
                raise ChangeInvalid(
                    f"The parameter {low} ({getattr(self, low):g}) is above {high} ({getattr(self, high):g})",
                    mend="let the cut-offs rise",
                )

    @property
    def policy(self) -> SegmentPolicy:
        """What each segment asks of people, methods and stock."""
        return SegmentPolicy(self.segment_service, self.segment_review, self.segment_method)

    def with_value(self, name: str, value: object) -> "PlanParameters":
        """The same parameters with one of them changed.

        Raises:
            ChangeInvalid: No parameter has the name, or the value is outside its range or of the wrong type.
        """
        types = {entry.name: type(getattr(self, entry.name)) for entry in fields(self)}
        if name not in types:
            near = get_close_matches(name, types, 1)
            raise ChangeInvalid(f"There is no parameter {name!r}", mend=f"use {near[0] if near else ', '.join(types)}")
        try:
            return replace(self, **{name: _converted(value, types[name])})
        except (TypeError, ValueError) as fault:
            wanted = _SPOKEN.get(types[name], types[name].__name__)
            raise ChangeInvalid(f"{value!r} does not fit the parameter {name}", mend=f"give {wanted}") from fault


_SPOKEN = {float: "a number", int: "a whole number", bool: "true or false", str: "a word"}
"""Types of parameters as people say them."""


def optional_number(text: str) -> float | None:
    """A number that may be left out; None where it is not set.

    Example:
        >>> optional_number("0.25"), optional_number("")
        (0.25, None)
    """
    return float(text) if text.strip() else None


def _check_optional(name: str, text: str, low: float, high: float) -> None:
    try:
        value = optional_number(text)
    except ValueError:
        value = float("nan")
    if value is not None and not low <= value <= high:
        mend = f"use a value from {low:g} to {high:g}, or leave it empty"
        raise ChangeInvalid(f"The parameter {name} is {text!r}", mend=mend)


def read_flag(value: object) -> bool:
    """Read yes or no.

    Raises:
        ValueError: The word is neither.

    Example:
        >>> read_flag("no"), read_flag(1.0)
        (False, True)
    """
    word = str(value).strip().lower()
    if word in ("true", "yes", "1", "1.0"):
        return True
    if word in ("false", "no", "0", "0.0"):
        return False
    raise ValueError(f"{value!r} is neither yes nor no")


def _converted(value: object, kind: type) -> Any:
    if kind is bool:
        return read_flag(value)
    if kind is int and not float(str(value)).is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    return int(float(str(value))) if kind is int else kind(value)


_CHOICES = (
    ("abc_by", AbcBy),
    ("forecast_level", ForecastLevel),
    ("customer_level", CustomerLevel),
    ("forecast_mode", ForecastMode),
    ("reconciliation", Reconciliation),
    ("supply_engine", SupplyEngine),
    ("supply_goal", SupplyGoal),
    ("supply_ranking", SupplyRanking),
    ("stock_basis", StockBasis),
    ("rate_basis", RateBasis),
    ("end_backlog", EndBacklog),
    ("subcontract_material", SubcontractMaterial),
    ("allocation_rule", AllocationRule),
    ("cost_basis", CostBasis),
)
