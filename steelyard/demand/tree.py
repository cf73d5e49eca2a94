"""Tree: the nodes above a set of series, level by level, and how numbers add up in it.

A level is a group number for every series: its product family, its region, its territory. Levels may cross; then it is
more than a tree, and only the top-down way is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add


@dataclass(frozen=True)
class Tree:
    """Levels of groups above some series; nodes are numbered level by level, then come the series themselves."""

    levels: tuple[IntArray, ...]
    """Group number of every series, by level, from the top."""
    sizes: tuple[int, ...]
    """How many groups each level has."""
    series: int
    """How many series there are."""

    @property
    def aggregates(self) -> int:
        """Nodes above the series."""
        return sum(self.sizes)

    @property
    def nodes(self) -> int:
        """All nodes."""
        return self.aggregates + self.series

    @property
    def offsets(self) -> tuple[int, ...]:
        """Number of the first node of each level; the last entry is that of the first series."""
        return tuple(int(k) for k in np.concatenate([[0], np.cumsum(self.sizes)]))

    def add_up(self, bottom: Array) -> Array:
        """Sum series to all nodes above them, period x aggregate, in row order.

        Example:
            >>> build_tree([np.array([0, 0, 0]), np.array([0, 0, 1])]).add_up(np.array([[1.0, 2.0, 4.0]]))
            array([[7., 3., 4.]])
        """
        parts = [scatter_add(bottom, codes, size) for codes, size in zip(self.levels, self.sizes, strict=True)]
        return np.concatenate([np.zeros((len(bottom), 0)), *parts], axis=1)

    def counts(self) -> Array:
        """How many series stand below each aggregate."""
        return np.asarray(self.add_up(np.ones((1, self.series)))[0])

    def place(self, node: int) -> str:
        """Say where a node stands: `level 1, group 4`."""
        if node >= self.aggregates:
            return f"series {node - self.aggregates}"
        level = int(np.searchsorted(self.offsets, node, side="right")) - 1
        return f"level {level}, group {node - self.offsets[level]}"


def build_tree(levels: Sequence[IntArray], series: int | None = None) -> Tree:
    """Build a tree from group numbers, one array a level, from the top.

    Args:
        levels: Group number of every series; groups of a level count from 0 without a gap.
        series: How many series; needed only where there is no level at all.

    Raises:
        ModelError: Levels differ in length, or a group has no series.
    """
    count = len(levels[0]) if levels else (series or 0)
    codes = tuple(np.asarray(level, dtype=np.int64) for level in levels)
    for number, level in enumerate(codes):
        found = np.unique(level)
        if level.shape != (count,) or not np.array_equal(found, np.arange(found.size)):
            raise ModelError(
                f"Level {number} does not number its groups",
                where=f"{level.size} of {count} series, groups {found[:5].tolist()} ...",
                mend="give every series a group, and number groups from 0 without a gap",
            )
    return Tree(codes, tuple(int(level.max(initial=-1)) + 1 for level in codes), count)
