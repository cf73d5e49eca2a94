"""Worksheet: the rows of a plan as a tree, opened as far as one likes, and the numbers of a window of it."""

import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.measure import Measure
from steelyard.grid.rollup import divide, roll_up_time
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.aggregate import sum_by_levels, sum_rows
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

Path = tuple[str, ...]
"""Members from the top level down to a node; the total is the empty path."""


@dataclass(frozen=True, eq=False)
class Window:
    """Some neighbouring rows of a worksheet."""

    start: int
    """Number of the first row."""
    paths: tuple[Path, ...]
    depths: IntArray
    """0 is the total, 1 the first level, and so on."""
    children: IntArray
    """How many rows a node has below it, open or not."""
    opened: tuple[bool, ...]
    values: Mapping[str, Array]
    """By measure: `[row, period]`; NaN where the measure has no such row or period."""

    def scope(self, row: int, levels: Sequence[str]) -> dict[str, str]:
        """The scope that a row stands for."""
        return dict(zip(levels, self.paths[row], strict=False))


class Worksheet:
    """A plan as a tree of rows.

    Args:
        plan: The plan.
        measures: Measures shown; the tree has the rows of the first one's grain.
        levels: Levels of the tree from the top down.
        opened: Paths of the nodes that show their children, or how many levels are open everywhere.
        scope: Members by level; other rows are left out.
        time: Time level of the columns.
        periods: Periods of the columns; by default those of the calendar that a measure spans.
    """

    def __init__(
        self,
        plan: PlanNumbers,
        measures: Sequence[str],
        levels: Sequence[str],
        *,
        opened: Collection[Path] | int = 0,
        scope: Scope | None = None,
        time: str = "period",
        periods: Periods = None,
    ) -> None:
        self.plan, self.measures, self.levels = plan, tuple(measures), tuple(levels)
        self.scope, self.time = dict(scope or {}), time
        self._opened = opened if isinstance(opened, int) else frozenset(opened)
        self._series = plan.series(self.measures[0])
        self._calendar_window = span_of(plan.calendar, periods)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Labels of the columns."""
        window = self._calendar_window
        return self.plan.calendar.window(window.start, window.stop).members(self.time)[0]

    @property
    def size(self) -> int:
        """How many rows can be seen."""
        return int(self._tree.depths.size)

    def window(self, start: int = 0, count: int = 100) -> Window:
        """The rows from `start` on."""
        tree = self._tree
        rows = slice(start, min(start + count, self.size))
        depths, groups = tree.depths[rows], tree.groups[rows]
        return Window(
            start,
            tuple(self._path(int(d), int(g)) for d, g in zip(depths, groups, strict=True)),
            depths,
            tree.children[rows],
            tuple(tree.opened[rows].tolist()),
            {name: self._values(self.plan.measure(name), depths, groups) for name in self.measures},
        )

    def find(self, path: Path) -> int:
        """Row of a node; -1 if it cannot be seen."""
        window = np.flatnonzero(self._tree.depths == len(path))
        return next((int(row) for row in window if self._path(len(path), int(self._tree.groups[row])) == path), -1)

    # ---- tree

    @cached_property
    def _tree(self) -> "_Tree":
        return _grow(self._codes, self._below, self._is_open)

    @cached_property
    def _rows(self) -> IntArray:
        return self._series.select(self.scope)

    @cached_property
    def _codes(self) -> list[IntArray]:
        """Group of each row in scope, by depth; depth 0 is the total."""
        return [self._series.group(self.levels[:depth]).codes[self._rows] for depth in range(len(self.levels) + 1)]

    @cached_property
    def _below(self) -> list[IntArray]:
        """Rows in scope below each group, one level down, by depth."""
        counts = []
        for above, below in zip(self._codes, self._codes[1:], strict=False):
            _, first = np.unique(below, return_index=True)
            counts.append(np.bincount(above[first], minlength=int(above.max(initial=-1)) + 1))
        return counts

    def _is_open(self, depth: int, group: int) -> bool:
        if isinstance(self._opened, int):
            return depth < self._opened
        return self._path(depth, group) in self._opened

    def _path(self, depth: int, group: int) -> Path:
        return tuple(str(name) for name in self._series.group(self.levels[:depth]).labels.row(group)) if depth else ()

    # ---- numbers

    def _values(self, measure: Measure, depths: IntArray, groups: IntArray) -> Array:
        out = np.full((depths.size, len(self.columns)), np.nan)
        for depth in np.unique(depths).tolist():
            here = np.flatnonzero(depths == depth)
            levels = self.levels[:depth]
            if all(level in self.plan.inputs.series[measure.grain].levels for level in (*levels, *self.scope)):
                out[here] = self._of_groups(measure, levels, groups[here])
        return out

    def _of_groups(self, measure: Measure, levels: tuple[str, ...], groups: IntArray) -> Array:
        if measure.is_ratio:
            above = self._of_groups(self.plan.measure(measure.numerator), levels, groups)
            below = self._of_groups(self.plan.measure(measure.denominator), levels, groups)
            return divide(above, below)
        out = np.full((groups.size, len(self.columns)), np.nan)
        places, sums = self._sums(measure, levels, groups)
        calendar = self.plan.inputs.periods(measure.span)
        columns, rows, groups_of_time = self._columns_of(calendar.labels)
        if columns.size:
            rolled = roll_up_time(sums[rows], groups_of_time, columns.size, measure.over_time)
            out[np.ix_(places, columns)] = rolled.T
        return out

    def _columns_of(self, labels: tuple[str, ...]) -> tuple[IntArray, IntArray, IntArray]:
        """Columns that a span covers, its periods that are shown, and the place of each among those columns."""
        window = self._calendar_window
        shown = self.plan.calendar.window(window.start, window.stop)
        _, numbers = shown.members(self.time)
        column = dict(zip(shown.labels, numbers.tolist(), strict=True))
        rows = np.array([i for i, label in enumerate(labels) if label in column], dtype=np.int64)
        columns, places = np.unique([column[labels[i]] for i in rows.tolist()], return_inverse=True)
        return columns.astype(np.int64), rows, np.asarray(places, dtype=np.int64).reshape(-1)

    def _sums(self, measure: Measure, levels: tuple[str, ...], groups: IntArray) -> tuple[IntArray, Array]:
        """Which of the groups the measure has, and their sums: `[period, group]`."""
        series = self.plan.inputs.series[measure.grain]
        places, own = _translate(self._series, series, levels, groups)
        blocks = self.plan.blocks(measure.name)
        codes = series.group(levels).codes
        if not self.scope and own.size * 4 > series.group(levels).size:
            sums = sum_by_levels(blocks, series, levels)[:, own]
            counts = np.bincount(codes, minlength=series.group(levels).size)[own]
        else:
            rows, numbers = _rows_of(series, codes, own, self.scope)
            sums = sum_rows(blocks, series, rows, numbers, own.size)
            counts = np.bincount(numbers, minlength=own.size)
        return places, sums / np.maximum(counts, 1) if measure.over_series == "mean" else sums


@dataclass(frozen=True, eq=False)
class _Tree:
    """Rows that can be seen, from top to bottom."""

    depths: IntArray
    groups: IntArray
    children: IntArray
    opened: BoolArray


def _grow(codes: list[IntArray], below: list[IntArray], is_open: Callable[[int, int], bool]) -> _Tree:
    """Walk down from the total, level by level, below nodes that are open; then sort each node before its children."""
    if not codes[0].size:
        none = np.empty(0, dtype=np.int64)
        return _Tree(none, none, none, none.astype(bool))
    seen = np.array([0], dtype=np.int64)
    parts: list[tuple[int, IntArray, IntArray, BoolArray, IntArray]] = []
    for depth in range(len(codes)):
        children = below[depth][seen] if depth < len(below) else np.zeros(seen.size, dtype=np.int64)
        opened = np.array([bool(n) and is_open(depth, int(g)) for n, g in zip(children, seen, strict=True)], dtype=bool)
        parts.append((depth, seen, children, opened, _lineage(codes, depth, seen)))
        if not opened.any() or depth + 1 == len(codes):
            break
        inside = np.isin(codes[depth], seen[opened])
        seen = np.unique(codes[depth + 1][inside])
    order = np.lexsort(np.concatenate([lineage for *_, lineage in parts], axis=1)[::-1])
    columns = [np.concatenate([part[i] for part in parts])[order] for i in (1, 2, 3)]
    depths = np.concatenate([np.full(part[1].size, part[0]) for part in parts])[order]
    return _Tree(depths, columns[0], columns[1], columns[2])


def _lineage(codes: list[IntArray], depth: int, groups: IntArray) -> IntArray:
    """The groups above and at each node, -1 below: sorting by them puts nodes before their children."""
    known, first = np.unique(codes[depth], return_index=True)
    row = first[np.searchsorted(known, groups)]
    out = np.full((len(codes), groups.size), -1, dtype=np.int64)
    for d in range(depth + 1):
        out[d] = codes[d][row]
    return out


_Translation = dict[tuple[int, tuple[str, ...]], IntArray]
_translations: weakref.WeakKeyDictionary[SeriesIndex, _Translation] = weakref.WeakKeyDictionary()


def _translate(
    shown: SeriesIndex, own: SeriesIndex, levels: tuple[str, ...], groups: IntArray
) -> tuple[IntArray, IntArray]:
    """Find groups of one grain among those of another; those that are missing are left out."""
    if shown is own or not levels:
        return np.arange(groups.size), groups
    kept = _translations.setdefault(shown, {})
    key = (id(own), levels)
    if key not in kept:
        kept[key] = _numbers_in(shown, own, levels)
    numbers = kept[key][groups]
    return np.flatnonzero(numbers >= 0), numbers[numbers >= 0]


def _numbers_in(shown: SeriesIndex, own: SeriesIndex, levels: tuple[str, ...]) -> IntArray:
    """Group number in another grain of every group of one grain, -1 where there is none."""
    there = own.group(levels).labels.with_row_index("number")
    joined = shown.group(levels).labels.join(there, on=levels, how="left", maintain_order="left")
    numbers: IntArray = joined["number"].cast(pl.Int64).fill_null(-1).to_numpy()
    return numbers


def _rows_of(series: SeriesIndex, codes: IntArray, groups: IntArray, scope: Scope) -> tuple[IntArray, IntArray]:
    """Rows of some groups within a scope, ascending, and the place of each row's group."""
    place = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[groups] = np.arange(groups.size)
    rows = series.select(scope) if scope else np.arange(series.size)
    numbers = place[codes[rows]]
    return rows[numbers >= 0], numbers[numbers >= 0]
