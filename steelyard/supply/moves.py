"""Moves: what the finite plan put elsewhere than the unconstrained plan, and why."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]

GATE_NONE, GATE_RESOURCE, GATE_COMPONENT, GATE_LEAD_TIME, GATE_CONSUMER = 0, 1, 2, 3, 4
"""What held a quantity back or drew it ahead: nothing, a resource, a component, the lead time, its consumers."""

NEVER = -1
"""Period of a move that does not come within the horizon."""

_CRUMB = 1e-9


@dataclass(frozen=True, eq=False)
class MoveLog:
    """Moves as columns, by row and then by period.

    Args:
        row: Item-location moved.
        from_period: Period in which it was planned.
        to_period: Period in which it comes; earlier is built ahead, later is late, NEVER is not made.
        quantity: Units moved.
        cause: GATE_RESOURCE, GATE_COMPONENT, GATE_LEAD_TIME or GATE_CONSUMER.
        cause_index: Number of that resource or component row, -1 where there is none.
    """

    row: Int32Array
    from_period: Int32Array
    to_period: Int32Array
    quantity: Array
    cause: Int8Array
    cause_index: Int32Array

    def __len__(self) -> int:
        return self.row.size


def log_moves(
    planned: Array, received: Array, gate_kind: Int8Array, gate_index: Int32Array, ahead: Int32Array
) -> MoveLog:
    """Match planned to constrained receipts of each row, first planned first received.

    Args:
        planned: Unconstrained receipts, period x row [units].
        received: Constrained receipts, period x row [units].
        gate_kind: What held a receipt back, period x row.
        gate_index: Number of that resource or component, period x row.
        ahead: Resource for which a receipt was built ahead, -1 for none, period x row.
    """
    rows = np.flatnonzero((planned != received).any(axis=0))
    size = int(_match(rows, planned, received, gate_kind, gate_index, ahead, *_columns(0), False))
    columns = _columns(size)
    _match(rows, planned, received, gate_kind, gate_index, ahead, *columns, True)
    return MoveLog(*columns)


def _columns(size: int) -> tuple[Int32Array, Int32Array, Int32Array, Array, Int8Array, Int32Array]:
    row, source, target, cause_index = (np.empty(size, np.int32) for _ in range(4))
    return row, source, target, np.empty(size), np.empty(size, np.int8), cause_index


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _match(
    rows: IntArray,
    planned: Array,
    received: Array,
    gate_kind: Int8Array,
    gate_index: Int32Array,
    ahead: Int32Array,
    out_row: Int32Array,
    out_from: Int32Array,
    out_to: Int32Array,
    out_quantity: Array,
    out_cause: Int8Array,
    out_index: Int32Array,
    write: bool,
) -> int:
    periods, n = planned.shape[0], 0
    for row in rows:
        target, left = 0, received[0, row]
        for source in range(periods):
            need = planned[source, row]
            while need > _CRUMB:
                while left <= _CRUMB and target < periods:
                    target += 1
                    left = received[target, row] if target < periods else 0.0
                part = min(need, left) if target < periods else need
                if target != source:
                    if write:
                        out_row[n], out_from[n], out_quantity[n] = row, source, part
                        out_to[n] = target if target < periods else NEVER
                        if target > source:
                            gated = _gated_at(gate_kind, row, source, min(target, periods))
                            out_cause[n], out_index[n] = gate_kind[gated, row], gate_index[gated, row]
                        elif ahead[source, row] >= 0:
                            out_cause[n], out_index[n] = GATE_RESOURCE, ahead[source, row]
                        else:
                            out_cause[n], out_index[n] = GATE_CONSUMER, -1
                    n += 1
                need -= part
                left -= part
    return n


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _gated_at(gate_kind: Int8Array, row: int, source: int, stop: int) -> int:
    """Period whose gate explains a late receipt: its own, else the last before, as late goods push others back."""
    for t in range(source, -1, -1):
        if gate_kind[t, row] != GATE_NONE:
            return t
    for t in range(source + 1, stop):
        if gate_kind[t, row] != GATE_NONE:
            return t
    return source
