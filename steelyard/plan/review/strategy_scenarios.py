"""Strategy scenarios: level, chase and hybrid beside the optimum, in a table and as scenarios made in one step."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from steelyard.plan.review.supply import Way, WayResult, supply_model_of
from steelyard.plan.scenario import Scenario
from steelyard.plan.stages.engine import check_exact_size
from steelyard.plan.workspace import Workspace
from steelyard.supply.model import SupplyModel, over_periods
from steelyard.supply.strategies import STRATEGIES

OPTIMA: tuple[Way, ...] = ("exact", "decomposition")
"""Engines that stand for the optimum, the stronger one first."""
_NOTES = {
    "level": "Level: the rate of production stays the same.",
    "chase": "Chase: each period makes what it needs.",
    "hybrid": "Hybrid: a level rate, and overtime or the next source for the rest.",
    "optimum": "The optimum beside the strategies.",
}


def strategy_table(model: SupplyModel, found: Sequence[WayResult]) -> pl.DataFrame:
    """Cost, stock, workforce and load of the strategies next to the optimum.

    Args:
        model: The supply model of the plan.
        found: Ways to plan that are worked out; of the engines the strongest that weighs money counts.

    Returns:
        Columns strategy, way, profit, cost, people_cost (wages, hiring, laying off, overtime, shifts), fill_rate,
        on_time (by class of customer), mean_stock (value), workers_least, workers_most (empty without crews), hired,
        laid_off, load (share of regular, shift and workers' hours used), overtime_hours, hours_too_many, possible.
    """
    by_way = {one.way: one for one in found}
    best = next((way for way in OPTIMA if way in by_way), None)
    asked: list[tuple[str, Way]] = [(name, name) for name in STRATEGIES if name in by_way]
    rows = [_row(model, name, by_way[way]) for name, way in (*asked, *([("optimum", best)] if best else []))]
    return pl.DataFrame(rows, infer_schema_length=None)


def make_strategies(workspace: Workspace, base: str, *, actor: str, at: datetime) -> tuple[str, ...]:
    """Branch a scenario for each strategy and one for the optimum; those that are there already stay as they are.

    Args:
        workspace: The workspace.
        base: The scenario they start from.
        actor: Who makes them.
        at: When.

    Returns:
        Names of all four, the optimum first.

    Raises:
        PlanError: A scenario has such a name and is planned otherwise.
    """
    engines = engines_of(workspace.scenario(base))
    names = {kind: strategy_name(base, kind) for kind in engines}
    known = {one.name for one in workspace.scenarios(archived=True)}
    taken = [name for kind, name in names.items() if name in known and _engine(workspace, name) != engines[kind]]
    if taken:
        mend = "rename or archive it, or set its engine back"
        raise PlanError("A scenario has the name of a strategy and is planned otherwise", where=taken[0], mend=mend)
    for kind, name in names.items():
        if name not in known:
            made = workspace.scenario(base).branch(name, actor=actor, at=at, note=_NOTES[kind])
            made.append(*strategy_changes(engines[kind], actor=actor, at=at))
    return tuple(names.values())


def engines_of(base: Scenario) -> dict[str, Way]:
    """Engine of the optimum, where the size allows the exact one, and of each strategy."""
    try:
        check_exact_size(supply_model_of(base.plan()))
        best: Way = "exact"
    except PlanError:
        best = "decomposition"
    return {"optimum": best, **{name: name for name in STRATEGIES}}


def strategy_name(base: str, kind: str) -> str:
    """Name of the scenario of a strategy."""
    return f"{base}-{kind}"


def strategy_changes(engine: Way, *, actor: str, at: datetime) -> tuple[Change, ...]:
    """What makes a scenario follow a strategy: its engine plans, within what is there."""
    return tuple(
        Change(SetParameter(name, value), author=actor, at=at, reason="supply_constraint")
        for name, value in (("finite_capacity", True), ("supply_engine", engine))
    )


def _engine(workspace: Workspace, name: str) -> str:
    return str(workspace.scenario(name).plan().inputs.parameters.supply_engine)


def _row(model: SupplyModel, name: str, one: WayResult) -> dict[str, object]:
    costs, done = one.evaluation.costs, one.plan.decisions
    step = np.diff(done.workers, axis=0, prepend=model.workforce.opening[None])
    people = done.workers.sum(axis=1)
    there = over_periods(one.evaluation.available, model.length)
    hours = np.isin(model.resources.kind, (0, 1))
    available = float(there[:, hours].sum())
    return {
        "strategy": name,
        "way": one.way,
        "profit": one.evaluation.revenue - one.money,
        "cost": one.money,
        "people_cost": costs.wages + costs.hiring + costs.layoffs + costs.overtime + costs.shifts,
        "fill_rate": one.fill_rate,
        "on_time": one.service,
        "mean_stock": one.stock_value,
        "workers_least": float(people.min()) if model.workforce.names else None,
        "workers_most": float(people.max()) if model.workforce.names else None,
        "hired": float(np.maximum(step, 0.0).sum()),
        "laid_off": float(np.maximum(-step, 0.0).sum()),
        "load": float(one.evaluation.load[:, hours].sum()) / available if available else 0.0,
        "overtime_hours": float(done.overtime.sum()),
        "hours_too_many": one.overload,
        "possible": one.possible,
    }
