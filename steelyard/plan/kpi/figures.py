"""KPI figures: the arrays of a plan that KPIs are made of, within a slice and some periods, each read once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from steelyard.errors import PlanError, StoreDamaged
from steelyard.grid.block import Array, join
from steelyard.grid.series import Scope
from steelyard.kpi import formulas
from steelyard.plan.cache import Cache
from steelyard.plan.kpi.past import PastFigures
from steelyard.plan.money.expected import budget_money
from steelyard.plan.money.version import VersionKind
from steelyard.plan.numbers import PlanNumbers

WHOLE = slice(None)
NOTHING = np.empty((0, 0))
PLACE = ["item", "location"]


_budget_margins: Cache[str, Array] = Cache(3)


def budget_margins(plan: PlanNumbers) -> Array:
    """Gross margin of the budget that a plan is held against, period of the horizon x series; nothing without one.

    Raises:
        StoreDamaged: A block of a published plan cannot be read.
    """
    try:
        budget = budget_money(plan, cast(VersionKind, plan.inputs.parameters.budget_version))
    except StoreDamaged:
        raise
    except PlanError:
        return NOTHING
    margin = np.where(budget.covered[:, None], budget.revenue - budget.cogs, 0.0)
    return np.asarray(margin[plan.history.size :])


NOT_IN_HOURS = ("supplier", "storage", "transport")
"""Types of resource whose capacity is no hours."""


@dataclass(frozen=True)
class Figures:
    """Arrays of a plan within a slice.

    Args:
        plan: The plan.
        previous: The plan published on the extract before, against which the past is judged.
        scope: Members by level.
        past: What came, from the tables of the extract.
        window: Periods of the horizon that count.
    """

    plan: PlanNumbers
    previous: PlanNumbers | None
    scope: Scope
    past: PastFigures
    window: slice = field(default_factory=lambda: WHOLE)
    _kept: dict[tuple[str, str], Array] = field(default_factory=dict, repr=False)

    def at(self, window: slice) -> "Figures":
        """The same within other periods; what was read stays read."""
        return replace(self, window=window)

    @property
    def season(self) -> int:
        """Periods of a year."""
        return self.plan.horizon.periods_per_year

    def totals(self, measure: str) -> Array:
        """`[period, 1]`."""
        return self._read("totals", measure, lambda: self.plan.totals(measure, scope=self.scope)[1])[self.window]

    def cells(self, measure: str) -> Array:
        """`[period, series]`."""
        return self.whole(measure)[self.window]

    def hours(self, measure: str) -> Array:
        """`[period, resource]` of resources worked by the hour; units, room and weight of the others do not add up."""
        cells, members = self.cells(measure), self.plan.series(measure).members
        kinds = members["resource_type"].to_numpy()[self.plan.series(measure).select(self.scope)]
        counted = ~np.isin(kinds, NOT_IN_HOURS)
        return cells[:, counted] if counted.size == cells.shape[1] else cells

    def whole(self, measure: str) -> Array:
        """`[period, series]` over the whole horizon."""
        return self._read("cells", measure, lambda: self._cells(measure))

    def asked(self) -> Array:
        """Units that customers ask for, those turned away included, `[period, place and series]`."""
        return np.hstack([self.cells("independent_demand"), self.cells("turned_away")])

    def on_time(self) -> Array:
        """Units served when due, `[period, series]`."""
        return self._read("made", "on_time", self._on_time)[self.window]

    def waiting(self) -> Array:
        """Demand due so far and not served, `[period, series]`."""
        return self._read("made", "waiting", self._waiting)[self.window]

    def said_and_came(self, measure: str, actual: str = "demand_history") -> tuple[Array, Array]:
        """What the previous plan said of its first period, and what came, by item and place."""
        if self.previous is None:
            return NOTHING, NOTHING
        period = self.previous.horizon.labels[0]
        then = self.previous.frame(measure, by=PLACE, periods=period, scope=self.scope)
        now = self.plan.frame(actual, by=PLACE, periods=period, scope=self.scope)
        both = then.join(now, on=[*PLACE, "period"], how="full", coalesce=True).sort(PLACE).fill_null(0.0)
        return both[measure].to_numpy(), both[actual].to_numpy()

    def naive_said_and_came(self) -> tuple[Array, Array, Array]:
        """What the naive forecast and the consensus said of the first period, and what came, by item and place."""
        if self.previous is None:
            return NOTHING, NOTHING, NOTHING
        naive, came = self.said_and_came("naive_forecast")
        said, also = self.said_and_came("consensus_demand")
        return (naive, said, came) if also.shape == came.shape else (NOTHING, NOTHING, NOTHING)

    def planned_and_shipped(self) -> tuple[Array, Array]:
        """What the previous plan was to serve in its first period, and what was shipped, by item and place."""
        return self._against_table("constrained_demand", self.past.shipped)

    def planned_and_received(self) -> tuple[Array, Array]:
        """What the previous plan was to receive in its first period, and what came in, by item and place."""
        return self._against_table("constrained_receipts", self.past.received)

    def margin_and_budget(self) -> tuple[Array, Array]:
        """Gross margin, and that of the budget at its own volume and the plan's standard cost, `[period, 1]`.

        Raises:
            StoreDamaged: A block of a published plan cannot be read.
        """
        budget = self._read("made", "budget_margin", self._budget_margin)
        return (self.totals("gross_margin"), budget[self.window]) if budget.size else (NOTHING, NOTHING)

    def releases(self) -> tuple[Array, Array]:
        """Planned releases of this and of the previous plan, by item and period that both have."""
        if self.previous is None:
            return NOTHING, NOTHING
        name = "constrained_releases"
        now = self.plan.frame(name, by=PLACE, scope=self.scope)
        then = self.previous.frame(name, by=PLACE, scope=self.scope).rename({name: "then"})
        both = now.join(then, on=[*PLACE, "period"], how="full", coalesce=True).sort([*PLACE, "period"])
        shared = set(self.plan.horizon.labels) & set(self.previous.horizon.labels)
        both = both.filter(both["period"].is_in(sorted(shared))).fill_null(0.0)
        return both[name].to_numpy(), both["then"].to_numpy()

    def _against_table(self, measure: str, came: Callable[[str], dict[tuple[str, str], float]]) -> tuple[Array, Array]:
        if self.previous is None:
            return NOTHING, NOTHING
        period = self.previous.horizon.labels[0]
        happened = came(period)
        if not happened:
            return NOTHING, NOTHING
        frame = self.previous.frame(measure, by=PLACE, periods=period, scope=self.scope).fill_null(0.0)
        planned = {(item, place): value for item, place, value in frame.select(*PLACE, measure).iter_rows()}
        known = {place for _, place in happened}
        keys = sorted(key for key in planned.keys() | happened.keys() if key[1] in known)
        return np.array([planned.get(k, 0.0) for k in keys]), np.array([happened.get(k, 0.0) for k in keys])

    def _read(self, kind: str, name: str, make: Callable[[], Array]) -> Array:
        key = (kind, name)
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def _budget_margin(self) -> Array:
        rows = self.plan.series("revenue").select(self.scope)
        found = _budget_margins.made(self.plan.digest, lambda: budget_margins(self.plan))
        return found[:, rows].sum(axis=1, keepdims=True) if found.size else NOTHING

    def _cells(self, measure: str) -> Array:
        rows = self.plan.series(measure).select(self.scope)
        return join(self.plan.blocks(measure))[..., rows]

    def _on_time(self) -> Array:
        return formulas.served_on_time(*(self.whole(name) for name in ("independent_demand", "shipments", "backlog")))

    def _waiting(self) -> Array:
        due = self.whole("demand_plan") - self.whole("turned_away")
        missing = np.cumsum(due - self.whole("constrained_demand"), axis=0).round(6)
        return np.maximum(missing, 0.0)
