"""Row table: numbers as `[row, period]` of which a few rows can be replaced without copying the rest."""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray

Int32Array = NDArray[np.int32]

_FOLD_SHARE = 8
"""Replaced rows are folded into a new base when they are more than one row in this many."""


class Cells(NamedTuple):
    """The parts of a row table, as kernels take them."""

    base: Array
    over: Array
    slot: Int32Array


@numba.njit(nogil=True, cache=True, error_model="numpy")
def cells_of(cells: Cells, row: int) -> Array:
    """Numbers of one row, by period, without a copy."""
    numbers: Array = cells.base[row] if cells.slot[row] < 0 else cells.over[cells.slot[row]]
    return numbers


@dataclass(frozen=True, eq=False)
class RowTable:
    """An immutable table of rows: a base, and newer rows laid over it.

    Args:
        base: Numbers of all rows, row x period.
        over: Newer numbers of some rows, replaced row x period.
        slot: Where in `over` a row stands, -1 where the base holds.
    """

    base: Array
    over: Array
    slot: Int32Array

    @classmethod
    def of(cls, base: Array) -> "RowTable":
        """A table without replaced rows."""
        nothing = np.empty((0, base.shape[1]))
        return cls(np.ascontiguousarray(base, np.float64), nothing, np.full(base.shape[0], -1, np.int32))

    @property
    def cells(self) -> Cells:
        """The table as kernels take it."""
        return Cells(self.base, self.over, self.slot)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and periods."""
        return self.base.shape[0], self.base.shape[1]

    def take(self, rows: IntArray) -> Array:
        """Numbers of some rows, row x period."""
        slots = self.slot[rows]
        out: Array = self.base[rows]
        newer = np.flatnonzero(slots >= 0)
        out[newer] = self.over[slots[newer]]
        return out

    def dense(self) -> Array:
        """Numbers of all rows, row x period; the base itself where nothing was replaced."""
        newer = np.flatnonzero(self.slot >= 0)
        if not newer.size:
            return self.base
        out = self.base.copy()
        out[newer] = self.over[self.slot[newer]]
        return out

    def replace(self, rows: IntArray, numbers: Array) -> "RowTable":
        """A table with other numbers in some rows; this one stays as it is.

        Args:
            rows: Rows to replace, each once.
            numbers: Their new numbers, row x period.
        """
        if not rows.size:
            return self
        fresh = self.slot[rows] < 0
        if self.over.shape[0] + int(fresh.sum()) > self.base.shape[0] // _FOLD_SHARE:
            return self._folded(rows, numbers)
        slot = self.slot.copy()
        slot[rows[fresh]] = self.over.shape[0] + np.arange(int(fresh.sum()), dtype=np.int32)
        over = np.concatenate((self.over, numbers[fresh]))
        over[slot[rows]] = numbers
        return RowTable(self.base, over, slot)

    def _folded(self, rows: IntArray, numbers: Array) -> "RowTable":
        base = self.base.copy()
        newer = np.flatnonzero(self.slot >= 0)
        base[newer] = self.over[self.slot[newer]]
        base[rows] = numbers
        return RowTable.of(base)
