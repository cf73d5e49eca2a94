"""Gates of a finite plan: what is late and still asked for, and what holds it back."""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply._shop import Result
from steelyard.supply.feeding import Feeding
from steelyard.supply.moves import GATE_COMPONENT, GATE_CONSUMER, GATE_NONE
from steelyard.supply.network import Arcs, SupplyNetwork

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]


def find_shortage(
    network: SupplyNetwork, feeding: Feeding, lead_time: IntArray, planned: Array, result: Result, unmet: Array
) -> tuple[Array, Array]:
    """What is late and still asked for, and what is not needed yet; gates stay only where something is late."""
    short, not_needed = np.empty(planned.shape), np.empty(planned.shape)
    consumed = (np.diff(network.consumers.start) > 0)[feeding.feeds]
    crumb, is_late = _lateness(planned, result.receipts, unmet, consumed, not_needed, short)
    rows, gates = network.order[is_late[network.order]], (result.gate_kind, result.gate_index)
    _carry_gates(rows, not_needed, *gates)
    _call_for(rows, is_late, network.consumers, lead_time, *gates, not_needed, short)
    _part(crumb, not_needed, short, *gates)
    return short, not_needed


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _lateness(
    planned: Array, receipts: Array, unmet: Array, consumed: BoolArray, late: Array, short: Array
) -> tuple[Array, BoolArray]:
    """Fill what is late, and how much of it is still asked for; give the crumb of each row and whether it is late."""
    periods, rows = planned.shape
    asked, come, is_late = planned[0].copy(), receipts[0].copy(), np.zeros(rows, np.bool_)
    for t in range(1, periods):
        for row in range(rows):
            asked[row] += planned[t, row]
    crumb = CRUMB * np.maximum(1.0, asked)
    asked[:], come[:] = 0.0, 0.0
    for t in range(periods):
        for row in range(rows):
            asked[row] += planned[t, row]
            come[row] += receipts[t, row]
            behind = asked[row] - come[row]
            if behind <= crumb[row]:
                behind = 0.0
            else:
                is_late[row] = True
            late[t, row] = behind
            short[t, row] = min(max(unmet[t, row], 0.0), behind) if consumed[row] else behind
    return crumb, is_late


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _part(crumb: Array, late: Array, short: Array, gate_kind: Int8Array, gate_index: Int32Array) -> None:
    """Part what is late into what is short and, in its place, what is not needed."""
    periods, rows = late.shape
    for t in range(periods):
        for row in range(rows):
            if short[t, row] <= crumb[row]:
                short[t, row] = 0.0
            if late[t, row] == 0.0:
                gate_kind[t, row], gate_index[t, row] = GATE_NONE, -1
            elif short[t, row] == 0.0:
                gate_kind[t, row], gate_index[t, row] = GATE_CONSUMER, -1
            late[t, row] -= short[t, row]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _carry_gates(late_rows: IntArray, late: Array, gate_kind: Int8Array, gate_index: Int32Array) -> None:
    """What is late and was held back where it was wanted before, as it should be built ahead, is held by the same."""
    periods = late.shape[0]
    for row in late_rows:
        kind, index = GATE_NONE, -1
        for t in range(periods):
            if gate_kind[t, row] != GATE_NONE:
                kind, index = gate_kind[t, row], gate_index[t, row]
            elif late[t, row] > 0.0:
                gate_kind[t, row], gate_index[t, row] = kind, index


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _call_for(
    order: IntArray,
    is_late: BoolArray,
    consumers: Arcs,
    lead: IntArray,
    gate_kind: Int8Array,
    gate_index: Int32Array,
    late: Array,
    short: Array,
) -> None:
    """A component for which its consumers wait is short of what they lack, as far as it is late itself.

    `order` holds the rows that are late, consumers before components.
    """
    periods = late.shape[0]
    asked = np.empty(periods)
    for row in order:
        asked[:] = 0.0
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above = consumers.row[a]
            if not is_late[above]:
                continue
            for t in range(lead[above], periods):
                u, waits = t - lead[above], gate_kind[t, above] == GATE_COMPONENT and gate_index[t, above] == row
                if waits and consumers.valid_from[a] <= u < consumers.valid_to[a]:
                    asked[u] += consumers.quantity_per[a] * short[t, above]
        for u in range(periods):
            if gate_kind[u, row] != GATE_NONE:
                short[u, row] = max(short[u, row], min(asked[u], late[u, row]))
