"""Supply review: the engines side by side on one plan, the strategies beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import cast

import numpy as np

from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import Array, Blocks, BoolArray, join
from steelyard.inventory.projection import fulfil_demand
from steelyard.kpi.formulas import served_on_time
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.model_options import NamedRows
from steelyard.plan.review.supply_model import consistent_costs, plan_supply_model
from steelyard.plan.stages.engine import MODEL_ENGINES, ModelEngine, finite_receipts, plan_model
from steelyard.supply.class_terms import unknown_classes
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.model import RESOURCE_KINDS, WORKED_BY_THE_HOUR, SupplyModel, consumed_nodes, laid_out
from steelyard.supply.model_findings import SHOWN, ModelFinding, model_findings
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import load_resources
from steelyard.supply.settle import settle
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.strategies import STRATEGIES, StrategyName
from steelyard.supply.supply_plan import ENGINES, Binding, Engine, SupplyPlan

Way = Engine | StrategyName
WAYS: tuple[Way, ...] = (*ENGINES, *STRATEGIES)
"""All ways to plan that can be set side by side: four engines and three strategies."""


@dataclass(frozen=True, eq=False)
class WayResult:
    """One way to plan, counted.

    Args:
        way: Engine or strategy.
        plan: What it decided.
        evaluation: What that costs and does.
        service: Share of demand that its own class of customer gets in the period it asks, classes by rank.
        fill_rate: Share of demand served when due at its item-location, whoever waits there, as the KPI of a plan.
        stock_value: Mean value of stock at standard cost.
        overload: Hours beyond all there are, of resources that are worked by the hour.
    """

    way: Way
    plan: SupplyPlan
    evaluation: Evaluation
    service: float
    fill_rate: float
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
    )  # fmt: skip
    found = (*model_findings(model), *(one for one in (*told, _unknown_classes(plan)) if one.rows))
    return tuple(sorted(found, key=lambda one: (one.severity, -one.rows)))


def _unknown_classes(plan: PlanNumbers) -> ModelFinding:
    known = cast(SupplyTerms, plan.values["supply_terms"]).class_names
    unknown = unknown_classes(plan.inputs.parameters.class_terms, known)
    return ModelFinding(
        "class_terms_name_classes_of_customer", "warning",
        "Terms are set for classes of customer that the data do not have; they do nothing",
        f"name one of {', '.join(known)}", len(unknown), unknown[:SHOWN],
    )  # fmt: skip


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
            found.append(_counted(plan, model, way, plan_way(plan, model, way), cost))
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


def way_fill_rate(plan: PlanNumbers, evaluation: Evaluation) -> float:
    """Fill rate that a plan has where it is planned in some way; the same number as the KPI of that plan.

    It ships from each item-location to whoever is due there, the longest waiting first, and knows no classes; what
    was turned away counts as asked for. The arithmetic is that of the measures shipments and backlog.

    Args:
        plan: The plan whose demand and stock are served.
        evaluation: What the way receives and consumes, `[period, item-location]`.

    Returns:
        Share of demand; 1 where nothing is asked for.
    """
    names = ("rescheduled_receipts", "expiring_stock", "opening_inventory", "independent_demand", "turned_away")
    ordered, expiring, opening, due, away = (join(cast(Blocks, plan.values[name])) for name in names)
    supply = ordered + evaluation.received - evaluation.consumed - expiring
    shipped = fulfil_demand(opening, supply, due)
    asked = float(due.sum() + away.sum())
    return float(served_on_time(due, shipped.shipments, shipped.backlog).sum()) / asked if asked else 1.0


def _counted(plan: PlanNumbers, model: SupplyModel, way: Way, made: SupplyPlan, cost: Array) -> WayResult:
    evaluation = evaluate(model, made.decisions)
    kinds = zip(model.resources.names, model.resources.kind.tolist(), strict=True)
    hourly = {name for name, kind in kinds if RESOURCE_KINDS[kind] in WORKED_BY_THE_HOUR}
    return WayResult(
        way=way,
        plan=made,
        evaluation=evaluation,
        service=evaluation.service(model),
        fill_rate=way_fill_rate(plan, evaluation),
        stock_value=float((evaluation.stock * cost).sum() / model.length),
        overload=sum(each.quantity for each in evaluation.elastic if each.kind == "hours" and each.what in hourly),
    )


def family_hours(plan: PlanNumbers, family: str = "") -> Array:
    """Hours that the receipts of a family take of each resource, `[period, resource]`; of all where none is named."""
    rows, receipts = (
        cast(SourceRows, plan.values["source_rows"]),
        join(cast(Blocks, plan.values["constrained_receipts"])),
    )
    if family:
        inside = (plan.inputs.series["item_location"].members["product_family"] == family).to_numpy()
        receipts = receipts * inside
    return load_resources(rows.bill, rows.planned(receipts)).load


def priced_way(found: Sequence[WayResult]) -> WayResult | None:
    """The strongest engine that says what hours are worth; None while there is none."""
    by_way = {one.way: one for one in found if one.plan.binding}
    return by_way.get("exact") or by_way.get("decomposition")


def hour_prices(found: Sequence[WayResult]) -> tuple[Binding, ...]:
    """What one more hour is worth, by the strongest engine that says so; dearest first by price x hours."""
    way = priced_way(found)
    return way.plan.binding if way else ()
