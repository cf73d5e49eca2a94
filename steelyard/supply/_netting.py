"""Netting: the arithmetic of requirements, row by row, consumers before components."""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.lot_cover import needs_ahead, periods_covered
from steelyard.supply.lot_size import TOLERANCE, need_ahead, order_quantity, usual_lot
from steelyard.supply.network import Arcs
from steelyard.supply.open_supply import expire, move_orders
from steelyard.supply.receipt_limits import allowed_lot
from steelyard.supply.row_table import Cells, cells_of

Int32Array = NDArray[np.int32]


class Wants(NamedTuple):
    """Inputs as the kernels take them."""

    independent: Array
    scheduled: Array
    target: Array
    opening: Array
    lead: IntArray
    minimum: Array
    multiple: Array
    maximum: Array
    cover: IntArray
    span: Array
    economic: Array
    up_to: Array
    lot_rule: IntArray
    worth: Array
    fence: IntArray
    place: IntArray
    least: Array
    most: Array
    held: IntArray
    """Where a row stands among those whose open supply moves or expires, -1 for the others."""
    order_start: IntArray
    order_due: IntArray
    order_quantity: Array
    frozen: IntArray
    last_use: Array


class Plans(NamedTuple):
    """Results as the kernels fill them."""

    gross: Array
    receipts: Array
    releases: Array
    past_due: Array


def empty_plans(rows: int, periods: int) -> Plans:
    """Results of so many rows, to be filled."""
    return Plans(np.empty((rows, periods)), np.empty((rows, periods)), np.empty((rows, periods)), np.zeros((rows, 1)))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _counted_on(wants: Wants, k: int, gross: Array) -> Array:
    """What comes in of open orders when they come as needed, less stock that expires, by period."""
    held, lead = wants.held[k], wants.lead[k]
    orders = slice(wants.order_start[held], wants.order_start[held + 1])
    arrivals, expired = wants.scheduled[k].copy(), np.zeros(gross.size)
    expire(gross, wants.last_use[held], expired)
    due, first = wants.order_due[orders], max(wants.frozen[held], lead)
    move_orders(
        wants.frozen[held], first, gross, wants.target[k], wants.opening[k], expired, due, wants.order_quantity[orders],
        arrivals, due.copy(),
    )  # fmt: skip
    flow: Array = arrivals - expired
    return flow


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _net(wants: Wants, k: int, gross: Array, receipts: Array, releases: Array) -> float:
    """Fill receipts and releases of one row from its gross requirement; give what is past due."""
    available, past_due, lead = wants.opening[k], 0.0, wants.lead[k]
    minimum, multiple, maximum = wants.minimum[k], wants.multiple[k], wants.maximum[k]
    cover, more, limited = wants.cover[k], 0.0, wants.place[k]
    if wants.span[k] > 0.0 or wants.economic[k] > 0.0 or wants.up_to[k] > 0.0:
        usual = usual_lot(minimum, maximum, wants.span[k], wants.economic[k], gross.sum() / gross.size)
        if wants.up_to[k] > 0.0:
            more = usual
        else:
            minimum = usual
    arrivals = wants.scheduled[k]
    if wants.held[k] >= 0:
        arrivals = _counted_on(wants, k, gross)
    releases[:] = 0.0
    for t in range(gross.size):
        available = available + arrivals[t] - gross[t]
        need = wants.target[k, t] - available
        if need > TOLERANCE:
            if wants.lot_rule[k] > 0:
                needs = needs_ahead(need, t, arrivals, gross, wants.target[k])
                need = needs[: periods_covered(wants.lot_rule[k], needs, wants.worth[k])].sum()
            elif cover > 1:
                need = need_ahead(need, t, cover, arrivals, gross, wants.target[k])
            need = need + more
        lot = order_quantity(need, minimum, multiple, maximum)
        if t < wants.fence[k]:
            lot = 0.0
        if limited >= 0:
            lot = allowed_lot(lot, wants.least[limited, t], wants.most[limited, t])
        receipts[t] = lot
        available = available + lot
        if t >= lead:
            releases[t - lead] += lot
        else:
            releases[0] += lot
            past_due += lot
    return past_due


@numba.njit(nogil=True, cache=True, error_model="numpy")
def plan_all(order: IntArray, consumers: Arcs, wants: Wants, plans: Plans) -> None:
    """Plan rows in an order in which consumers stand before components."""
    for row in order:
        need = plans.gross[row]
        need[:] = wants.independent[row]
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above, per = consumers.row[a], consumers.quantity_per[a]
            flow = plans.releases[above] if per > 0.0 else plans.receipts[above]
            for t in range(consumers.valid_from[a], consumers.valid_to[a]):
                need[t] += per * flow[t]
        plans.past_due[row, 0] = _net(wants, row, need, plans.receipts[row], plans.releases[row])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def plan_some(
    below: IntArray,
    place: Int32Array,
    dirty: BoolArray,
    consumers: Arcs,
    components: Arcs,
    wants: Wants,
    old: Cells,
    old_receipts: Cells,
    plans: Plans,
) -> BoolArray:
    """Plan the dirty rows among those below; a row whose orders stay does not dirty its components."""
    periods = plans.gross.shape[1]
    moved = np.zeros(below.size, np.bool_)
    need, made, started = np.empty(periods), np.empty(periods), np.empty(periods)
    for k in range(below.size):
        row = below[k]
        if not dirty[row]:
            continue
        need[:] = wants.independent[k]
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above, per = consumers.row[a], consumers.quantity_per[a]
            if per > 0.0:
                flow = plans.releases[place[above]] if place[above] >= 0 else cells_of(old, above)
            else:
                flow = plans.receipts[place[above]] if place[above] >= 0 else cells_of(old_receipts, above)
            for t in range(consumers.valid_from[a], consumers.valid_to[a]):
                need[t] += per * flow[t]
        late = _net(wants, k, need, made, started)
        shifted = np.any(started != plans.releases[k]) or np.any(made != plans.receipts[k])
        moved[k] = shifted or np.any(need != plans.gross[k])
        moved[k] = moved[k] or late != plans.past_due[k, 0]
        plans.gross[k], plans.receipts[k], plans.releases[k], plans.past_due[k, 0] = need, made, started, late
        if shifted:
            for a in range(components.start[row], components.start[row + 1]):
                dirty[components.row[a]] = True
    return moved
