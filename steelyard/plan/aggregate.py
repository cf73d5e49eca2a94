"""Aggregate: sums of blocks over groups of series, kept per block so that an edit adds up again only what it moved."""

import itertools
import weakref
from functools import cached_property

import numpy as np

from steelyard.grid.block import SILENT, Array, Blocks, IntArray, is_silent
from steelyard.grid.rollup import scatter_add
from steelyard.grid.series import SeriesIndex

KEPT_GROUPS = 400
"""Partial sums of a block over more groups than this are not worth keeping."""


Place = tuple[int, int]
"""Number of some groups, and of a block."""
_numbers = itertools.count()


class PartialSums:
    """Sums of single blocks over the groups of some levels, kept for as long as the block lives."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Array], dict[Place, Array]]] = {}

    def of(self, block: Array, place: Place, groups: "GroupsOfBlock") -> Array:
        """Sum a block over local groups: `[period, local group]`.

        Args:
            block: The block.
            place: Which groups, and where the block stands among its series: one block may stand in several places.
            groups: The groups as the block sees them.
        """
        kept = self._of_block(block)
        if place not in kept:
            sums = groups.sum(np.atleast_2d(block))
            if groups.size > KEPT_GROUPS or groups.size == groups.codes.size:
                return sums
            kept[place] = sums
        return kept[place]

    def _of_block(self, block: Array) -> dict[Place, Array]:
        key = id(block)
        entry = self._kept.get(key)
        if entry is None or entry[0]() is not block:
            entry = (weakref.ref(block, lambda _dead: self._kept.pop(key, None)), {})
            self._kept[key] = entry
        return entry[1]


class GroupsOfBlock:
    """Groups as one block sees them.

    Args:
        codes: Group of each series of the block.
    """

    def __init__(self, codes: IntArray) -> None:
        self.numbers, self.codes = _localised(codes)
        self.size = self.numbers.size

    @cached_property
    def place(self) -> slice | IntArray:
        """Where the groups lie among all: side by side, or scattered."""
        first = int(self.numbers[0]) if self.size else 0
        beside = np.array_equal(self.numbers, np.arange(first, first + self.size))
        return slice(first, first + self.size) if beside else self.numbers

    def sum(self, values: Array) -> Array:
        """Sum `[period, series]` into `[period, local group]`."""
        if self._in_order and self.size * 2 <= self.codes.size:
            return np.add.reduceat(values, self._starts, axis=1)
        return _sum_runs(values, self.codes, self._starts, self.size)

    @cached_property
    def _starts(self) -> IntArray:
        return _starts_of_runs(self.codes)

    @cached_property
    def _in_order(self) -> bool:
        return self.size > 0 and np.array_equal(self.codes[self._starts], np.arange(self.size))


class LocalGroups:
    """The groups of some levels, in all and as each block sees them."""

    def __init__(self, series: SeriesIndex, levels: tuple[str, ...]) -> None:
        groups = series.group(levels)
        self.number = next(_numbers)
        self.size, self.levels, self.labels = groups.size, levels, groups.labels
        self.codes = groups.codes
        self._local = [GroupsOfBlock(groups.codes[start:stop]) for start, stop in series.cuts]

    def of_block(self, j: int) -> GroupsOfBlock:
        """The groups in a block."""
        return self._local[j]


_partials = PartialSums()
_groups: weakref.WeakKeyDictionary[SeriesIndex, dict[tuple[str, ...], LocalGroups]] = weakref.WeakKeyDictionary()


def local_groups(series: SeriesIndex, levels: tuple[str, ...]) -> LocalGroups:
    """Group the series of a grain by levels; kept for as long as the series live."""
    kept = _groups.setdefault(series, {})
    if levels not in kept:
        kept[levels] = LocalGroups(series, levels)
    return kept[levels]


def sum_by_levels(blocks: Blocks, series: SeriesIndex, levels: tuple[str, ...]) -> Array:
    """Sum a measure over its series: `[period, group]`, groups in the order of the rows.

    Blocks are summed one by one and added in order, so that the result does not depend on what was kept.
    """
    groups = local_groups(series, levels)
    total = np.zeros((_periods(blocks), groups.size))
    for j, block in enumerate(blocks):
        local = groups.of_block(j)
        total[:, local.place] += _partials.of(block, (groups.number, j), local)
    return total


def sum_rows(blocks: Blocks, series: SeriesIndex, rows: IntArray, codes: IntArray, size: int) -> Array:
    """Sum some series into groups: `[period, group]`.

    Args:
        blocks: The measure.
        series: The rows of its grain.
        rows: The rows wanted, ascending.
        codes: Group of each of them.
        size: How many groups there are.
    """
    total = np.zeros((_periods(blocks), size))
    start = 0
    for j, local in series.by_block(rows).items():
        wanted = codes[start : start + local.size]
        block = np.atleast_2d(blocks[j])
        numbers, places = _localised(wanted)
        part = block if local.size == block.shape[1] else block[:, local]
        total[:, numbers] += sum_groups(part, places, numbers.size)
        start += local.size
    return total


def sum_spoken(blocks: Blocks, series: SeriesIndex, rows: IntArray, codes: IntArray, size: int) -> Array:
    """Sum what is said into groups, `[period, group]`: cells without a number are left out; NaN where none has one.

    Args:
        blocks: A measure whose cells may hold nothing.
        series: The rows of its grain.
        rows: The rows wanted, ascending.
        codes: Group of each of them.
        size: How many groups there are.
    """
    total = np.zeros((_periods(blocks), size))
    voices = np.zeros(total.shape)
    start = 0
    for j, local in series.by_block(rows).items():
        wanted = codes[start : start + local.size]
        start += local.size
        if is_silent(blocks[j]):
            continue
        part = np.atleast_2d(blocks[j])[:, local]
        said = np.isfinite(part)
        numbers, places = _localised(wanted)
        total[:, numbers] += sum_groups(np.where(said, part, 0.0), places, numbers.size)
        voices[:, numbers] += sum_groups(said.astype(np.float64), places, numbers.size)
    return np.where(voices > 0, total, SILENT)


def sum_groups(block: Array, codes: IntArray, size: int) -> Array:
    """Sum one block into groups; neighbours of one group are added in one go."""
    return _sum_runs(np.atleast_2d(block), codes, _starts_of_runs(codes), size)


def _sum_runs(values: Array, codes: IntArray, starts: IntArray, size: int) -> Array:
    if not codes.size:
        return np.zeros((values.shape[0], size))
    if starts.size == codes.size == size and np.array_equal(codes, np.arange(size)):
        return values
    if starts.size * 2 > codes.size:
        return scatter_add(np.ascontiguousarray(values), codes, size)
    return scatter_add(np.add.reduceat(values, starts, axis=1), codes[starts], size)


def _starts_of_runs(codes: IntArray) -> IntArray:
    return np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1))


def _localised(codes: IntArray) -> tuple[IntArray, IntArray]:
    numbers, local = np.unique(codes, return_inverse=True)
    return numbers, np.asarray(local, dtype=np.int64).reshape(-1)


def _periods(blocks: Blocks) -> int:
    return np.atleast_2d(blocks[0]).shape[0] if blocks else 0
