"""Moves: which series of a block moved since the previous run; each pair of blocks is looked at once."""

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray

MOST = 0.25
"""Share of a block's series up to which it is patched; above, calculating the whole block is as fast."""


class Moves:
    """Series in which a block differs from the one of the previous run, for pairs of blocks of which that is known."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[object, object, IntArray | None]] = {}

    def put(self, before: object, after: object, series: IntArray | None) -> None:
        """Know that two blocks differ in no other series; None: in too many, or they cannot be compared."""
        self._known[id(before), id(after)] = (before, after, series)

    def knows(self, before: object, after: object) -> bool:
        """Whether a pair of blocks was looked at."""
        return (id(before), id(after)) in self._known

    def between(self, before: object, after: object, size: int) -> IntArray | None:
        """Series in which two blocks of so many may differ; None where they are too many, or no such blocks."""
        if not self.knows(before, after):
            found = differing(before, after, size)
            self.put(before, after, None if found is None else np.flatnonzero(found))
        series = self._known[id(before), id(after)][2]
        return None if series is None or series.size > MOST * size else series


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
