"""Tree: the lines of a view, in the order in which they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.grid.block import BoolArray, IntArray
from steelyard.grid.series import SeriesIndex


@dataclass(frozen=True, eq=False)
class Level:
    """The nodes of one depth, sorted by their members from the top down."""

    names: tuple[str, ...]
    """Levels from the top down to this one."""
    paths: pl.DataFrame
    """One row a node, one column a level."""
    parent: IntArray
    """Number of the node's parent one level above."""

    @property
    def size(self) -> int:
        """How many nodes there are; the level of the grand total has one."""
        return self.paths.height if self.names else 1

    @cached_property
    def number_of(self) -> dict[tuple[str, ...], int]:
        """Node number by path."""
        if not self.names:
            return {(): 0}
        return {path: number for number, path in enumerate(self.paths.iter_rows())}

    def codes(self, series: SeriesIndex) -> IntArray:
        """Node number of each series; -1 for those that the tree does not hold."""
        if not self.names:
            return np.zeros(series.size, dtype=np.int64)
        groups = series.group(self.names)
        numbers = np.array([self.number_of.get(path, -1) for path in groups.labels.iter_rows()], dtype=np.int64)
        return numbers[groups.codes]


TOTAL = Level((), pl.DataFrame(), np.zeros(1, dtype=np.int64))
"""The level of the grand total."""


@dataclass(frozen=True, eq=False)
class Tree:
    """All nodes of a view, and where each stands when everything is open."""

    levels: tuple[Level, ...]
    places: tuple[IntArray, ...]
    """Place of each node in reading order, by depth."""

    def visible(self, opened: Sequence[BoolArray]) -> tuple[IntArray, IntArray]:
        """List what is seen when some nodes are open.

        Args:
            opened: For each depth but the last: which nodes are open.

        Returns:
            Depth and number of each visible node, in reading order.
        """
        seen = np.ones(self.levels[0].size, dtype=bool) if self.levels else np.zeros(0, dtype=bool)
        shown = []
        for depth, level in enumerate(self.levels):
            if depth:
                seen = (seen & opened[depth - 1])[level.parent]
            shown.append(np.flatnonzero(seen))
        depths = np.concatenate([np.full(numbers.size, d) for d, numbers in enumerate(shown)] or [np.zeros(0, int)])
        numbers = np.concatenate([*shown, np.zeros(0, int)])
        places = np.concatenate([*(self.places[d][n] for d, n in enumerate(shown)), np.zeros(0, int)])
        order = np.argsort(places, kind="stable")
        return depths[order].astype(np.int64), numbers[order].astype(np.int64)


def build_tree(indexes: Sequence[tuple[SeriesIndex, IntArray]], levels: Sequence[str]) -> Tree:
    """Build the tree of a view from the series of all grains that know its levels.

    Args:
        indexes: Series, and the rows of them inside the view's filter.
        levels: Levels from the top down.
    """
    built: list[Level] = []
    for depth in range(1, len(levels) + 1):
        names = tuple(levels[:depth])
        frames = [index.members[rows].select(names) for index, rows in indexes if set(names) <= set(index.levels)]
        if not frames:
            break
        built.append(_level(names, pl.concat(frames).unique().sort(names), built[-1] if built else None))
    return Tree(tuple(built), _places(built))


def _level(names: tuple[str, ...], paths: pl.DataFrame, above: Level | None) -> Level:
    if above is None:
        return Level(names, paths, np.zeros(paths.height, dtype=np.int64))
    numbered = above.paths.with_row_index("_parent")
    parent = paths.join(numbered, on=list(above.names), how="left", maintain_order="left")["_parent"]
    return Level(names, paths, parent.fill_null(0).to_numpy().astype(np.int64))


def _places(levels: Sequence[Level]) -> tuple[IntArray, ...]:
    sizes = _subtree_sizes(levels)
    places: list[IntArray] = []
    for depth, level in enumerate(levels):
        before = np.cumsum(sizes[depth]) - sizes[depth]
        if not depth:
            places.append(before)
            continue
        first = np.searchsorted(level.parent, np.arange(levels[depth - 1].size))
        eldest = before[np.minimum(first, max(level.size - 1, 0))][level.parent]
        places.append(places[-1][level.parent] + 1 + before - eldest)
    return tuple(places)


def _subtree_sizes(levels: Sequence[Level]) -> list[IntArray]:
    sizes: list[IntArray] = [np.ones(level.size, dtype=np.int64) for level in levels]
    for depth in range(len(levels) - 1, 0, -1):
        inside = np.bincount(levels[depth].parent, weights=sizes[depth], minlength=levels[depth - 1].size)
        sizes[depth - 1] = 1 + inside.astype(np.int64)
    return sizes
