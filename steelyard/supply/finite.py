"""Finite plan: what can be made and when, with the hours and components there are, in order of priority."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.moves import GATE_COMPONENT, GATE_LEAD_TIME, GATE_RESOURCE, MoveLog, log_moves
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill, load_resources

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]

_CRUMB = 1e-9
"""Units, or a share of a wanted quantity, too small to plan."""


@dataclass(frozen=True, eq=False)
class FiniteInputs:
    """What the finite plan reads beyond network and bill of resources.

    Args:
        planned_receipts: Unconstrained plan, period x row [units].
        independent_demand: Demand from customers, period x row [units].
        scheduled_receipts: Open orders by period of receipt, period x row [units].
        opening_inventory: Usable stock before the first period, by row [units].
        lead_time: Whole periods from release to receipt, by row.
        priority: Who goes first when hours or components are short, by row; lower first, ties by row number.
        capacity_available: Hours, period x resource.
    """

    planned_receipts: Array
    independent_demand: Array
    scheduled_receipts: Array
    opening_inventory: Array
    lead_time: IntArray
    priority: Array
    capacity_available: Array


@dataclass(frozen=True, eq=False)
class FinitePlan:
    """The plan by priority. Everything is period x row unless said.

    Args:
        constrained_receipts: What comes in, by period of receipt [units].
        constrained_releases: The same by period of release [units].
        component_issues: What consumers take when they are released [units].
        constrained_load: Hours used, period x resource.
        shortage_quantity: Planned so far and not yet received [units]; in the last period: never made.
        gate_kind: What held a receipt back: 0 nothing, else GATE_RESOURCE, GATE_COMPONENT or GATE_LEAD_TIME.
        gate_index: Number of that resource or component row, -1 where there is none.
        moves: Every quantity that is not where the unconstrained plan had it, with its cause.
    """

    constrained_receipts: Array
    constrained_releases: Array
    component_issues: Array
    constrained_load: Array
    shortage_quantity: Array
    gate_kind: Int8Array
    gate_index: Int32Array
    moves: MoveLog


def plan_finite(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> FinitePlan:
    """Fit the unconstrained plan into hours, components and lead times.

    1. Backward, consumers before components: in each period rows take room by priority; what does not fit
       is built ahead in the nearest earlier period with room on all its resources. Components are then
       wanted earlier by as much.
    2. Forward, period by period, components before consumers, by priority: a row starts what it wants and
       what it is late with, as far as room on each of its resources and stock of each component allow; the
       rest is late and tried again next period.

    Nothing is dropped: over the horizon receipts plus the last shortage equal the planned receipts. Customers'
    demand on a component is served before its consumers. Items without a resource wait only for components
    and lead time. Lots may be split.

    Args:
        network: The supply network.
        bill: Bill of resources; offsets beyond the lead time count as the lead time.
        inputs: Plan, stock, priorities and capacity.

    Raises:
        ModelError: A shape does not fit.
    """
    _check(network, bill, inputs)
    bill = _within_lead_time(bill, inputs.lead_time)
    wanted, ahead = _build_ahead(network, bill, inputs)
    receipts, releases, issues, kind, index = _build_forward(network, bill, inputs, wanted)
    return FinitePlan(
        constrained_receipts=receipts,
        constrained_releases=releases,
        component_issues=issues,
        constrained_load=load_resources(bill, receipts).load,
        shortage_quantity=_shortage(inputs.planned_receipts, receipts),
        gate_kind=kind,
        gate_index=index,
        moves=log_moves(inputs.planned_receipts, receipts, kind, index, ahead),
    )


def _check(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> None:
    wanted = {
        "planned_receipts": (network.periods, network.rows),
        "independent_demand": (network.periods, network.rows),
        "scheduled_receipts": (network.periods, network.rows),
        "capacity_available": (network.periods, bill.resources),
    }
    for name, shape in wanted.items():
        if getattr(inputs, name).shape != shape:
            raise ModelError(
                f"{name} is {getattr(inputs, name).shape}, not {shape}", mend="lay it out as period x series"
            )


def _within_lead_time(bill: ResourceBill, lead_time: IntArray) -> ResourceBill:
    row = np.repeat(np.arange(bill.rows), np.diff(bill.row_start))
    if (bill.row_offset <= lead_time[row]).all():
        return bill
    offset = np.minimum(bill.row_offset, lead_time[row])
    hours, resource = bill.row_hours, bill.row_resource.astype(np.int64)
    return build_resource_bill(
        bill.rows, bill.resources, row=row, resource=resource, hours_per_unit=hours, offset=offset
    )


def _build_ahead(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> tuple[Array, Int32Array]:
    wanted = inputs.planned_receipts.copy()
    ahead = np.full(wanted.shape, -1, np.int32)
    order = np.lexsort((np.arange(network.rows), inputs.priority, network.level))
    level_start = np.searchsorted(network.level[order], np.arange(network.depth + 1)).astype(np.int64)
    room = inputs.capacity_available.astype(np.float64).copy()
    arcs = (network.consumer_start, network.consumer, network.quantity_per, network.valid_from, network.valid_to)
    lines = (bill.row_start, bill.row_resource, bill.row_hours, bill.row_offset)
    _backward(order, level_start, *arcs, *lines, inputs.lead_time, inputs.planned_receipts, room, wanted, ahead)
    return wanted, ahead


def _build_forward(
    network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs, wanted: Array
) -> tuple[Array, Array, Array, Int8Array, Int32Array]:
    receipts, releases, issues = np.zeros(wanted.shape), np.zeros(wanted.shape), np.zeros(wanted.shape)
    kind, index = np.zeros(wanted.shape, np.int8), np.full(wanted.shape, -1, np.int32)
    order = np.lexsort((np.arange(network.rows), inputs.priority, -network.level))
    arcs = (network.component_start, network.component, network.component_arc)
    worth = (network.quantity_per, network.valid_from, network.valid_to)
    lines = (bill.row_start, bill.row_resource, bill.row_hours, bill.row_offset)
    flows = (inputs.independent_demand, inputs.scheduled_receipts, inputs.opening_inventory.astype(np.float64).copy())
    room = inputs.capacity_available.astype(np.float64).copy()
    _forward(
        order,
        network.level,
        *arcs,
        *worth,
        *lines,
        inputs.lead_time,
        *flows,
        wanted,
        room,
        receipts,
        releases,
        issues,
        kind,
        index,
    )
    return receipts, releases, issues, kind, index


def _shortage(planned: Array, received: Array) -> Array:
    short = np.cumsum(planned, axis=0)
    level = _CRUMB * np.maximum(1.0, short[-1])
    short -= np.cumsum(received, axis=0)
    short[short <= level] = 0.0
    return short


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _backward(
    order: IntArray,
    level_start: IntArray,
    consumer_start: IntArray,
    consumer: Int32Array,
    quantity_per: Array,
    valid_from: Int32Array,
    valid_to: Int32Array,
    line_start: IntArray,
    line_resource: Int32Array,
    line_hours: Array,
    line_offset: Int32Array,
    lead: IntArray,
    planned: Array,
    room: Array,
    wanted: Array,
    ahead: Int32Array,
) -> None:
    periods, rows = planned.shape
    moved = np.zeros(rows, np.bool_)
    carried = np.zeros((periods + 1, rows))
    for level in range(level_start.size - 1):
        members = order[level_start[level] : level_start[level + 1]]
        for row in members:
            _advance(row, consumer_start, consumer, quantity_per, valid_from, valid_to, lead, planned, moved, wanted)
        for t in range(periods - 1, -1, -1):
            for row in members:
                if line_start[row] == line_start[row + 1] or t < lead[row]:
                    continue
                want = wanted[t, row] + carried[t + 1, row]
                if want <= 0.0:
                    continue
                fit, tight = want, -1
                for a in range(line_start[row], line_start[row + 1]):
                    most = max(room[t - line_offset[a], line_resource[a]], 0.0) / line_hours[a]
                    if most < fit:
                        fit, tight = most, line_resource[a]
                for a in range(line_start[row], line_start[row + 1]):
                    room[t - line_offset[a], line_resource[a]] -= fit * line_hours[a]
                if tight >= 0 and want - fit > _CRUMB:
                    carried[t, row] = want - fit
                    ahead[t, row] = tight
        for row in members:
            _shift(row, lead[row], carried, moved, wanted)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _advance(
    row: int,
    consumer_start: IntArray,
    consumer: Int32Array,
    quantity_per: Array,
    valid_from: Int32Array,
    valid_to: Int32Array,
    lead: IntArray,
    planned: Array,
    moved: BoolArray,
    wanted: Array,
) -> None:
    """Want a component earlier by what its consumers build ahead: never more in total than planned."""
    periods = planned.shape[0]
    early, found = np.zeros(periods), False
    for a in range(consumer_start[row], consumer_start[row + 1]):
        above = consumer[a]
        if not moved[above]:
            continue
        found = True
        for t in range(periods):
            release = max(t - lead[above], 0)
            if valid_from[a] <= release < valid_to[a]:
                early[release] += quantity_per[a] * (wanted[t, above] - planned[t, above])
    if not found:
        return
    total = 0.0
    for t in range(periods):
        total += planned[t, row]
    cumulative, advance, before = 0.0, 0.0, 0.0
    for t in range(periods):
        cumulative += planned[t, row]
        advance += early[t]
        now = min(max(before, cumulative + max(advance, 0.0)), total)
        if advance > _CRUMB or now - cumulative > _CRUMB or before - (cumulative - planned[t, row]) > _CRUMB:
            wanted[t, row] = max(now - before, 0.0)
            moved[row] = True
        before = max(now, before)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _shift(row: int, lead: int, carried: Array, moved: BoolArray, wanted: Array) -> None:
    """Turn what was carried towards the start into earlier wants; what found no room anywhere stays in its period."""
    periods = wanted.shape[0]
    if lead >= periods:
        return
    homeless, before = carried[lead, row], 0.0
    for t in range(periods):
        after = max(carried[t + 1, row] - homeless, 0.0) if t >= lead else 0.0
        if after != before:
            wanted[t, row] = max(wanted[t, row] + after - before, 0.0)
            moved[row] = True
        before = after


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _by_release(
    order: IntArray, lead: IntArray, wanted: Array, open_quantity: Array, queue: Int32Array, kind: Int8Array
) -> IntArray:
    """Line up what is wanted by the period it should start in; what should have started before starts in period 0."""
    periods = wanted.shape[0]
    length = np.zeros(periods, np.int64)
    for row in order:
        for t in range(min(lead[row], periods)):
            if wanted[t, row] > _CRUMB:
                open_quantity[0, row] += wanted[t, row]
                kind[t, row] = GATE_LEAD_TIME
    for u in range(periods):
        for row in order:
            if u + lead[row] < periods:
                open_quantity[u, row] += wanted[u + lead[row], row]
                if open_quantity[u, row] > _CRUMB:
                    queue[u, length[u]] = row
                    length[u] += 1
    return length


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _forward(
    order: IntArray,
    level: IntArray,
    component_start: IntArray,
    component: Int32Array,
    component_arc: Int32Array,
    quantity_per: Array,
    valid_from: Int32Array,
    valid_to: Int32Array,
    line_start: IntArray,
    line_resource: Int32Array,
    line_hours: Array,
    line_offset: Int32Array,
    lead: IntArray,
    independent: Array,
    scheduled: Array,
    stock: Array,
    wanted: Array,
    room: Array,
    receipts: Array,
    releases: Array,
    issues: Array,
    kind: Int8Array,
    index: Int32Array,
) -> None:
    periods, rows = wanted.shape
    open_quantity = np.zeros((periods, rows))
    queue = np.empty((periods, rows), np.int32)
    length = _by_release(order, lead, wanted, open_quantity, queue, kind)
    read, kept = np.zeros(periods, np.int64), np.zeros(periods, np.int64)
    blocked = np.full(rows, -1, np.int64)
    held, held_by = np.zeros(rows, np.int8), np.full(rows, -1, np.int32)
    for u in range(periods):
        for row in range(rows):
            stock[row] += scheduled[u, row] + receipts[u, row] - independent[u, row]
        read[:], kept[:] = 0, 0
        for depth in range(level[order[0]] if rows else -1, -1, -1):
            for due in range(u + 1):
                while read[due] < length[due] and level[queue[due, read[due]]] == depth:
                    row = queue[due, read[due]]
                    read[due] += 1
                    t = u + lead[row]
                    if t >= periods:
                        continue
                    if blocked[row] == u:
                        kind[due + lead[row], row], index[due + lead[row], row] = held[row], held_by[row]
                        queue[due, kept[due]] = row
                        kept[due] += 1
                        continue
                    want = open_quantity[due, row]
                    make, gate, which = want, 0, -1
                    for a in range(line_start[row], line_start[row + 1]):
                        most = max(room[t - line_offset[a], line_resource[a]], 0.0) / line_hours[a]
                        if most < make:
                            make, gate, which = most, GATE_RESOURCE, line_resource[a]
                    per = 0.0
                    for a in range(component_start[row], component_start[row + 1]):
                        arc = component_arc[a]
                        if valid_from[arc] <= u < valid_to[arc]:
                            per += quantity_per[arc]
                        last = a + 1 == component_start[row + 1] or component[a + 1] != component[a]
                        if last and per > 0.0:
                            most = max(stock[component[a]], 0.0) / per
                            if most < make:
                                make, gate, which = most, GATE_COMPONENT, component[a]
                        if last:
                            per = 0.0
                    if want - make <= _CRUMB * want:
                        make = want
                    else:
                        blocked[row], held[row], held_by[row] = u, gate, which
                        kind[due + lead[row], row], index[due + lead[row], row] = gate, which
                        queue[due, kept[due]] = row
                        kept[due] += 1
                        if make <= _CRUMB:
                            continue
                    open_quantity[due, row] = want - make
                    receipts[t, row] += make
                    releases[u, row] += make
                    if lead[row] == 0:
                        stock[row] += make
                    for a in range(line_start[row], line_start[row + 1]):
                        room[t - line_offset[a], line_resource[a]] -= make * line_hours[a]
                    for a in range(component_start[row], component_start[row + 1]):
                        arc = component_arc[a]
                        if valid_from[arc] <= u < valid_to[arc]:
                            stock[component[a]] -= quantity_per[arc] * make
                            issues[u, component[a]] += quantity_per[arc] * make
        length[: u + 1] = kept[: u + 1]
