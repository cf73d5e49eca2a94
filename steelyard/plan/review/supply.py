"""Supply review: the engines side by side on one plan, the strategies beside them, and what-ifs on a live solver."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import Literal, cast

import numpy as np

from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import Array, Blocks, BoolArray, join
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.model_options import NamedRows
from steelyard.plan.review.supply_model import consistent_costs, plan_supply_model
from steelyard.plan.stages.engine import MODEL_ENGINES, ModelEngine, check_exact_size, finite_receipts, plan_model
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.model import SupplyModel, consumed_nodes, laid_out
from steelyard.supply.model_findings import SHOWN, ModelFinding, model_findings
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill, load_resources
from steelyard.supply.session import PlanSession
from steelyard.supply.settle import settle
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.strategies import STRATEGIES, StrategyName
from steelyard.supply.supply_plan import ENGINES, Binding, Engine, SupplyPlan

Way = Engine | StrategyName
Kind = Literal["capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source"]
WAYS: tuple[Way, ...] = (*ENGINES, *STRATEGIES)
"""All ways to plan that can be set side by side: four engines and three strategies."""


@dataclass(frozen=True, eq=False)
class WayResult:
    """One way to plan, counted.

    Args:
        way: Engine or strategy.
        plan: What it decided.
        evaluation: What that costs and does.
        service: Share of demand shipped in its own period.
        stock_value: Mean value of stock at standard cost.
        overload: Hours beyond all there are.
    """

    way: Way
    plan: SupplyPlan
    evaluation: Evaluation
    service: float
    stock_value: float
    overload: float

    @property
    def money(self) -> float:
        """Costs, without what is only counted to keep plans possible."""
        return self.evaluation.costs.total - self.evaluation.costs.elastic

    @property
    def possible(self) -> bool:
        """Whether the plan needs nothing that the data do not allow."""
        return self.evaluation.costs.elastic <= 0.0


def named_rows(plan: PlanNumbers) -> NamedRows:
    """Names of a plan's periods, item-locations and resources."""
    places = plan.inputs.series["item_location"].members
    return NamedRows(
        tuple(plan.horizon.labels),
        tuple(f"{item} at {location}" for item, location in places.select("item", "location").iter_rows()),
        tuple(plan.inputs.series["resource"].members["resource"].to_list()),
    )


def supply_model_of(plan: PlanNumbers) -> SupplyModel:
    """The supply model that all engines plan on, with names."""
    return laid_out(plan_supply_model(plan.values, named_rows(plan)))


def supply_findings(plan: PlanNumbers, model: SupplyModel) -> tuple[ModelFinding, ...]:
    """What in the data of a plan contradicts itself or had to be assumed to plan supply; errors first.

    Args:
        plan: The plan of a scenario.
        model: Its supply model.
    """
    terms = cast(SupplyTerms, plan.values["supply_terms"])
    costs = consistent_costs(
        cast(SupplyNetwork, plan.values["network"]), join(cast(Blocks, plan.values["standard_cost"]))
    )
    least, most = (join(cast(Blocks, plan.values[name])) for name in ("minimum_receipts", "maximum_receipts"))
    needed = _needed(model)
    told = (
        _told(
            model, (terms.kind < 0) & needed, "every_needed_item_location_has_a_source",
            "No source is known; it is planned as bought at standard cost",
            "add a source that makes, buys or brings it",
        ),
        _told(
            model, costs[1], "components_cost_no_more_than_what_is_made_of_them",
            "Components cost more than what is made of them; their cost is scaled until it fits",
            "check the unit of the purchase price, the quantity in the bill, or the standard cost",
        ),
        _told(
            model, np.asarray((least > most).any(axis=0)), "least_receipts_are_not_above_most_receipts",
            "The least new orders somebody set are above the most that are set; the least is kept",
            "lower the least receipts, raise the most receipts, or take one of the two changes back",
        ),
        _told(
            model, _co_products(plan, len(model.nodes.names)), "co_products_are_counted_by_engines_that_weigh_money",
            "Comes out beside something else; engines that weigh money do not count on it and may buy too much",
            "plan by priority where these quantities matter, or enter what comes out as scheduled receipts",
        ),
    )  # fmt: skip
    found = (*model_findings(model), *(one for one in told if one.rows))
    return tuple(sorted(found, key=lambda one: (one.severity, -one.rows)))


def _co_products(plan: PlanNumbers, nodes: int) -> BoolArray:
    """Item-locations that come out beside what is made."""
    parts = cast(SourceRows, plan.values["source_rows"]).network.components
    return np.bincount(parts.row[parts.quantity_per < 0], minlength=nodes)[:nodes] > 0


def _needed(model: SupplyModel) -> BoolArray:
    """Nodes that customers ask for or that are consumed."""
    asked = np.zeros(len(model.nodes.names), bool)
    asked[model.demand.node[model.demand.quantity.sum(axis=0) > 0]] = True
    return asked | consumed_nodes(model)


def _told(model: SupplyModel, broken: BoolArray, rule: str, message: str, mend: str) -> ModelFinding:
    rows = np.flatnonzero(broken).tolist()
    names = tuple(model.nodes.names[row] for row in rows[:SHOWN])
    return ModelFinding(rule, "warning", message, mend, len(rows), names)


def compare_ways(
    plan: PlanNumbers, ways: Sequence[Way] = WAYS, *, model: SupplyModel | None = None
) -> tuple[WayResult, ...]:
    """Plan in several ways and count all by the same evaluator; ways that the size forbids are left out.

    Args:
        plan: The plan of a scenario.
        ways: Engines and strategies.
        model: Its supply model, if it is there already.

    Raises:
        NotFound: There is no such way.
    """
    model = model or supply_model_of(plan)
    cost = join(cast(Blocks, plan.values["standard_cost"]))
    found = []
    for way in ways:
        try:
            found.append(_counted(model, way, plan_way(plan, model, way), cost))
        except PlanError as fault:
            if isinstance(fault, NotFound):
                raise
    return tuple(found)


def plan_way(plan: PlanNumbers, model: SupplyModel, way: Way) -> SupplyPlan:
    """Plan in one way.

    Raises:
        NotFound: There is no such way.
        PlanError: The plan is too large for the exact engine.
    """
    if way in MODEL_ENGINES:
        knobs = plan.inputs.parameters
        return plan_model(model, cast(ModelEngine, way), knobs.supply_goal, whole_lots=knobs.whole_lots)
    if way not in ENGINES:
        raise NotFound(f"There is no way to plan called {way}", mend=f"use {', '.join(WAYS)}")
    began = process_time()
    quantity = _main_receipts(model, finite_receipts(plan.values, finite=way == "priority"))
    decisions = settle(model, quantity)
    evaluation = evaluate(model, decisions)
    return SupplyPlan(
        engine=way,
        decisions=decisions,
        seconds=process_time() - began,
        objective=evaluation.objective,
        elastic=evaluation.elastic,
    )


def _main_receipts(model: SupplyModel, receipts: Array) -> Array:
    """Receipts by item-location as quantities of their main options, which stand first."""
    quantity = np.zeros((model.length, len(model.options.names)))
    quantity[:, : receipts.shape[1]] = receipts
    return quantity


def _counted(model: SupplyModel, way: Way, plan: SupplyPlan, cost: Array) -> WayResult:
    evaluation = evaluate(model, plan.decisions)
    return WayResult(
        way=way,
        plan=plan,
        evaluation=evaluation,
        service=evaluation.service(model),
        stock_value=float((evaluation.stock * cost).sum() / model.length),
        overload=sum(each.quantity for each in evaluation.elastic if each.kind == "hours"),
    )


def family_hours(plan: PlanNumbers, family: str = "") -> Array:
    """Hours that the receipts of a family take of each resource, `[period, resource]`; of all where none is named."""
    bill, receipts = cast(ResourceBill, plan.values["bill"]), join(cast(Blocks, plan.values["constrained_receipts"]))
    if family:
        inside = (plan.inputs.series["item_location"].members["product_family"] == family).to_numpy()
        receipts = receipts * inside
    return load_resources(bill, receipts).load


def hour_prices(found: Sequence[WayResult]) -> tuple[Binding, ...]:
    """What one more hour is worth, by the strongest engine that says so; dearest first by price x hours."""
    by_way = {one.way: one.plan.binding for one in found}
    return by_way.get("exact") or by_way.get("decomposition") or ()


KINDS = ("capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source")
"""Kinds of question."""


@dataclass(frozen=True)
class WhatIf:
    """A question to the supply model.

    Args:
        kind: capacity, demand, overtime_cost, unit_cost, lead_time or close_source.
        name: Resource, family or item-location asked about; empty for all.
        factor: What hours, demand or cost are multiplied by.
        periods: New lead time, for `lead_time`.
        first: First period, by number from 0.
        last: Last period.
    """

    kind: Kind
    name: str = ""
    factor: float = 1.0
    periods: int = 0
    first: int = 0
    last: int | None = None


@dataclass(frozen=True)
class WhatIfAnswer:
    """What a what-if does to the best plan."""

    objective_before: float
    objective_after: float
    service_before: float
    service_after: float
    stock_before: float
    stock_after: float
    seconds: float
    complete: bool
    """False where the solver ran out of time before or after: then the difference says nothing."""

    @property
    def gain(self) -> float:
        """Money that the what-if brings."""
        return self.objective_before - self.objective_after

    @property
    def profit_before(self) -> float:
        """Revenue less costs of the best plan."""
        return -self.objective_before

    @property
    def profit_after(self) -> float:
        """Revenue less costs after the what-if."""
        return -self.objective_after

    @property
    def service_change(self) -> float:
        """Share of demand more on time."""
        return self.service_after - self.service_before

    @property
    def stock_change(self) -> float:
        """Mean stock value more."""
        return self.stock_after - self.stock_before


def read_question(
    plan: PlanNumbers,
    kind: str,
    name: str = "",
    *,
    percent: float = 0.0,
    lead_time: int = 0,
    first: str = "",
    last: str = "",
) -> WhatIf:
    """Make a question out of what somebody typed.

    Raises:
        NotFound: There is no such kind of question.
        PlanError: A number is out of range.
        UnknownPeriod: The plan has no such period.
    """
    if kind not in KINDS:
        raise NotFound(f"There is no what-if called {kind}", mend=f"use {', '.join(KINDS)}")
    if percent < -100 or lead_time < 0:
        raise PlanError("A what-if takes away more than there is", mend="use a percentage from -100 up")
    horizon = plan.horizon
    return WhatIf(
        kind=cast(Kind, kind),
        name=name,
        factor=1.0 + percent / 100.0,
        periods=lead_time,
        first=horizon.position(first) if first else 0,
        last=horizon.position(last) if last else None,
    )


class SupplyWhatIf:
    """A live solver of one plan's supply model.

    Args:
        plan: The plan of a scenario.
        model: Its supply model, if it is there already.

    Raises:
        PlanError: The plan is too large for the exact engine.
    """

    def __init__(self, plan: PlanNumbers, model: SupplyModel | None = None) -> None:
        model = model or supply_model_of(plan)
        check_exact_size(model)
        self._plan, self.session = plan, PlanSession(model)
        self.base = self.session.plan()
        self._before = evaluate(model, self.base.decisions)

    def fits(self, model: SupplyModel) -> bool:
        """Whether a model is of the same things, so that the live solver can go on with it."""
        own = self.session.base
        parts = ("nodes", "options", "resources", "workforce", "demand")
        same = all(getattr(own, part).names == getattr(model, part).names for part in parts)
        return same and own.periods == model.periods

    def go_on(self, plan: PlanNumbers, model: SupplyModel) -> None:
        """Take another plan as the base, from the last solution on.

        Args:
            plan: A plan of the same things, such as one with other demand or capacity.
            model: Its supply model.
        """
        self._plan, self.base = plan, self.session.rebase(model)
        self._before = evaluate(model, self.base.decisions)

    def ask(self, question: WhatIf) -> WhatIfAnswer:
        """Solve a what-if from the last plan on, and take it back.

        Raises:
            ModelError: The model has no such resource or option.
            PlanError: The question does not fit.
        """
        self.session.reset()
        began = process_time()
        after = self._asked(question)
        evaluation, model = evaluate(self.session.model, after.decisions), self.session.model
        return WhatIfAnswer(
            objective_before=self.base.objective,
            objective_after=after.objective,
            service_before=self._before.service(self.session.base),
            service_after=evaluation.service(model),
            stock_before=self._stock_value(self._before),
            stock_after=self._stock_value(evaluation),
            seconds=process_time() - began,
            complete=self.base.complete and after.complete,
        )

    def _stock_value(self, evaluation: Evaluation) -> float:
        cost = join(cast(Blocks, self._plan.values["standard_cost"]))
        return float((evaluation.stock * cost).sum() / cost.shape[0])

    def _asked(self, question: WhatIf) -> SupplyPlan:
        session, window = self.session, slice(question.first, None if question.last is None else question.last + 1)
        match question.kind:
            case "capacity":
                return session.set_capacity(question.name, factor=question.factor, periods=window)
            case "demand":
                return session.set_demand(self._rows_of(question.name), factor=question.factor, periods=window)
            case "overtime_cost":
                return session.set_overtime_cost(slice(None), factor=question.factor)
            case "unit_cost":
                return session.set_unit_cost(self._options_of(question.name), factor=question.factor)
            case "lead_time":
                return session.set_lead_time(question.name, question.periods)
            case "close_source":
                return session.close_source(question.name, window)

    def _rows_of(self, family: str) -> BoolArray:
        """Demand rows of a family; all where none is named."""
        places = self._plan.inputs.series["item_location"].members
        rows = np.ones(len(self.session.model.demand.names), bool)
        if family:
            inside = (places["product_family"] == family).to_numpy()
            rows = inside[self.session.model.demand.node]
        if not rows.any():
            raise NotFound(f"No demand is asked of {family}", mend="name a product family of the plan")
        return rows

    def _options_of(self, family: str) -> BoolArray:
        places = self._plan.inputs.series["item_location"].members
        if not family:
            return np.ones(len(self.session.model.options.names), bool)
        inside = (places["product_family"] == family).to_numpy()
        return np.asarray(inside[self.session.model.options.node])
