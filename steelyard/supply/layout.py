"""Layout: from blocks `[period, series]` to the rows `[row, period]` of the network stage, and back."""

from collections.abc import Sequence

import numba
import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, same


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _turn(values: Array, out: Array) -> None:
    for first in range(0, values.shape[1], 64):
        last = min(first + 64, values.shape[1])
        for t in range(values.shape[0]):
            for s in range(first, last):
                out[s, t] = values[t, s]


def to_rows(blocks: Blocks) -> Array:
    """Lay blocks out as one table `[row, period]`."""
    out = np.empty((sum(block.shape[1] for block in blocks), blocks[0].shape[0]))
    start = 0
    for block in blocks:
        _turn(block, out[start : start + block.shape[1]])
        start += block.shape[1]
    return out


def to_blocks(table: Array, cuts: Sequence[tuple[int, int]]) -> Blocks:
    """Cut a table `[row, period]` into read-only blocks `[period, series]` at `cuts` (start, stop pairs)."""
    return tuple(_read_only(np.ascontiguousarray(table[start:stop].T)) for start, stop in cuts)


def changed_rows(before: Blocks, after: Blocks) -> IntArray:
    """Rows in which two sets of blocks differ; blocks shared by both are not looked at."""
    found, start = [np.empty(0, np.int64)], 0
    for old, new in zip(before, after, strict=True):
        if not same(old, new):
            found.append(start + np.flatnonzero((old.view(np.int64) != new.view(np.int64)).any(axis=0)))
        start += new.shape[1]
    return np.concatenate(found)


def patch_blocks(blocks: Blocks, cuts: Sequence[tuple[int, int]], rows: IntArray, numbers: Array) -> Blocks:
    """Replace some rows; blocks in which no number moves are shared.

    Args:
        blocks: Blocks before, period x series.
        cuts: Start and stop row of each block.
        rows: Rows to replace, ascending.
        numbers: New numbers, row x period.
    """
    out = list(blocks)
    edges = np.searchsorted(rows, [start for start, _ in cuts] + [cuts[-1][1]])
    for number in np.flatnonzero(np.diff(edges)).tolist():
        part = slice(edges[number], edges[number + 1])
        place, fresh = rows[part] - cuts[number][0], np.ascontiguousarray(numbers[part].T)
        if (blocks[number][:, place].view(np.int64) != fresh.view(np.int64)).any():
            block = blocks[number].copy()
            block[:, place] = fresh
            out[number] = _read_only(block)
    return tuple(out)


def _read_only(block: Array) -> Array:
    block.flags.writeable = False
    return block
