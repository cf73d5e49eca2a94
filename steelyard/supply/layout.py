"""Layout: from blocks `[period, series]` to the rows `[row, period]` of the network stage, and back."""

from collections.abc import Sequence

import numba
import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, same
from steelyard.grid.pieces import RunPieces, one_by_one

Cuts = tuple[tuple[int, int], ...]
"""Start and stop row of each block."""


def cuts_of(blocks: Blocks) -> Cuts:
    """Start and stop row of each block."""
    stops = np.cumsum([block.shape[-1] for block in blocks]).tolist()
    return tuple(zip([0, *stops[:-1]], stops, strict=True))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _turn(values: Array, out: Array) -> None:
    for first in range(0, values.shape[1], 64):
        last = min(first + 64, values.shape[1])
        for t in range(values.shape[0]):
            for s in range(first, last):
                out[s, t] = values[t, s]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _turn_back(rows: Array, out: Array) -> None:
    for first in range(0, rows.shape[0], 64):
        last = min(first + 64, rows.shape[0])
        for t in range(rows.shape[1]):
            for s in range(first, last):
                out[t, s] = rows[s, t]


def to_rows(blocks: Blocks, run: RunPieces = one_by_one) -> Array:
    """Lay blocks out as one table `[row, period]`; `run` says who turns the blocks."""
    stops = np.cumsum([block.shape[1] for block in blocks]).tolist()
    out = np.empty((stops[-1], blocks[0].shape[0]))
    run(lambda j: _turn(blocks[j], out[stops[j] - blocks[j].shape[1] : stops[j]]), range(len(blocks)))
    return out


def to_blocks(table: Array, cuts: Sequence[tuple[int, int]], run: RunPieces = one_by_one) -> Blocks:
    """Cut a table `[row, period]` into read-only blocks `[period, series]` at `cuts` (start, stop pairs)."""
    return tuple(run(lambda part: _read_only(_turned(table[part[0] : part[1]])), cuts))


def _turned(rows: Array) -> Array:
    out = np.empty(rows.shape[::-1])
    _turn_back(rows, out)
    return out


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
