"""Gates of a finite plan: what is late and still asked for, and what holds it back."""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply._build_forward import Result
from steelyard.supply.feeding import Feeding
from steelyard.supply.moves import GATE_COMPONENT, GATE_CONSUMER, GATE_NONE
from steelyard.supply.network import Arcs, SupplyNetwork

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]


def find_shortage(
    network: SupplyNetwork, feeding: Feeding, lead_time: IntArray, planned: Array, result: Result, unmet: Array
) -> tuple[Array, Array]:
    """What is late and still asked for, and what is not needed yet; gates stay only where something is late."""
    late = np.cumsum(planned, axis=0)
    crumb = CRUMB * np.maximum(1.0, late[-1])
    late -= np.cumsum(result.receipts, axis=0)
    late[late <= crumb] = 0.0
    _carry_gates(late, result.gate_kind, result.gate_index)
    consumed = (np.diff(network.consumers.start) > 0)[feeding.feeds]
    short = np.where(consumed, np.clip(unmet, 0.0, late), late)
    _call_for(network.order, network.consumers, lead_time, result.gate_kind, result.gate_index, late, short)
    short[short <= crumb] = 0.0
    not_needed = late - short
    result.gate_kind[late == 0.0], result.gate_index[late == 0.0] = GATE_NONE, -1
    result.gate_kind[(late > 0.0) & (short == 0.0)] = GATE_CONSUMER
    result.gate_index[(late > 0.0) & (short == 0.0)] = -1
    return short, not_needed


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _carry_gates(late: Array, gate_kind: Int8Array, gate_index: Int32Array) -> None:
    """What is late and was held back where it was wanted before, as it should be built ahead, is held by the same."""
    periods, rows = late.shape
    for row in range(rows):
        kind, index = GATE_NONE, -1
        for t in range(periods):
            if gate_kind[t, row] != GATE_NONE:
                kind, index = gate_kind[t, row], gate_index[t, row]
            elif late[t, row] > 0.0:
                gate_kind[t, row], gate_index[t, row] = kind, index


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _call_for(
    order: IntArray,
    consumers: Arcs,
    lead: IntArray,
    gate_kind: Int8Array,
    gate_index: Int32Array,
    late: Array,
    short: Array,
) -> None:
    """A component for which its consumers wait is short of what they lack, as far as it is late itself."""
    periods = late.shape[0]
    asked = np.empty(periods)
    for row in order:
        asked[:] = 0.0
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above = consumers.row[a]
            for t in range(lead[above], periods):
                u, waits = t - lead[above], gate_kind[t, above] == GATE_COMPONENT and gate_index[t, above] == row
                if waits and consumers.valid_from[a] <= u < consumers.valid_to[a]:
                    asked[u] += consumers.quantity_per[a] * short[t, above]
        for u in range(periods):
            if gate_kind[u, row] != GATE_NONE:
                short[u, row] = max(short[u, row], min(asked[u], late[u, row]))
