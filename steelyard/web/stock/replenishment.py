"""Replenishment: what the pages of policies, lots, discounts, joint orders, last buys and chains show."""

from dataclasses import dataclass

import polars as pl

from steelyard.errors import ChangeInvalid, NotAllowed, SteelyardError
from steelyard.inventory.stock_policy import MEASURES, RULES
from steelyard.plan.plan import Plan
from steelyard.plan.review.joint_orders import JointOrders, joint_orders
from steelyard.plan.review.last_buy import LastBuy, LastBuys, last_buys
from steelyard.plan.review.lot_sizing import AS_PLANNED, LotSheet, lot_sheet
from steelyard.plan.review.policies import BEST_BAND, BEST_LOT, PolicySheet, policy_sheet
from steelyard.plan.review.policy_check import Basis, Checked, Question, check_policy, checked_rules
from steelyard.plan.review.price_breaks import PriceBreaks, price_breaks
from steelyard.plan.review.serial_chain import SerialChain, serial_chain, serial_places
from steelyard.web.accounts.sight import sees_money
from steelyard.web.answers.answers import Answers
from steelyard.web.scorecard.charts import Option
from steelyard.web.stock import replenishment_pictures as pictures
from steelyard.web.stock.asked import Ask
from steelyard.web.stock.selectors import MEASURE_WORDS, review_of
from steelyard.web.ui.dates import period_words

ROWS = 100
RULE_WORDS = {
    **RULES,
    BEST_LOT: "reorder point and lot that cost least together, waiting counted",
    BEST_BAND: "levels that cost least at a look each period, waiting counted",
    AS_PLANNED: "the orders that the plan holds now",
}
SEEN_AS = {
    "cycle": "cycle_service", "fill_rate": "fill_rate", "ready_rate": "ready_rate", "backorder_cost": "cycle_service",
}  # fmt: skip
"""What of a simulation is held against a promise, by what the promise means."""
RULE_SIGNS = {
    "reorder_point": "(s, Q)", "min_max": "(s, S)", "order_up_to": "(R, S)", "reviewed_band": "(R, s, S)",
    "buffer": "DDMRP", "economic_order": "EOQ", "period_order": "POQ", "lot_for_lot": "L4L", "wagner_whitin": "WW",
    "silver_meal": "SM", "least_unit_cost": "LUC", "part_period": "PPB",
}  # fmt: skip
_sheets: Answers[PolicySheet] = Answers("Weighing policies", 8)
_lots: Answers[LotSheet] = Answers("Sizing lots", 8)
_tried: Answers[pl.DataFrame] = Answers("Trying policies", 16)
_buys: Answers[pl.DataFrame] = Answers("Weighing last buys", 8)
_chains: Answers[SerialChain] = Answers("Looking at a chain", 16)


@dataclass(frozen=True)
class Listing:
    """A window of rows."""

    rows: list[dict[str, object]]
    found: int
    page: int
    pages: int


def listing(frame: pl.DataFrame, ask: Ask) -> Listing:
    """The rows that contain the text, a page of them."""
    shown = frame
    if ask.text:
        columns = [c for c in ("item", "location", "supplier") if c in frame.columns]
        text = ask.text.lower()
        shown = frame.filter(
            pl.any_horizontal(pl.col(c).str.to_lowercase().str.contains(text, literal=True) for c in columns)
        )
    pages = max(-(-shown.height // ROWS), 1)
    page = min(max(ask.page, 1), pages)
    return Listing(shown.slice((page - 1) * ROWS, ROWS).to_dicts(), shown.height, page, pages)


def require_costs() -> None:
    """Refuse who does not see costs: all of replenishment is weighed by them.

    Raises:
        NotAllowed: The role of the person sees no costs.
    """
    if not sees_money("cost"):
        raise NotAllowed("Replenishment is weighed by costs, which your role does not see", mend="ask a supply planner")


def sheet_of(plan: Plan, cost: float) -> PolicySheet:
    """Policies side by side, kept as long as the plan is looked at."""
    require_costs()
    return _sheets.of(plan, lambda: policy_sheet(plan, order_cost=cost), cost)


def lots_of_plan(plan: Plan, cost: float) -> LotSheet:
    """Rules of lot sizing side by side, kept as long as the plan is looked at."""
    require_costs()
    return _lots.of(plan, lambda: lot_sheet(plan, order_cost=cost), cost)


def chain_of(plan: Plan, item: str, location: str) -> SerialChain:
    """The chain to a place of customers, kept as long as the plan is looked at."""
    require_costs()
    return _chains.of(plan, lambda: serial_chain(plan, item, location), item, location)


def breaks_of(plan: Plan, cost: float) -> PriceBreaks:
    """Quantity discounts of a plan."""
    require_costs()
    return price_breaks(plan, order_cost=cost)


def joint_of(plan: Plan, ask: Ask) -> JointOrders:
    """Joint orders of a plan."""
    require_costs()
    return joint_orders(plan, shared_cost=ask.shared_cost or 0.0, item_cost=ask.item_cost or 0.0)


def buys_of(plan: Plan) -> LastBuys:
    """Last buys of a plan."""
    require_costs()
    return last_buys(review_of(plan))


def last_buys_of(plan: Plan, ask: Ask) -> pl.DataFrame:
    """The last buy of everything that ends, kept as long as the plan is looked at."""
    season = ask.season
    return _buys.of(plan, lambda: buys_of(plan).table(season), season)


@dataclass(frozen=True)
class PlannedLevels:
    """Safety stock, reorder point and level to order up to as the plan has them at an item-location [units]."""

    period: str
    first: dict[str, float]
    """In the first period."""
    mean: dict[str, float]
    """In the mean of all periods."""
    demand: float
    """Mean requirement of a period, on which rules are weighed."""


def planned_levels(sheet: PolicySheet, row: int) -> PlannedLevels:
    """The plan's own levels of an item-location, beside which those of the rules stand."""
    held = {name: sheet.terms.rows(name)[:, row] for name in ("safety_stock", "reorder_point", "order_up_to")}
    return PlannedLevels(
        period_words(sheet.terms.plan.horizon.labels[0]),
        {name: float(values[0]) for name, values in held.items()},
        {name: float(values.mean()) for name, values in held.items()},
        float(sheet.terms.demand[row]),
    )


@dataclass(frozen=True)
class PoliciesPage:
    """Policies of all item-locations, or of one."""

    free: bool
    """Whether orders cost nothing anywhere, so that lots cannot be weighed."""
    chart: Option
    listing: Listing | None
    rules: list[dict[str, object]]
    promise: str
    """Promise of the item-location and what it means."""
    planned: PlannedLevels | None
    tried: Checked | None
    fault: str


def policies_page(plan: Plan, ask: Ask) -> PoliciesPage:
    """Gather what the page of policies shows.

    Raises:
        NotFound: The plan does not hold the item-location.
    """
    sheet = sheet_of(plan, ask.cost)
    free = not bool((sheet.terms.order_cost > 0).any())
    if not ask.place:
        chart = pictures.rules_picture(sheet.table.group_by("rule", maintain_order=True).agg(
            *(pl.col(name).sum() for name in ("ordering", "holding", "waiting"))
        ))  # fmt: skip
        return PoliciesPage(free, chart, listing(sheet.best, ask), [], "", None, None, "")
    rules = sheet.of_place(ask.item, ask.location)
    row = sheet.terms.row_of(ask.item, ask.location)
    level, measure = (float(sheet.terms.rows(name)[row]) for name in ("service_level", "service_measure"))
    tried, fault = None, ""
    if ask.rule:
        try:
            tried = check_policy(sheet, question_of(ask))
        except SteelyardError as wrong:
            fault = str(wrong)
    seen = tried_rules(plan, ask) if rules.height else pl.DataFrame({"rule": []}, schema={"rule": pl.String})
    joined = rules.join(
        seen.rename({n: f"seen_{n}" for n in seen.columns if n != "rule"}), on="rule", how="left",
        maintain_order="left",
    )  # fmt: skip
    named = MEASURES[int(measure)]
    shown = [{**_worded(one), "seen_service": one.get(f"seen_{SEEN_AS[named]}")} for one in joined.to_dicts()]
    promise = f"{100 * level:.1f} % {MEASURE_WORDS[named]}"
    return PoliciesPage(
        free, pictures.rules_picture(rules), None, shown, promise, planned_levels(sheet, row), tried, fault
    )  # fmt: skip


def tried_rules(plan: Plan, ask: Ask) -> pl.DataFrame:
    """Every rule of an item-location on the same simulated demand."""
    asked = Question(ask.item, ask.location, basis=_basis(ask))
    return _tried.of(plan, lambda: checked_rules(sheet_of(plan, ask.cost), asked), asked, ask.cost)


def question_of(ask: Ask) -> Question:
    """The policy that shall be tried.

    Raises:
        ChangeInvalid: A lot is not above zero.
    """
    return Question(
        ask.item, ask.location, ask.rule or "reorder_point", ask.reorder_point, ask.order_up_to, ask.lot,
        ask.review_days, basis=_basis(ask),
    )  # fmt: skip


@dataclass(frozen=True)
class LotsPage:
    """Lots of all item-locations, or of one."""

    free: bool
    chart: Option
    listing: Listing | None
    rules: list[dict[str, object]]
    course: list[dict[str, object]]


def lots_page(plan: Plan, ask: Ask) -> LotsPage:
    """Gather what the page of lot sizing shows.

    Raises:
        NotFound: The plan does not hold the item-location.
    """
    sheet = lots_of_plan(plan, ask.cost)
    free = not bool((sheet.terms.order_cost > 0).any())
    if not ask.place:
        totals = sheet.totals()
        shown = listing(sheet.best, ask)
        return LotsPage(
            free,
            pictures.lots_picture(totals.with_columns(pl.col("rule").replace({**RULE_SIGNS, AS_PLANNED: "plan"}))),
            shown,
            [_worded(one) for one in totals.to_dicts()],
            [],
        )
    rules, course = sheet.of_place(ask.item, ask.location), sheet.course(ask.item, ask.location)
    chart = pictures.orders_picture(course)
    return LotsPage(
        free,
        chart,
        None,
        [_worded(one) for one in rules.to_dicts()],
        course.rename({AS_PLANNED: "as_planned"}).to_dicts(),
    )


@dataclass(frozen=True)
class BuysPage:
    """Last buys of what ends, or of one item-location."""

    listing: Listing
    chart: Option
    one: LastBuy | None
    fault: str


def buys_page(plan: Plan, ask: Ask) -> BuysPage:
    """Gather what the page of last buys shows."""
    table = last_buys_of(plan, ask)
    one, fault = None, ""
    if ask.item or ask.location:
        try:
            one = last_buy_of(plan, ask)
        except SteelyardError as wrong:
            fault = str(wrong)
    return BuysPage(listing(table, ask), pictures.buys_picture(table), one, fault)


def last_buy_of(plan: Plan, ask: Ask) -> LastBuy:
    """The last buy that is asked for.

    Raises:
        ChangeInvalid: No item-location is named, or buying there makes no sense.
        NotFound: The plan does not hold it.
    """
    if not ask.place:
        raise ChangeInvalid("A last buy is of one item at one place", mend="enter both")
    return buys_of(plan).buy(ask.item, ask.location, ask.season, last=ask.last)


@dataclass(frozen=True)
class ChainPage:
    """A chain, and the places whose chains could be looked at."""

    places: list[dict[str, object]]
    chain: SerialChain | None
    rows: list[dict[str, object]]
    chart: Option | None
    saved: float
    shared: int
    """Stages that serve others, too."""
    beside: int
    """Suppliers of its stages that are not in it."""
    fault: str


def chain_page(plan: Plan, ask: Ask) -> ChainPage:
    """Gather what the page of a chain shows."""
    try:
        places = serial_places(plan).to_dicts()
    except SteelyardError as wrong:
        return ChainPage([], None, [], None, 0.0, 0, 0, str(wrong))
    if not ask.place:
        return ChainPage(places, None, [], None, 0.0, 0, 0, "")
    try:
        chain = chain_of(plan, ask.item, ask.location)
    except SteelyardError as wrong:
        return ChainPage(places, None, [], None, 0.0, 0, 0, str(wrong))
    best, now = chain.simulated
    table = chain.table()
    saved = 100.0 * (1.0 - best.mean / now.mean) if now.mean > 0 else 0.0
    return ChainPage(
        places,
        chain,
        table.to_dicts(),
        pictures.chain_picture(table),
        saved,
        chain.shared.height,
        chain.beside.height,
        "",
    )


def _worded(row: dict[str, object]) -> dict[str, object]:
    rule = str(row["rule"])
    name = rule.replace("_", " ")
    return {**row, "name": f"{name} {RULE_SIGNS.get(rule, '')}".strip(), "told": RULE_WORDS.get(rule, "")}


def _basis(ask: Ask) -> Basis:
    return "history" if ask.basis == "history" else "law"
