"""Actuals: what came of the first periods of a plan, as a later extract tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.cycle.grading.expectation import MOST_PERIODS
from steelyard.grid.block import Array, join
from steelyard.plan.numbers import PlanNumbers

KEYS = ("item", "location", "customer")


@dataclass(frozen=True, eq=False)
class Actuals:
    """What came, to the end of the last known period."""

    periods: tuple[str, ...]
    """Known periods of the plan, from its first one on."""
    values: Mapping[str, float]
    """By name; what nobody knows is left out."""


def known_periods(then: PlanNumbers, now: PlanNumbers) -> tuple[str, ...]:
    """The first periods of a plan that are over today, a year at most."""
    known = set(now.history.labels)
    labels = then.horizon.labels[:MOST_PERIODS]
    over = next((n for n, label in enumerate(labels) if label not in known), len(labels))
    return tuple(labels[:over])


def actuals_of(then: PlanNumbers, now: PlanNumbers) -> Actuals:
    """Read what came of the first periods of a plan.

    Demand and revenue are those of the history. Gross margin is that revenue less the demand at today's unit cost.
    Stock is today's opening stock at standard cost, if the last period of history is one of the plan's.

    Args:
        then: The plan that was decided.
        now: A plan on a later extract.
    """
    periods = known_periods(then, now)
    if not periods:
        return Actuals((), {})
    span = (periods[0], periods[-1])
    values = {name: now.value(name, periods=span) for name in ("demand_history", "revenue_history")}
    found = {"demand": values["demand_history"], "revenue": values["revenue_history"]}
    found["gross_margin"] = values["revenue_history"] - _cost_of(now, periods)
    if periods[-1] == now.history.labels[-1]:
        found["inventory_value"] = _opening_value(now)
    return Actuals(periods, {name: value for name, value in found.items() if np.isfinite(value)})


def demand_came(then: PlanNumbers, now: PlanNumbers, periods: tuple[str, ...]) -> Array:
    """Demand that came, on the rows of an older plan, period x series [units]; nothing where a series is unknown."""
    start = now.history.labels.index(periods[0])
    history = join(now.blocks("demand_history"))[start : start + len(periods)]
    return on_rows(history, now, then)


def on_rows(values: Array, source: PlanNumbers, target: PlanNumbers) -> Array:
    """Rows of demand of one plan in the order of another, found by their keys; 0 where one has no such row."""
    keys = [key for key in KEYS if key in source.series("demand_plan").keys]
    numbered = source.series("demand_plan").members.select(keys).with_row_index("_row")
    wanted = target.series("demand_plan").members.select(keys)
    rows = wanted.join(numbered, on=keys, how="left", maintain_order="left")["_row"]
    place = rows.fill_null(0).to_numpy().astype(np.int64)
    return np.where(rows.is_not_null().to_numpy()[None], np.nan_to_num(values)[:, place], 0.0)


def _cost_of(now: PlanNumbers, periods: tuple[str, ...]) -> float:
    """Cost of the demand of some past periods at the unit cost of the first planned period [money]."""
    start = now.history.labels.index(periods[0])
    units = np.nan_to_num(join(now.blocks("demand_history"))[start : start + len(periods)]).sum(axis=0)
    if "unit_cost" not in now.values:
        return float("nan")
    return float(units @ np.nan_to_num(join(now.blocks("unit_cost"))[0]))


def _opening_value(now: PlanNumbers) -> float:
    if not {"opening_inventory", "standard_cost"} <= now.values.keys():
        return float("nan")
    stock = join(now.blocks("opening_inventory"))
    cost = join(now.blocks("standard_cost"))[0]
    return float(np.nansum(np.atleast_2d(stock)[0] * cost))


def share_known(then: PlanNumbers, now: PlanNumbers, periods: tuple[str, ...]) -> float:
    """Share of the demand that came which belongs to series the older plan knew [ratio]."""
    came = now.value("demand_history", periods=(periods[0], periods[-1]))
    return float(demand_came(then, now, periods).sum()) / came if came else 1.0
