"""Patching: where few series of a block moved, a calculation repeats on those alone and keeps the others' numbers."""

from collections.abc import Mapping, Sequence

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plan.calculation import Calculation

MOST = 0.25
"""Share of a block's series up to which it is patched; above, calculating the whole block is as fast."""


class MovedSeries:
    """Which series of one block moved since the previous run; each measure is looked at once."""

    def __init__(self) -> None:
        self._found: dict[str, BoolArray | None] = {}

    def patched(
        self,
        calculation: Calculation,
        cell: Mapping[str, object],
        before: Mapping[str, object],
        old: Sequence[object],
    ) -> tuple[Array, ...] | None:
        """The outputs of a calculation by series, of which only the series that moved are new.

        Args:
            calculation: What to calculate.
            cell: The block of each input.
            before: The same of the previous run, for the inputs that moved.
            old: Outputs of the previous run.

        Returns:
            None where the whole block must be calculated: too much moved, or series are not all that its arrays have.
        """
        if not calculation.by_series or not isinstance(old[0], np.ndarray):
            return None
        size = old[0].shape[-1]
        moved = self._moved(cell, before, size)
        if moved is None or not all(_fits(cell[name], size) for name in calculation.inputs):
            return None
        series = np.flatnonzero(moved)
        if not series.size:
            return tuple(block for block in old if isinstance(block, np.ndarray))
        narrow = {name: _of(cell[name], series) for name in calculation.inputs}
        return tuple(_replaced(old[k], series, part) for k, part in enumerate(calculation(narrow)))

    def _moved(self, cell: Mapping[str, object], before: Mapping[str, object], size: int) -> BoolArray | None:
        """Series in which any of the inputs moved."""
        out = np.zeros(size, np.bool_)
        for name, value in before.items():
            if name not in self._found:
                self._found[name] = differing(value, cell[name], size)
            found = self._found[name]
            if found is None or found.size != size:
                return None
            out |= found
        return out if np.count_nonzero(out) <= MOST * size else None


def differing(left: object, right: object, size: int) -> BoolArray | None:
    """Series whose bits differ between two blocks of so many; None where they are too many, or no such blocks.

    Example:
        >>> rows = np.zeros((2, 8))
        >>> changed = rows.copy()
        >>> changed[1, 3] = 1.0
        >>> np.flatnonzero(differing(rows, changed, 8)).tolist()
        [3]
    """
    if not isinstance(left, np.ndarray) or not isinstance(right, np.ndarray):
        return None
    if left.shape != right.shape or not left.ndim or left.shape[-1] != size or {left.itemsize, right.itemsize} != {8}:
        return None
    out = np.zeros(size, np.bool_)
    few = _mark(_bits(left, size), _bits(right, size), out, int(MOST * size))
    return out if few else None


def _bits(block: Array, size: int) -> IntArray:
    return np.ascontiguousarray(block).view(np.int64).reshape(block.size // max(size, 1), size)


@numba.njit(nogil=True, cache=True)
def _mark(left: IntArray, right: IntArray, out: BoolArray, most: int) -> bool:
    """Mark the columns that differ; whether they are no more than so many."""
    count = 0
    for t in range(left.shape[0]):
        differ = 0
        for s in range(left.shape[1]):
            differ |= left[t, s] ^ right[t, s]
        if not differ:
            continue
        for s in range(left.shape[1]):
            if left[t, s] != right[t, s] and not out[s]:
                out[s] = True
                count += 1
        if count > most:
            return False
    return True


def _fits(value: object, size: int) -> bool:
    """Whether the last axis of an array are the series; a plain number always fits."""
    return not isinstance(value, np.ndarray) or not value.ndim or value.shape[-1] == size


def _of(value: object, series: IntArray) -> object:
    return np.take(value, series, axis=-1) if isinstance(value, np.ndarray) and value.ndim else value


def _replaced(old: object, series: IntArray, part: Array) -> Array:
    """The old block with the numbers of some series replaced."""
    assert isinstance(old, np.ndarray)
    fresh: Array = old.copy()
    fresh[..., series] = part
    return fresh
