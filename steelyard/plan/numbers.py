"""Numbers: the measures of a plan at one moment, immutable, readable at any level and in any period."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import NotFound
from steelyard.grid.block import Array, Blocks, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Measure
from steelyard.grid.rollup import divide, roll_up_spoken, roll_up_time
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.aggregate import sum_by_levels, sum_rows, sum_spoken
from steelyard.plan.change import Change
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.overlay import idle_reason
from steelyard.plan.record_faults import not_found

Periods = str | tuple[str | None, str | None] | None
"""One period, or the first and the last one (None: up to the end), or all."""


class PlanMaker(Protocol):
    """Opens extracts and calculates plans."""

    def extract(self, digest: str) -> Extract:
        """Open an extract."""
        ...

    def facts(self, before: str, after: str) -> tuple[str, ...]:
        """Kinds of facts in which two extracts differ."""
        ...

    def mixed(self, before: str, after: str, kinds: Collection[str]) -> str:
        """Digest of an extract with some kinds of facts of the one after and the others of the one before."""
        ...

    def fitting(self, extract: str, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes without those of master data whose row an extract does not hold."""
        ...

    def numbers(
        self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: str = ""
    ) -> "PlanNumbers":
        """Calculate the plan of an extract with changes, or find it."""
        ...

    def on_way(
        self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: Sequence[str] = ()
    ) -> "PlanNumbers":
        """The measures of a plan between two plans: recalled, or calculated with all that stands behind them."""
        ...

    def recall_way(self, before: str, after: str) -> None:
        """Have the plans between two plans, named by their digests, at hand if somebody has calculated them before."""
        ...

    def keep_way(self, before: str, after: str, plans: Sequence["PlanNumbers"]) -> None:
        """Keep the plans between two plans, for whoever asks about them next."""
        ...


@dataclass(frozen=True, eq=False)
class PlanNumbers:
    """The numbers of a plan.

    Args:
        name: The scenario, or the published plan.
        inputs: What it was calculated from.
        values: Measure name -> blocks.
        parameters: Settings of the model, before the changes that set one of them.
        changes: What people believe and decide, in order.
        wiring: Which calculation reads and writes which measure.
        digest: Digest of extract, parameters, changes and code; equal digests mean equal numbers.
        maker: Opens the extract and calculates plans like this one, to explain it.
    """

    name: str
    inputs: PlanInputs = field(repr=False)
    values: Mapping[str, object] = field(repr=False)
    parameters: PlanParameters = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    wiring: Wiring = field(repr=False)
    digest: str
    maker: "PlanMaker" = field(repr=False)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure this plan holds, by name."""
        return MappingProxyType({n: m for n, m in self.wiring.measures.items() if n in self.values or m.is_ratio})

    @property
    def calendar(self) -> Calendar:
        """All periods, history first."""
        return self.inputs.calendar

    @property
    def horizon(self) -> Calendar:
        """The planned periods."""
        return self.inputs.periods("horizon")

    @property
    def history(self) -> Calendar:
        """The past periods."""
        return self.inputs.periods("history")

    @cached_property
    def idle_changes(self) -> tuple[tuple[Change, str], ...]:
        """Changes that move nothing here, with the reason: their members or periods are gone."""
        cells = [c for c in self.changes if c.moves_cells and c.measure in self.wiring.measures]
        told = ((change, self._idle_reason(change)) for change in cells)
        return tuple((change, reason) for change, reason in told if reason)

    def _idle_reason(self, change: Change) -> str:
        declared = self.wiring.measures[change.measure]
        series, periods = self.inputs.series[declared.grain], self.inputs.periods(declared.span)
        return idle_reason(change, series=series, periods=periods)

    def measure(self, name: str) -> Measure:
        """Find a measure.

        Raises:
            NotFound: The plan has no such measure; the message names near ones.
        """
        if name not in self.measures:
            raise not_found("measure", name, list(self.measures))
        return self.measures[name]

    def blocks(self, measure: str) -> Blocks:
        """The blocks of a measure, `[period, series]` each.

        Raises:
            NotFound: The measure is unknown, or a ratio that only exists when it is rolled up.
        """
        value = self.values.get(self.measure(measure).name)
        if not isinstance(value, tuple):
            raise NotFound(f"{measure} has no blocks of its own", mend="ask for its numerator and denominator")
        return value

    def series(self, measure: str) -> SeriesIndex:
        """The rows of a measure's grain."""
        return self.inputs.series[self.measure(measure).grain]

    def upstream(self, measure: str) -> tuple[str, ...]:
        """A measure and everything it depends on, nearest first.

        Raises:
            NotFound: The plan has no such measure.
        """
        declared = self.measure(measure)
        parts = (measure, declared.numerator, declared.denominator) if declared.is_ratio else (measure,)
        return tuple(dict.fromkeys(name for part in parts for name in (part, *self.wiring.ancestors(part))))

    def with_values(self, values: Mapping[str, Blocks]) -> "PlanNumbers":
        """The same numbers with some measures replaced."""
        return replace(self, values={**self.values, **values})

    def value(self, measure: str, *, scope: Scope | None = None, periods: Periods = None) -> float:
        """One number: a measure rolled up over a scope and some periods.

        Args:
            measure: Name of the measure.
            scope: Members by level; nothing means everything.
            periods: A period, a first and last period, or all that the measure spans.

        Returns:
            The number in the unit of the measure; NaN for a ratio without a base.

        Raises:
            UnknownMember: The measure has no such level or member.
            UnknownPeriod: The measure does not cover the period.

        Example:
            `plan.value("revenue", scope={"product_family": "Road Bikes"}, periods=("2026-01", "2026-03"))`
        """
        declared = self.measure(measure)
        window = span_of(self.inputs.periods(declared.span), periods)
        rolled = self._rolled(declared, lambda part: self._row_totals(part, scope or {}), _one_group(window), 1, window)
        return float(rolled[0, 0])

    def frame(
        self,
        measures: Sequence[str] | str,
        *,
        by: Sequence[str] = (),
        time: str = "period",
        scope: Scope | None = None,
        periods: Periods = None,
    ) -> pl.DataFrame:
        """A table: one row for each group of series and each period, one column for each measure.

        Args:
            measures: Names of measures; they may have different grains if all have the levels asked for.
            by: Levels to group by; nothing gives totals.
            time: period, month, quarter, year, fiscal_year, or all.
            scope: Members by level.
            periods: A period, a first and last period, or all.

        Returns:
            Columns: the levels, `period`, the measures. Null where a measure does not cover a period or group.

        Raises:
            UnknownMember: A measure has no such level or member.
            UnknownPeriod: The calendar has no such period or time level.
        """
        names = [measures] if isinstance(measures, str) else list(measures)
        frames = [self._frame(self.measure(name), tuple(by), time, scope or {}, periods) for name in names]
        joined = frames[0]
        for frame in frames[1:]:
            joined = joined.join(frame, on=[*by, "period"], how="full", coalesce=True, maintain_order="left_right")
        return self._ordered(joined, tuple(by), time)

    def totals(
        self, measure: str, levels: Sequence[str] = (), *, scope: Scope | None = None
    ) -> tuple[pl.DataFrame, Array]:
        """Roll a measure up over series only.

        Returns:
            Labels of the groups, and `[period, group]` over the periods that the measure spans.
        """
        declared = self.measure(measure)
        calendar = self.inputs.periods(declared.span)
        labels = self._labels(declared, tuple(levels), scope or {})
        every = np.arange(calendar.size)
        rolled = self._rolled(
            declared, lambda part: self._group_totals(part, tuple(levels), scope or {}), every, calendar.size
        )
        return labels, rolled

    def _frame(self, measure: Measure, by: tuple[str, ...], time: str, scope: Scope, periods: Periods) -> pl.DataFrame:
        calendar = self.inputs.periods(measure.span)
        window = span_of(calendar, periods)
        names, groups = calendar.window(window.start, window.stop).members(time)
        rolled = self._rolled(measure, lambda p: self._group_totals(p, by, scope), groups, len(names), window)
        labels = self._labels(measure, by, scope)
        repeated = labels.select(pl.all().repeat_by(len(names)).explode()) if by else pl.DataFrame()
        period = pl.Series("period", list(names) * rolled.shape[1], dtype=pl.String)
        values = pl.Series(measure.name, rolled.T.reshape(-1)).fill_nan(None)
        return pl.DataFrame([*repeated.get_columns(), period, values])

    def _ordered(self, frame: pl.DataFrame, by: tuple[str, ...], time: str) -> pl.DataFrame:
        names, _ = self.calendar.members(time)
        order = pl.DataFrame({"period": names, "_at": range(len(names))}, schema={"period": pl.String, "_at": pl.Int64})
        placed = frame.join(order.unique("period", keep="first", maintain_order=True), on="period", how="left")
        return placed.sort(*by, "_at", maintain_order=True).drop("_at")

    def _rolled(
        self,
        measure: Measure,
        total: Callable[[Measure], Array],
        groups: IntArray,
        size: int,
        window: slice = slice(None),
    ) -> Array:
        """Roll up over series by `total`, then over time: `[period group, series group]`."""
        if measure.is_ratio:
            parts = (self.measure(measure.numerator), self.measure(measure.denominator))
            above, below = (roll_up_time(total(part)[window], groups, size, part.over_time) for part in parts)
            return divide(above, below)
        rolled_up = roll_up_spoken if measure.optional else roll_up_time
        return rolled_up(total(measure)[window], groups, size, measure.over_time)

    def _row_totals(self, measure: Measure, scope: Scope) -> Array:
        series = self.inputs.series[measure.grain]
        rows = series.select(scope)
        summed = sum_spoken if measure.optional else sum_rows
        sums = summed(self.blocks(measure.name), series, rows, np.zeros(rows.size, np.int64), 1)
        return sums / max(rows.size, 1) if measure.over_series == "mean" else sums

    def _group_totals(self, measure: Measure, levels: tuple[str, ...], scope: Scope) -> Array:
        series = self.inputs.series[measure.grain]
        if measure.optional:
            rows, codes, kept = self._scoped(series, levels, scope)
            return sum_spoken(self.blocks(measure.name), series, rows, codes, kept.size)
        if not scope:
            sums = sum_by_levels(self.blocks(measure.name), series, levels)
            return sums / np.bincount(series.group(levels).codes) if measure.over_series == "mean" else sums
        rows, codes, kept = self._scoped(series, levels, scope)
        sums = sum_rows(self.blocks(measure.name), series, rows, codes, kept.size)
        return sums / np.bincount(codes, minlength=kept.size) if measure.over_series == "mean" else sums

    def _labels(self, measure: Measure, levels: tuple[str, ...], scope: Scope) -> pl.DataFrame:
        series = self.inputs.series[measure.grain]
        labels = series.group(levels).labels
        return labels[self._scoped(series, levels, scope)[2].tolist()] if scope and levels else labels

    def _scoped(
        self, series: SeriesIndex, levels: tuple[str, ...], scope: Scope
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Rows in a scope, the place of each row's group among the groups in scope, and the numbers of those groups."""
        rows = series.select(scope)
        kept, codes = np.unique(series.group(levels).codes[rows], return_inverse=True)
        return rows, np.asarray(codes, dtype=np.int64).reshape(-1), kept


def span_of(calendar: Calendar, periods: Periods) -> slice:
    """The periods asked for.

    Raises:
        UnknownPeriod: The calendar does not hold them.
    """
    first, last = (periods, periods) if isinstance(periods, str) else (periods or (None, None))
    return calendar.span(first, last)


def _one_group(window: slice) -> IntArray:
    return np.zeros(window.stop - window.start, dtype=np.int64)
