"""Slip: what a plan would be if a launch came on another day, side by side, with nothing kept."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from steelyard.grid.block import Array, join
from steelyard.plan.change import Change
from steelyard.plan.life_operation import SlipLaunch
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.plan.scenario import Scenario

HEADLINES = (
    "unconstrained_demand",
    "constrained_demand",
    "revenue",
    "gross_margin",
    "capacity_load",
    "inventory_value",
)
"""Measures of the whole plan that are set side by side."""
PEAKS: dict[str, pl.DataType] = {
    "resource": pl.String(), "peak": pl.Float64(), "period": pl.String(), "peak_after": pl.Float64(),
    "period_after": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class SlipWhatIf:
    """A launch on two days."""

    item: str
    day: date
    before: Plan
    after: Plan

    def over_time(self) -> pl.DataFrame:
        """The launch by period before and after.

        Returns:
            Columns period, units, units_after, revenue, revenue_after, load, load_after: the units and revenue of the
            item, and the hours of the resources it runs on, over all items.
        """
        columns: dict[str, list[float]] = {}
        for suffix, plan in (("", self.before), ("_after", self.after)):
            facts = ProductFacts(plan)
            columns[f"units{suffix}"] = facts.over_time("unconstrained_demand", [self.item]).tolist()
            columns[f"revenue{suffix}"] = facts.over_time("revenue", [self.item]).tolist()
            columns[f"load{suffix}"] = _load(facts, self.item)
        order = ("units", "units_after", "revenue", "revenue_after", "load", "load_after")
        frame = pl.DataFrame({"period": list(self.before.horizon.labels), **columns})
        return frame.select("period", *order)

    def headlines(self) -> pl.DataFrame:
        """Totals of the plan over the horizon.

        Returns:
            Columns measure, label, unit, before, after, effect.
        """
        rows = [_headline(self.before, self.after, name) for name in HEADLINES if name in self.before.measures]
        columns = ["measure", "label", "unit", "before", "after", "effect"]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def resources(self) -> pl.DataFrame:
        """Peak load of each resource the item runs on, before and after.

        Returns:
            Columns resource, peak, peak_after [ratio], period, period_after; the highest first.
        """
        facts, moved = ProductFacts(self.before), ProductFacts(self.after)
        needed = np.flatnonzero(_hours(facts, self.item) + _hours(moved, self.item) > 0).tolist()
        rows = [(facts.resources[n], *_peak(self.before, n), *_peak(self.after, n)) for n in needed]
        return pl.DataFrame(rows, schema=PEAKS, orient="row").sort("peak", descending=True)


def slip_what_if(scenario: Scenario, item: str, day: date, *, actor: str, at: datetime) -> SlipWhatIf:
    """Calculate the plan of a scenario with a launch on another day; nothing is kept.

    Raises:
        ChangeInvalid: The item has no launch.
    """
    change = Change(SlipLaunch(item, day.isoformat()), author=actor, at=at, reason="launch")
    return SlipWhatIf(item, day, scenario.plan(), scenario.try_out(change))


def _headline(before: PlanNumbers, after: PlanNumbers, name: str) -> tuple[object, ...]:
    declared = before.measure(name)
    old, new = before.value(name), after.value(name)
    return name, declared.label, declared.unit, old, new, new - old


def _hours(facts: ProductFacts, item: str) -> Array:
    at = facts.place_of.get(item)
    return np.zeros(len(facts.resources)) if at is None else facts.unit_hours[:, at]


def _load(facts: ProductFacts, item: str) -> list[float]:
    used = _hours(facts, item) > 0
    hours: list[float] = join(facts.plan.blocks("capacity_load"))[:, used].sum(axis=1).tolist()
    return hours


def _peak(plan: PlanNumbers, resource: int) -> tuple[float, str]:
    load, capacity = (join(plan.blocks(name))[:, resource] for name in ("capacity_load", "capacity_available"))
    ratio = np.divide(load, capacity, out=np.zeros_like(load), where=capacity > 0)
    at = int(ratio.argmax())
    return float(ratio[at]), plan.horizon.labels[at]
