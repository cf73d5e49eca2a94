"""Standing model: a plan's supply model as it stands with no lever pulled, with the names and numbers levers need."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np

from steelyard.balancing.gap import served_on_time
from steelyard.errors import ChangeInvalid, PlanError
from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.grid.series import Scope
from steelyard.plan.balancing.terms import LeverTerms
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.supply import supply_model_of
from steelyard.plan.stages.engine import MODEL_ENGINES, check_exact_size
from steelyard.supply.model import SupplyModel
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places

FAMILY = "product_family"


@dataclass(frozen=True, eq=False)
class BalanceBase:
    """What levers are built and measured on.

    Args:
        plan: The plan.
        full: Its supply model with all that the data allow.
        bare: The same with no lever pulled: what the engine of the plan does not use by itself is shut.
        terms: What the company says about its levers.
    """

    plan: PlanNumbers
    full: SupplyModel
    bare: SupplyModel
    terms: LeverTerms

    @property
    def weighs_money(self) -> bool:
        """Whether the engine of the plan chooses overtime, sources and crews by itself."""
        return self.plan.inputs.parameters.supply_engine in MODEL_ENGINES

    @property
    def works_overtime(self) -> bool:
        """Whether the engine of the plan works the overtime that the data state by itself."""
        return self.weighs_money or works_overtime(self.plan)

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods."""
        return tuple(self.plan.horizon.labels)

    @property
    def places(self) -> int:
        """How many item-locations there are; their own sources are the first options."""
        return len(self.full.nodes.names)

    @property
    def supply(self) -> SupplyTerms:
        """Terms of supply of the plan."""
        return cast(SupplyTerms, self.plan.inputs.values["supply_terms"])

    @cached_property
    def family_names(self) -> tuple[str, ...]:
        """Names of the families."""
        series = self.plan.series("independent_demand")
        return tuple(str(name) for name in series.names(self.level))

    @property
    def level(self) -> str:
        """Level at which the gap is gathered: the family where there is one."""
        series = self.plan.series("independent_demand")
        return FAMILY if FAMILY in series.levels else series.keys[0]

    @cached_property
    def family(self) -> IntArray:
        """Family of each item-location."""
        return np.asarray(self.plan.series("independent_demand").codes(self.level), np.int64)

    @cached_property
    def items(self) -> IntArray:
        """Item of each item-location."""
        return np.asarray(self.plan.series("independent_demand").codes("item"), np.int64)

    @cached_property
    def row_of_series(self) -> IntArray:
        """Demand row of the supply model of each demand series."""
        classes = len(self.supply.class_names)
        code = self.place_of_series * classes + self.supply.customer_class
        return np.asarray(np.unique(code, return_inverse=True)[1], np.int64).reshape(-1)

    @cached_property
    def place_of_series(self) -> IntArray:
        """Item-location that serves each demand series."""
        starts = [start for start, _ in self.plan.series("independent_demand").cuts]
        parts = cast(Blocks, self.plan.inputs.values["place_of_demand"])
        return np.concatenate([part + start for part, start in zip(parts, starts, strict=True)]).astype(np.int64)

    @cached_property
    def late_or_lost(self) -> Array:
        """Units that customers ask for and do not get in that period, `[period, demand series]`.

        Counted by customer, as rations are: where one is served before what waits for another, it is in time.
        """
        asked = self.cells("demand_plan")
        due, got = asked - self.cells("turned_away"), self.cells("constrained_demand")
        waiting = np.maximum(np.cumsum(due - got, axis=0), 0.0)
        return np.asarray(asked - served_on_time(due, got, waiting))

    @cached_property
    def served(self) -> Array:
        """Units of each item-location's demand that the plan ships in time, `[period, place]`."""
        return np.asarray(self.asked - scatter_add(self.late_or_lost, self.place_of_series, self.places))

    @cached_property
    def asked(self) -> Array:
        """Units that customers ask of each item-location, those turned away included, `[period, place]`."""
        away = scatter_add(self.cells("turned_away"), self.place_of_series, self.places)
        return np.asarray(self.cells("independent_demand") + away)

    @cached_property
    def short_place(self) -> Array:
        """Units of each item-location's demand that the plan ships late or never, `[period, place]`."""
        return self.cells("independent_demand") - self.served

    @cached_property
    def short_row(self) -> Array:
        """The same by demand row, in proportion to what is asked, `[period, row]`."""
        asked, node = self.full.demand.quantity, self.full.demand.node
        whole = np.zeros((asked.shape[0], self.places))
        np.add.at(whole.T, node, asked.T)
        share = np.divide(self.short_place, whole, out=np.zeros_like(whole), where=whole > 0)
        return np.asarray(asked * np.clip(share, 0.0, 1.0)[:, node])

    @cached_property
    def touches_short(self) -> BoolArray:
        """Item-locations that are short, or that go into what is short."""
        network = cast(SupplyNetwork, self.plan.values["network"])
        found = self.short_place.sum(axis=0) > _CRUMB
        arcs = network.components
        consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
        for _ in range(network.depth):
            found[arcs.row[found[consumer]]] = True
        return np.asarray(found)

    @cached_property
    def work(self) -> Array:
        """Hours of each resource in a unit of each item-location, all that goes into it included."""
        return np.asarray(work_of_places(cast(SourceRows, self.plan.values["source_rows"])).todense())

    @cached_property
    def short_resources(self) -> BoolArray:
        """Resources of which the plan without limits asks more hours than there are."""
        return np.asarray(self.cells("overload").sum(axis=0) > _CRUMB)

    @cached_property
    def hours_per_unit(self) -> Array:
        """Hours in a unit of each item-location on the resources that are short."""
        return np.asarray(self.work[:, self.short_resources].sum(axis=1))

    @cached_property
    def price_of_place(self) -> Array:
        """Mean price of what a place sells, by planned demand, `[period, place]`."""
        demand = self.full.demand
        sold, worth = np.zeros((self.full.length, self.places)), np.zeros((self.full.length, self.places))
        np.add.at(sold.T, demand.node, demand.quantity.T)
        np.add.at(worth.T, demand.node, (demand.quantity * demand.price).T)
        return np.asarray(np.divide(worth, sold, out=np.zeros_like(worth), where=sold > 0))

    @cached_property
    def cost(self) -> Array:
        """Standard cost, `[period, place]`."""
        return self.cells("standard_cost")

    def rows_in(self, scope: Scope) -> BoolArray:
        """Demand rows of the supply model that hold a series in scope.

        Raises:
            ChangeInvalid: None does.
        """
        rows = np.zeros(len(self.full.demand.names), bool)
        rows[self.row_of_series[self.plan.series("demand_plan").select(scope)]] = True
        if not rows.any():
            raise ChangeInvalid("Nothing is asked for there", where=str(dict(scope)), mend="name members that are sold")
        return rows

    def cells(self, measure: str) -> Array:
        """A measure, `[period, series]`."""
        return join(self.plan.blocks(measure))


def balance_base(plan: PlanNumbers, terms: LeverTerms | None = None) -> BalanceBase:
    """Make the base of a plan.

    An engine by rule uses regular hours, first sources and the crews there are, and builds ahead as far as its own
    stock says; an engine that weighs money uses all that the data allow, so that only what goes beyond is a lever.

    Args:
        plan: The plan of a scenario.
        terms: What the company says about its levers; what the plan's parameters say by default.
    """
    full = supply_model_of(plan)
    stripped = full if plan.inputs.parameters.supply_engine in MODEL_ENGINES else _stripped(plan, full)
    return BalanceBase(plan, full, stripped, terms or LeverTerms.of(plan.inputs.parameters))


def is_large(model: SupplyModel) -> bool:
    """Whether a model is too large to be solved as a whole again and again."""
    try:
        check_exact_size(model)
    except PlanError:
        return True
    return False


def works_overtime(plan: PlanNumbers) -> bool:
    """Whether a plan by priority is told to work overtime."""
    knobs = plan.inputs.parameters
    return knobs.overtime_by_priority and knobs.supply_engine == "priority"


def _stripped(plan: PlanNumbers, full: SupplyModel) -> SupplyModel:
    """The model with nothing but regular hours, first sources, the crews there are and the stock of the plan."""
    options, resources, group = full.options, full.resources, full.workforce
    first = np.arange(len(options.names)) < len(full.nodes.names)
    most = np.where(first, options.maximum, 0.0)
    crew = np.broadcast_to(group.opening, group.maximum.shape)
    nothing = np.zeros_like(group.maximum)
    overtime = resources.overtime if works_overtime(plan) else np.zeros_like(resources.overtime)
    return replace(
        full,
        nodes=replace(full.nodes, maximum=_stock_limit(plan, full), excess_cost=_dear_stock(full)),
        options=replace(options, maximum=most, minimum=np.minimum(options.minimum, most)),
        resources=replace(
            resources, overtime=overtime, shift_limit=np.zeros_like(resources.shift_limit)
        ),
        workforce=replace(
            group, minimum=crew, maximum=crew, overtime_per_worker=np.zeros_like(group.overtime_per_worker),
            hire_limit=nothing, layoff_limit=nothing,
        ),
    )  # fmt: skip


def _stock_limit(plan: PlanNumbers, full: SupplyModel) -> Array:
    """Stock of what short resources make: as the plan has it, or its target; what else there is has no limit."""
    short = join(plan.blocks("overload")).sum(axis=0) > _CRUMB
    work = work_of_places(cast(SourceRows, plan.values["source_rows"])).todense()
    hours = np.asarray(work)[:, short].sum(axis=1)
    made = (full.options.kind[: hours.size] == _MAKE) & (hours > 0)
    stock = np.maximum(np.maximum(join(plan.blocks("projected_inventory")), full.nodes.target), 0.0)
    return np.asarray(np.where(made, stock, np.inf))


def _dear_stock(full: SupplyModel) -> Array:
    """Money per unit and period beyond that limit: more than any customer's waiting costs, so that it is a lever."""
    worth = np.zeros(len(full.nodes.names))
    rows = (full.demand.price + np.where(np.isfinite(full.demand.lost_cost), full.demand.lost_cost, 0.0)).max(axis=0)
    np.maximum.at(worth, full.demand.node, rows)
    return np.asarray(np.maximum(worth, worth.max(initial=1.0) * _PART)[None].repeat(full.length, axis=0))


_CRUMB = 1e-6
_MAKE = 0
_PART = 0.2
"""Part of the dearest sale that a unit of a component beyond its limit costs."""
