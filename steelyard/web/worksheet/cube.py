"""Cube: the numbers of one plan rolled up for one view, kept as long as the blocks they came from are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

import numpy as np

from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, is_silent
from steelyard.grid.measure import Grain, Measure
from steelyard.grid.rollup import divide, roll_up_spoken, scatter_add
from steelyard.grid.series import SeriesIndex
from steelyard.plan.change import known_rows
from steelyard.plan.plan import Plan
from steelyard.plan.run import BEFORE
from steelyard.web.worksheet.columns import Column
from steelyard.web.worksheet.tree import Level

Scope = Mapping[str, tuple[str, ...]]
VOICES = frozenset({"sales_forecast", "marketing_forecast", "customer_forecast", "finance_forecast"})
"""Streams that may speak for a part of the demand only."""


@dataclass(eq=False)
class Cube:
    """Roll-ups of a plan by nodes and columns.

    Args:
        plan: The numbers.
        columns: The view's columns.
        scopes: For each grain that knows the view's filter: the members of it that the grain has.
        older: The cube of an earlier revision, whose roll-ups stay valid where no block moved.
    """

    plan: Plan
    columns: tuple[Column, ...]
    scopes: Mapping[Grain, Scope]
    older: "Cube | None" = None
    _sums: dict[tuple[str, tuple[str, ...]], tuple[Blocks, Array]] = field(default_factory=dict)
    _codes: dict[tuple[Grain, tuple[str, ...]], IntArray] = field(default_factory=dict)
    _voices: dict[tuple[str, tuple[str, ...]], tuple[Blocks, Array]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def values(self, measure: str, level: Level) -> Array | None:
        """Numbers of a measure as `[column, node]`, NaN where it has none.

        Returns:
            None when the measure has no such level.
        """
        declared = self.plan.measure(measure)
        series = self.series(declared.grain)
        if declared.grain not in self.scopes or not series.has(dict.fromkeys(level.names, ())):
            return None
        if declared.is_ratio:
            return divide(self._rolled(declared.numerator, level), self._rolled(declared.denominator, level))
        return self._rolled(measure, level)

    def voice(self, measure: str, level: Level) -> Array | None:
        """For which share of the demand a stream speaks, by node, in the periods in which it does.

        Returns:
            Shares of one by node, NaN where it is silent; None when the measure is no stream of demand.
        """
        if measure not in VOICES or self.plan.measure(measure).grain not in self.scopes:
            return None
        key, blocks = (measure, level.names), (*self.plan.blocks(measure), *self.plan.blocks("unconstrained_demand"))
        with self._lock:
            if key not in self._voices:
                kept = self.older._voices.get(key) if self.older else None
                same = kept is not None and len(kept[0]) == len(blocks) and all(map(_is, kept[0], blocks))
                self._voices[key] = kept if same and kept else (blocks, self._share_spoken(measure, level))
            return self._voices[key][1]

    def _share_spoken(self, measure: str, level: Level) -> Array:
        codes, size = self.codes(self.plan.measure(measure).grain, level), level.size + 1
        spoken, whole, said = (np.zeros((self.plan.horizon.size, size)) for _ in range(3))
        start = 0
        for opinion, asked in zip(self.plan.blocks(measure), self.plan.blocks("unconstrained_demand"), strict=True):
            stop, demand = start + asked.shape[1], np.nan_to_num(asked)
            if not is_silent(opinion):
                speaks = np.isfinite(opinion)
                spoken += scatter_add(np.where(speaks, demand, 0.0), codes[start:stop], size)
                said += scatter_add(speaks.astype(np.float64), codes[start:stop], size)
            whole += scatter_add(demand, codes[start:stop], size)
            start = stop
        return divide(spoken.sum(axis=0), np.where(said > 0, whole, 0.0).sum(axis=0))[:-1]

    def changed(self, measure: str, level: Level) -> BoolArray | None:
        """Where people's changes move a cell: `[column, node]`; None when there are none."""
        before, after = self.plan.values.get(measure + BEFORE), self.plan.values.get(measure)
        if not isinstance(before, tuple) or not isinstance(after, tuple) or before is after:
            return None
        codes = self.codes(self.plan.measure(measure).grain, level)
        return self._gather(measure, _moved(before, after, codes, level.size), "any")

    def locked(self, measure: str, level: Level) -> BoolArray | None:
        """Where every cell below is locked: `[column, node]`; None when there are no locks."""
        declared = self.plan.measure(measure)
        cells = locked_cells(self.plan, declared)
        if cells is None:
            return None
        codes = self.codes(declared.grain, level)
        free = scatter_add((~cells).astype(np.float64), codes, level.size + 1)[:, : level.size] == 0
        return self._gather(measure, free, "all")

    def series(self, grain: Grain) -> SeriesIndex:
        """The series of a grain."""
        return self.plan.inputs.series[grain]

    def codes(self, grain: Grain, level: Level) -> IntArray:
        """Node of each series; those outside the filter count to a node past the last."""
        key = (grain, level.names)
        with self._lock:
            if key not in self._codes:
                kept = self.older._codes.get(key) if self.older else None
                self._codes[key] = self._fresh_codes(grain, level) if kept is None else kept
            return self._codes[key]

    def forget_older(self) -> None:
        """Let go of the earlier revision, so that revisions do not hang on a chain."""
        self.older = None

    def _fresh_codes(self, grain: Grain, level: Level) -> IntArray:
        series = self.series(grain)
        inside = np.zeros(series.size, dtype=bool)
        inside[rows_inside(series, self.scopes[grain])] = True
        codes = level.codes(series)
        return np.where(inside & (codes >= 0), codes, level.size)

    def _rolled(self, measure: str, level: Level) -> Array:
        key = (measure, level.names)
        with self._lock:
            if key not in self._sums:
                self._sums[key] = self._kept(key) or (self.plan.blocks(measure), self._roll(measure, level))
            return self._sums[key][1]

    def _kept(self, key: tuple[str, tuple[str, ...]]) -> tuple[Blocks, Array] | None:
        kept = self.older._sums.get(key) if self.older else None
        blocks = self.plan.blocks(key[0])
        same = kept is not None and len(kept[0]) == len(blocks) and all(map(_is, kept[0], blocks))
        return kept if same else None

    def _roll(self, measure: str, level: Level) -> Array:
        declared = self.plan.measure(measure)
        scope = self.scopes[declared.grain]
        sums = np.full((self._periods(declared), level.size), np.nan)
        if all(scope.values()):
            labels, totals = self.plan.totals(measure, level.names, scope=scope)
            nodes = np.array([level.number_of.get(path, -1) for path in labels.iter_rows()] if level.names else [0])
            sums[:, nodes[nodes >= 0]] = totals[:, nodes >= 0]
        return self._over_time(declared, sums)

    def _over_time(self, declared: Measure, sums: Array) -> Array:
        out = np.full((len(self.columns), sums.shape[1]), np.nan)
        for c, (start, stop) in enumerate(self._spans(declared)):
            if stop - start == 1 or (stop > start and declared.over_time == "last"):
                out[c] = sums[stop - 1]
            elif stop > start and declared.optional:
                out[c] = roll_up_spoken(sums[start:stop], np.zeros(stop - start, np.int64), 1, declared.over_time)[0]
            elif stop > start:
                out[c] = sums[start:stop].mean(axis=0) if declared.over_time == "mean" else sums[start:stop].sum(axis=0)
        return out

    def _gather(self, measure: str, cells: BoolArray, rule: str) -> BoolArray:
        out = np.zeros((len(self.columns), cells.shape[1]), dtype=bool)
        for c, (start, stop) in enumerate(self._spans(self.plan.measure(measure))):
            if stop > start:
                out[c] = cells[start:stop].any(axis=0) if rule == "any" else cells[start:stop].all(axis=0)
        return out

    def _periods(self, declared: Measure) -> int:
        return 1 if declared.span == "static" else self.plan.inputs.periods(declared.span).size

    def _spans(self, declared: Measure) -> list[tuple[int, int]]:
        """Periods of each column, counted from the first period of the measure."""
        if declared.span == "static":
            return [(0, 0)] * len(self.columns)
        history = self.plan.inputs.history_count
        low, high = (0, history) if declared.span == "history" else (history, self.plan.calendar.size)
        return [(max(c.start, low) - low, max(min(c.stop, high) - low, 0)) for c in self.columns]


def locked_cells(plan: Plan, declared: Measure) -> BoolArray | None:
    """Which cells of a measure are locked, `[period, series]`; None when none is."""
    locks = [c for c in plan.changes if c.measure == declared.name and c.kind in ("lock", "unlock") and c.enabled]
    if not any(change.kind == "lock" for change in locks):
        return None
    series, periods = plan.inputs.series[declared.grain], plan.inputs.periods(declared.span)
    cells = np.zeros((periods.size, series.size), dtype=bool)
    for change in locks:
        scope = known_rows(change, series)
        if scope is not None:
            cells[periods.span(*(change.periods or (None, None))), series.select(scope)] = change.kind == "lock"
    return cells


def rows_inside(series: SeriesIndex, scope: Scope) -> IntArray:
    """Rows in a scope; none where a level has no member left."""
    return series.select(scope) if all(scope.values()) else np.zeros(0, dtype=np.int64)


def _moved(before: Blocks, after: Blocks, codes: IntArray, size: int) -> BoolArray:
    """Where a block's numbers differ, gathered by node: `[period, node]`."""
    counts = np.zeros((after[0].shape[0] if after else 0, size + 1))
    start = 0
    for old, new in zip(before, after, strict=True):
        stop = start + new.shape[1]
        if old is not new:
            differ = (old != new) & ~(np.isnan(old) & np.isnan(new))
            counts += scatter_add(differ.astype(np.float64), codes[start:stop], size + 1)
        start = stop
    return counts[:, :size] > 0


def _is(left: Array, right: Array) -> bool:
    return left is right
