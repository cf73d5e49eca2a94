"""Expectation: what a plan says of the first periods, to date, with the range that many futures give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array
from steelyard.plan.canonical import Json
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.monte_carlo import PlanFutures

GRADED = {
    "demand": "consensus_demand",
    "revenue": "revenue",
    "gross_margin": "gross_margin",
    "inventory_value": "inventory_value",
}
"""What is graded, and the measure of the plan that says it.

NOTE: futures draw the demand plan, which holds overdue orders as well; their range is moved by the difference, which
is sure, so that it holds for what customers will newly ask for.
"""
LEVELS = frozenset({"inventory_value"})
"""Numbers of the end of a period; the others add up."""
MOST_PERIODS = 12
LOW, HIGH = 10, 90
"""Percentiles of the range: 80 of 100 outcomes are to lie inside."""


@dataclass(frozen=True)
class Expectation:
    """What is expected of one number, to the end of each of the first periods."""

    name: str
    planned: tuple[float, ...]
    low: tuple[float, ...] = ()
    """P10; empty without futures."""
    high: tuple[float, ...] = ()
    """P90; empty without futures."""

    def to_json(self) -> dict[str, Json]:
        """As plain values."""
        return {"name": self.name, "planned": list(self.planned), "low": list(self.low), "high": list(self.high)}

    @classmethod
    def from_json(cls, spelled: Mapping[str, Json]) -> "Expectation":
        """Read what `to_json` wrote."""
        said: Mapping[str, Sequence[float]] = spelled  # type: ignore[assignment]
        return cls(str(spelled["name"]), tuple(said["planned"]), tuple(said["low"]), tuple(said["high"]))


def expect(plan: Plan, futures: PlanFutures | None) -> tuple[Expectation, ...]:
    """What a plan expects of every number that is graded."""
    return tuple(_expect(plan, futures, name) for name, measure in GRADED.items() if measure in plan.measures)


def to_date(name: str, values: Array) -> Array:
    """Numbers to the end of each period: flows add up along the last axis, levels stay.

    Example:
        >>> to_date("revenue", np.array([2.0, 3.0])).tolist(), to_date("inventory_value", np.array([2.0, 3.0])).tolist()
        ([2.0, 5.0], [2.0, 3.0])
    """
    return values if name in LEVELS else np.asarray(values.cumsum(axis=-1))


def _expect(plan: Plan, futures: PlanFutures | None, name: str) -> Expectation:
    said = _course(plan, GRADED[name])
    planned = tuple(to_date(name, said).tolist())
    if futures is None:
        return Expectation(name, planned)
    draws = futures.by_period(name)[:, :MOST_PERIODS]
    if name == "demand":
        draws = draws + said - _course(plan, "demand_plan")
    low, high = np.percentile(to_date(name, draws), [LOW, HIGH], axis=0)
    return Expectation(name, planned, tuple(low.tolist()), tuple(high.tolist()))


def _course(plan: Plan, measure: str) -> Array:
    return np.array([value or 0.0 for value in plan.frame(measure)[measure].to_list()])[:MOST_PERIODS]
