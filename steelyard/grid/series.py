"""Series: the rows of a grain, sorted, with the members of every level, cut into blocks at item boundaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from steelyard.errors import UnknownMember
from steelyard.grid.block import BLOCK_SERIES, IntArray

LARGEST = 2**63 - 1
"""Largest number of combinations of members that can be counted."""

NONE = "(none)"
"""The member that stands for a missing attribute."""

Scope = Mapping[str, str | Sequence[str]]
"""Members by level; series must match one member on every level named. Empty: all series."""


@dataclass(frozen=True)
class Groups:
    """Series gathered by the members of some levels."""

    labels: pl.DataFrame
    """One row a group, one column a level, sorted as the series are."""
    codes: IntArray
    """Group number of each series."""
    size: int
    """How many groups there are; one where no level gathers them."""


@dataclass(frozen=True, eq=False)
class SeriesIndex:
    """The series of one grain.

    Args:
        members: One row a series, one String column a level; key columns first.
        keys: The columns that make a series unique.
        cuts: Start and stop row of each block.
    """

    members: pl.DataFrame
    keys: tuple[str, ...]
    cuts: tuple[tuple[int, int], ...]
    _groups: dict[tuple[str, ...], Groups] = field(default_factory=dict, repr=False)
    _rows: dict[tuple[Any, ...], IntArray] = field(default_factory=dict, repr=False)
    _orders: dict[str, tuple[IntArray, IntArray]] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """How many series there are."""
        return self.members.height

    @property
    def levels(self) -> tuple[str, ...]:
        """Every level by which the series can be selected or grouped."""
        return tuple(self.members.columns)

    @cached_property
    def _codes(self) -> dict[str, tuple[dict[str, int], IntArray]]:
        coded = {}
        for level in self.members.columns:
            names = self.members[level].unique(maintain_order=True)
            codes = self.members[level].replace_strict(names, pl.Series(range(len(names)), dtype=pl.Int64))
            coded[level] = ({name: i for i, name in enumerate(names)}, codes.to_numpy())
        return coded

    @cached_property
    def row_of_key(self) -> dict[tuple[str, ...], int]:
        """Row number by key."""
        return {key: i for i, key in enumerate(self.members.select(self.keys).iter_rows())}

    def names(self, level: str) -> tuple[str, ...]:
        """List the members of a level in row order.

        Raises:
            UnknownMember: The series have no such level.
        """
        return tuple(self._level(level)[0])

    def codes(self, level: str) -> IntArray:
        """Number each series by its member on a level, in the order of `names(level)`."""
        return self._level(level)[1]

    def select(self, scope: Scope) -> IntArray:
        """Find the rows in a scope, ascending.

        Raises:
            UnknownMember: The series have no such level or member.
        """
        key = tuple(sorted((level, (m,) if isinstance(m, str) else tuple(m)) for level, m in scope.items()))
        if key not in self._rows:
            self._rows[key] = self._in_scope([(level, [self._member(level, m) for m in ms]) for level, ms in key])
        return self._rows[key]

    def _in_scope(self, asked: Sequence[tuple[str, Sequence[int]]]) -> IntArray:
        """Rows with a member asked for on every level: those of the narrowest level, sifted by the others."""
        if not asked:
            return np.arange(self.size)
        found = [(level, members, self._rows_of(level, members)) for level, members in asked]
        narrowest = min(range(len(found)), key=lambda i: found[i][2].size)
        rows = found[narrowest][2]
        for i, (level, members, _) in enumerate(found):
            if i != narrowest:
                rows = rows[np.isin(self.codes(level)[rows], members)]
        return rows

    def _rows_of(self, level: str, members: Sequence[int]) -> IntArray:
        """Rows of some members of a level, ascending."""
        order, starts = self._sorted(level)
        parts = [order[starts[member] : starts[member + 1]] for member in dict.fromkeys(members)]
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate([np.empty(0, np.int64), *parts]))

    def _sorted(self, level: str) -> tuple[IntArray, IntArray]:
        """The rows in the order of their members on a level, and where each member begins."""
        if level not in self._orders:
            codes = self.codes(level)
            order = np.argsort(codes, kind="stable")
            counts = np.bincount(codes, minlength=len(self.names(level)))
            self._orders[level] = order, np.concatenate([[0], np.cumsum(counts)])
        return self._orders[level]

    def has(self, scope: Scope) -> bool:
        """Say whether these series have every level of a scope."""
        return all(level in self.members.columns for level in scope)

    def has_member(self, level: str, name: str) -> bool:
        """Say whether a level holds a member."""
        return name in self._level(level)[0]

    def group(self, levels: Sequence[str]) -> Groups:
        """Gather the series by the members of `levels`; no level makes one group of all."""
        key = tuple(levels)
        if key not in self._groups:
            self._groups[key] = self._gather(key)
        return self._groups[key]

    def _gather(self, levels: tuple[str, ...]) -> Groups:
        code, combinations = np.zeros(self.size, dtype=np.int64), 1
        for level in levels:
            size = len(self.names(level)) + 1
            if combinations * size > LARGEST:
                code, combinations = _renumbered(code), self.size
            code, combinations = code * size + self.codes(level), combinations * size
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(order.size)
        labels = self.members[first[order].tolist()].select(levels)
        return Groups(labels, rank[inverse.reshape(-1)], order.size)

    def by_block(self, rows: IntArray) -> dict[int, IntArray]:
        """Split ascending rows into local rows by block number."""
        starts = np.array([start for start, _ in self.cuts] + [self.size])
        bounds = np.searchsorted(rows, starts)
        found = enumerate(pairwise(bounds))
        return {j: rows[a:b] - starts[j] for j, (a, b) in found if b > a}

    def _level(self, level: str) -> tuple[dict[str, int], IntArray]:
        if level not in self._codes:
            near = get_close_matches(level, self.levels, 1)
            raise UnknownMember(
                f"There is no level {level!r} here",
                where=f"levels are {', '.join(self.levels)}",
                mend=f"use {near[0]!r}" if near else "use one of these levels",
            )
        return self._codes[level]

    def _member(self, level: str, name: str) -> int:
        names = self._level(level)[0]
        if name not in names:
            near = get_close_matches(name, list(names), 3, cutoff=0.5)
            hint = f"did you mean {', '.join(repr(n) for n in near)}?" if near else f"look at the members of {level}"
            raise UnknownMember(f"There is no {level} {name!r} in this plan", mend=hint)
        return names[name]


def _renumbered(codes: IntArray) -> IntArray:
    """The same groups, numbered without gaps."""
    return np.unique(codes, return_inverse=True)[1].reshape(-1)


def cut_at_items(
    demand_items: IntArray, place_items: IntArray, items: int, *, block_series: int = BLOCK_SERIES
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Cut two grains at the same item boundaries, so that block j holds the same items in both.

    Args:
        demand_items: Item number of each demand series, ascending.
        place_items: Item number of each item-location, ascending.
        items: How many items there are.
        block_series: Series that the larger grain of a block should not exceed (one item may).

    Returns:
        Start and stop rows of each block, for demand series and for item-locations.

    Example:
        >>> cut_at_items(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, block_series=2)
        (((0, 2), (2, 3)), ((0, 1), (1, 3)))
    """
    per_item = np.maximum(np.bincount(demand_items, minlength=items), np.bincount(place_items, minlength=items))
    bounds, filled = [0], 0
    for item, count in enumerate(per_item.tolist()):
        if filled and filled + count > block_series:
            bounds.append(item)
            filled = 0
        filled += count
    bounds.append(items)
    edges = np.array(bounds)
    return _cuts(demand_items, edges), _cuts(place_items, edges)


def _cuts(items: IntArray, edges: IntArray) -> tuple[tuple[int, int], ...]:
    rows = np.searchsorted(items, edges).tolist()
    return tuple(pairwise(rows))
