"""Engine stage: what can be made, bought and moved, planned by the engine that the plan asks for."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from steelyard.errors import PlanError
from steelyard.grid.block import Array, Blocks, cut, freeze, join
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.plan.review.supply_model import MODEL_INPUTS, plan_supply_model
from steelyard.plan.stages.supply import FiniteStage, finite_plan, shared_outcome
from steelyard.supply.decomposition import plan_decomposed, usual_passes
from steelyard.supply.evaluate import consumed_units, evaluate
from steelyard.supply.exact import needs_whole, plan_exact
from steelyard.supply.finite import FinitePlan
from steelyard.supply.goals import Goal, plan_goal
from steelyard.supply.layout import cuts_of
from steelyard.supply.model import SupplyModel
from steelyard.supply.strategies import plan_strategy
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.whole import plan_whole

Values = Mapping[str, Value]
ModelEngine = Literal["decomposition", "exact", "level", "chase", "hybrid"]
MODEL_ENGINES = get_args(ModelEngine)
"""What plans on the supply model; the others are the finite stage."""

LARGEST_EXACT = 400_000
"""Columns up to which the exact engine ends in about a minute; above, the decomposition plans with a proven gap."""
_GAP = 0.002
_CRUMB = 1e-9
"""Share of the hours used that is rounding."""
_WHOLE_GAP, _WHOLE_SECONDS = 1e-3, 30.0
"""When the search for whole numbers is good enough, and when it ends in any case."""
_FINITE = FiniteStage()
_OWN = (*(name for name in MODEL_INPUTS if name not in _FINITE.inputs), "supply_engine", "supply_goal")


@dataclass(frozen=True)
class EngineStage:
    """The constrained plan: by priority (or infinite), or by an engine that weighs money on the supply model."""

    inputs: tuple[str, ...] = (*_FINITE.inputs, *_OWN)
    outputs: tuple[str, ...] = (*_FINITE.outputs, "hour_price", "overtime_hours")

    @property
    def name(self) -> str:
        """Where it lives."""
        return "steelyard.plan.stages.engine.EngineStage"

    @property
    def formula(self) -> str:
        """What it does, in words."""
        return "\n\n".join((_FINITE.formula, inspect.getdoc(plan_decomposed) or "", inspect.getdoc(plan_exact) or ""))

    def full(self, values: Values) -> NetworkOutcome:
        """Plan all rows."""
        engine = _engine(values)
        if engine in MODEL_ENGINES:
            return _by_model(values, cast(ModelEngine, engine))
        return _with_prices(_FINITE.full(_for_finite(values)), values)

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Plan again what follows from the dirty inputs; blocks whose numbers stay are shared."""
        old, new = _engine(before), _engine(values)
        if old != new or new in MODEL_ENGINES:
            return shared_outcome(self.full(values), previous)
        if _FINITE.stays(values, before, dirty):
            return previous
        fresh = _FINITE.update(_for_finite(values), previous, _for_finite(before), dirty)
        whole = NetworkOutcome({**previous.values, **fresh.values}, fresh.state)
        return shared_outcome(_with_prices(whole, values), previous)


def plan_model(
    model: SupplyModel, engine: ModelEngine, goal: Goal = "profit", *, whole_lots: bool = False
) -> SupplyPlan:
    """Plan a supply model by an engine that weighs money, or by a strategy.

    Args:
        model: The supply model.
        engine: decomposition, exact, or the name of a strategy.
        goal: What the exact engine puts first.
        whole_lots: Whether it ends with whole workers, shifts and lots; for the goal profit.

    Raises:
        PlanError: The model is too large to be planned exactly.
    """
    if engine == "decomposition":
        return plan_decomposed(model, gap=_GAP, passes=usual_passes(model), seconds=np.inf)
    if engine != "exact":
        return plan_strategy(model, engine).plan
    check_exact_size(model)
    if whole_lots and goal == "profit" and needs_whole(model):
        return plan_whole(model, gap=_WHOLE_GAP, seconds=_WHOLE_SECONDS)
    return plan_goal(model, goal)


def check_exact_size(model: SupplyModel) -> None:
    """Refuse a model that the exact engine cannot plan in reasonable time.

    Raises:
        PlanError: It is too large.
    """
    columns = model.length * (len(model.options.names) + 2 * len(model.nodes.names) + 2 * len(model.demand.names))
    if columns > LARGEST_EXACT:
        what = f"About {columns:,} unknowns are too many to plan exactly in reasonable time"
        raise PlanError(what, mend="set supply_engine to decomposition, or plan fewer items or periods")


def finite_receipts(values: Values, *, finite: bool) -> Array:
    """Receipts by priority, or without limits, whatever engine the plan asks for, `[period, place]` [units]."""
    outcome = _FINITE.full(_Finite(values, finite))
    return join(cast(Blocks, outcome.values["constrained_receipts"]))


def priority_plan(values: Values) -> FinitePlan:
    """The plan by priority with its moves and gates, whatever engine the plan asks for; sources are rows of their own.

    Args:
        values: Inputs and measures of the plan.
    """
    return finite_plan(_Finite(values, True))


def _engine(values: Values) -> str:
    engine = str(values["supply_engine"])
    return engine if values["finite_capacity"] else "infinite"


def _for_finite(values: Values) -> Values:
    """The values as the finite stage reads them: loading is infinite where the engine is."""
    return _Finite(values, _engine(values) != "infinite")


class _Finite(dict[str, Value]):
    """Values in which one setting is replaced."""

    def __init__(self, values: Values, finite: bool) -> None:
        super().__init__({name: values[name] for name in _FINITE.inputs})
        self["finite_capacity"] = finite


def _with_prices(outcome: NetworkOutcome, values: Values) -> NetworkOutcome:
    """Engines that do not weigh money have no hour prices; the plan by priority works overtime where it is told to."""
    available = cast(Blocks, values["capacity_available"])[0]
    none = (freeze(np.zeros_like(available)),)
    overtime = none
    if values["overtime_by_priority"] and _engine(values) == "priority":
        load = cast(Blocks, outcome.values["constrained_load"])[0]
        over = load - available
        overtime = (freeze(np.where(over > _CRUMB * load, over, 0.0)),)
    return NetworkOutcome({**outcome.values, "hour_price": none, "overtime_hours": overtime}, outcome.state)


def _by_model(values: Values, engine: ModelEngine) -> NetworkOutcome:
    model = plan_supply_model(values)
    plan = plan_model(model, engine, cast(Goal, values["supply_goal"]), whole_lots=bool(values["whole_lots"]))
    _check_complete(plan)
    receipts = evaluate(model, plan.decisions)
    cuts = cuts_of(cast(Blocks, values["planned_receipts"]))
    planned = np.concatenate(cast(Blocks, values["planned_receipts"]), axis=1)
    short = np.maximum(np.cumsum(planned, axis=0) - np.cumsum(receipts.received, axis=0), 0.0)
    over = np.maximum(cast(Blocks, values["capacity_load"])[0] - cast(Blocks, values["capacity_available"])[0], 0.0)
    price = plan.hour_price if plan.hour_price is not None else np.zeros(over.shape)
    return NetworkOutcome(
        {
            "constrained_receipts": cut(receipts.received, cuts),
            "constrained_releases": cut(released_units(model, plan.decisions.quantity), cuts),
            "component_issues": cut(consumed_units(model, plan.decisions.quantity), cuts),
            "shortage_quantity": cut(short, cuts),
            "constrained_load": (freeze(receipts.load),),
            "overload": (freeze(over),),
            "hour_price": (freeze(price),),
            "overtime_hours": (freeze(plan.decisions.overtime),),
        }
    )


def _check_complete(plan: SupplyPlan) -> None:
    """Refuse a plan that a clock cut short: the same inputs would give other numbers another day.

    Raises:
        PlanError: The engine ran out of time.
    """
    if not plan.complete:
        mend = "set supply_engine to decomposition, or plan fewer items or periods"
        raise PlanError(f"The engine {plan.engine} ran out of time", mend=mend)


def released_units(model: SupplyModel, quantity: Array) -> Array:
    """Receipts by the period in which they start, `[period, node]` [units].

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]`.
    """
    out = np.zeros((model.length, len(model.nodes.names)))
    for lead in np.unique(model.options.lead_time).tolist():
        chosen = np.flatnonzero(model.options.lead_time == lead)
        part = quantity[lead:, chosen]
        for number, option in enumerate(chosen.tolist()):
            out[: part.shape[0], model.options.node[option]] += part[:, number]
    return out
