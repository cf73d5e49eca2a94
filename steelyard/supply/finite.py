"""Finite plan: what can be made and when, with the hours and components there are, in order of priority."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply._build_ahead import CRUMB, build_ahead
from steelyard.supply._build_forward import build_forward
from steelyard.supply._gates import find_shortage
from steelyard.supply._promise import lower_to_promise
from steelyard.supply._rebalance import free_stock, headroom, lacking, outstanding, planned_stock, trim
from steelyard.supply._shop import NEED, REST, Result, Shop, Targets
from steelyard.supply.feeding import Feeding
from steelyard.supply.moves import GATE_NONE, MoveLog, log_moves
from steelyard.supply.network import Arcs, SupplyNetwork
from steelyard.supply.rough_cut import Lines, ResourceBill, build_resource_bill, load_resources

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]
Grouped = TypeVar("Grouped", Arcs, Lines)

_ROUNDS = 2
"""How often unused components are taken back and their hours used again."""

_WORTH = 1e-3
"""Share of the units of end products that a round must add, or be able to add, to be worth it."""


@dataclass(frozen=True, eq=False)
class FiniteInputs:
    """What the finite plan reads beyond network and bill of resources.

    Args:
        planned_receipts: Unconstrained plan, period x row [units].
        gross_requirement: Independent plus dependent demand of that plan, period x row [units].
        independent_demand: Demand from customers, period x row [units].
        scheduled_receipts: Open orders by period of receipt, period x row [units].
        opening_inventory: Usable stock before the first period, by row [units].
        lead_time: Whole periods from release to receipt, by row.
        priority: Class in which rows are served when hours or components are short, by row; lower goes first.
        capacity_available: Hours, period x resource.
        fence: First period into which orders may be moved ahead, by row; the first one by default.
        feeds: Row whose stock receipts go into, by row: sources of an item-location are rows that feed it, with their
            part of its plan; its own by default.
        shelf_life: Periods that a unit may be made ahead, by row; 0, the default, for any.
        fair: Whether rows of a class share what is short in proportion to what they lack, instead of the longest
            waiting going first.
    """

    planned_receipts: Array
    gross_requirement: Array
    independent_demand: Array
    scheduled_receipts: Array
    opening_inventory: Array
    lead_time: IntArray
    priority: Array
    capacity_available: Array
    fence: IntArray | None = None
    feeds: IntArray | None = None
    shelf_life: IntArray | None = None
    fair: bool = False

    @property
    def feeding(self) -> Feeding:
        """Which rows are sources of which."""
        return Feeding.none(self.lead_time.size) if self.feeds is None else Feeding.of(self.feeds)


@dataclass(frozen=True, eq=False)
class FinitePlan:
    """The plan by priority. Everything is period x row unless said.

    Args:
        constrained_receipts: What comes in, by period of receipt [units].
        constrained_releases: The same by period of release [units].
        component_issues: What consumers take when they are released [units].
        constrained_load: Hours used, period x resource.
        shortage_quantity: Planned so far, still needed and not yet received [units]; in the last period: never made.
        not_needed: Planned so far and not received, because its consumers cannot use it [units].
        gate_kind: What last held a receipt back: 0 nothing, else GATE_RESOURCE, GATE_COMPONENT, GATE_LEAD_TIME or
            GATE_CONSUMER.
        gate_index: Number of that resource or component row, -1 where there is none.
        planned: Unconstrained receipts of the rows that are received themselves [units].
        received: What became of them, sources of an item-location each for itself [units].
        ahead: Resource for which a receipt was to be built ahead, -1 for none.
    """

    constrained_receipts: Array
    constrained_releases: Array
    component_issues: Array
    constrained_load: Array
    shortage_quantity: Array
    not_needed: Array
    gate_kind: Int8Array
    gate_index: Int32Array
    planned: Array
    received: Array
    ahead: Int32Array

    @cached_property
    def moves(self) -> MoveLog:
        """Every quantity that is not where the unconstrained plan had it, with its cause."""
        return log_moves(self.planned, self.received, self.gate_kind, self.gate_index, self.ahead)


def plan_finite(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> FinitePlan:
    """Fit the unconstrained plan into hours, components and lead times.

    1. Backward, consumers before components: in each period rows take room by priority; what does not fit
       is wanted in the nearest earlier period with room on all its resources, if it keeps so long, and its
       components with it.
    2. Forward, period by period, components before consumers: first what demand needs, then what fills safety
       stock or is built ahead; within each by priority class, and within a class the longest waiting first, or
       all in proportion to what they lack. A row starts as much as room on each of its resources and stock of each
       component allow; the rest waits. Short hours are shared among the levels in proportion to what each wants.
    3. Rebalance: components that no consumer can use are taken back, and the hours they free go to what is still
       short, a few times; what needs no resource comes when its consumers can use it. What nothing consumes keeps
       all that it has got.

    Nothing is dropped: over the horizon receipts, the last shortage and what is no longer needed equal the planned
    receipts. Customers' demand on a component is served before its consumers. Items without a resource wait only for
    components and lead time. Lots may be split.

    Args:
        network: The supply network.
        bill: Bill of resources; offsets beyond the lead time count as the lead time.
        inputs: Plan, stock, priorities and capacity.

    Raises:
        ModelError: A shape does not fit.
    """
    _check(network, bill, inputs)
    bill = _within_lead_time(bill, inputs.lead_time)
    wanted, ahead = _wanted(network, bill, inputs)
    targets = _targets(inputs, wanted)
    shop = _shop(network, bill, inputs)
    result = _built(shop, inputs, targets)
    unmet = _rebalanced(network, bill, inputs, shop, targets, result)
    feeding = inputs.feeding
    planned = feeding.without_fed(inputs.planned_receipts)
    short, not_needed = find_shortage(network, feeding, inputs.lead_time, planned, result, unmet)
    releases = release_receipts(result.receipts, inputs.lead_time)
    return FinitePlan(
        constrained_receipts=feeding.gather(result.receipts),
        constrained_releases=feeding.gather(releases),
        component_issues=issue_components(network, releases, result.receipts),
        constrained_load=load_resources(bill, result.receipts).load,
        shortage_quantity=feeding.gather(short),
        not_needed=feeding.gather(not_needed),
        gate_kind=result.gate_kind,
        gate_index=result.gate_index,
        planned=planned,
        received=result.receipts,
        ahead=ahead,
    )


def issue_components(network: SupplyNetwork, releases: Array, receipts: Array) -> Array:
    """What releases take from the stock of their components, less what receipts give as co-products [units].

    Everything is period x row.
    """
    issues = np.zeros(releases.shape)
    _issue(network.consumers, releases, receipts, issues)
    return issues


def _check(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> None:
    rows = (network.periods, network.rows)
    wanted = dict.fromkeys(("planned_receipts", "gross_requirement", "independent_demand", "scheduled_receipts"), rows)
    for name, shape in {**wanted, "capacity_available": (network.periods, bill.resources)}.items():
        found = getattr(inputs, name).shape
        if found != shape:
            raise ModelError(f"{name} is {found}, not {shape}", mend="lay it out as period x series")


def _within_lead_time(bill: ResourceBill, lead_time: IntArray) -> ResourceBill:
    lines = bill.by_row
    row = np.repeat(np.arange(bill.rows), np.diff(lines.start))
    if (lines.offset <= lead_time[row]).all():
        return bill
    return build_resource_bill(
        bill.rows,
        bill.resources,
        row=row,
        resource=lines.other.astype(np.int64),
        hours_per_unit=lines.hours_per_unit,
        offset=np.minimum(lines.offset, lead_time[row]),
    )


def _wanted(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> tuple[Array, Int32Array]:
    planned = inputs.planned_receipts
    wanted, ahead = planned.copy(), np.full(planned.shape, -1, np.int32)
    order = np.lexsort((np.arange(network.rows), inputs.priority, network.level))
    level_start = np.searchsorted(network.level[order], np.arange(network.depth + 1)).astype(np.int64)
    room, lead = np.array(inputs.capacity_available, np.float64), inputs.lead_time
    first = lead if inputs.fence is None else np.maximum(lead, inputs.fence)
    shelf = np.zeros(network.rows, np.int64) if inputs.shelf_life is None else inputs.shelf_life
    build_ahead(order, level_start, network.consumers, bill.by_row, lead, first, shelf, planned, room, wanted, ahead)
    return wanted, ahead


def _targets(inputs: FiniteInputs, wanted: Array) -> Targets:
    targets = Targets(np.empty((2, *wanted.shape)), wanted)
    _add_up(inputs.gross_requirement, inputs.scheduled_receipts, inputs.opening_inventory, targets)
    feeding = inputs.feeding
    for row in feeding.source.tolist():
        _share_need(targets.upto, feeding.feeds[row], row)
    targets.upto[:, :, feeding.fed], targets.wanted[:, feeding.fed] = 0.0, 0.0
    return targets


def _share_need(upto: Array, fed: int, source: int) -> None:
    """A source has the same part of what it shall bring to cover needs as the item-location it feeds."""
    need, rest = upto[NEED, :, fed], upto[REST, :, fed]
    part = np.divide(need, rest, out=np.zeros(need.size), where=rest > 0)
    own = np.maximum.accumulate(upto[REST, :, source] * np.clip(part, 0.0, 1.0))
    upto[NEED, :, source] = np.minimum(own, upto[REST, :, source])


def _empty_result(shape: tuple[int, ...]) -> Result:
    return Result(np.zeros(shape), np.zeros(shape, np.int8), np.full(shape, -1, np.int32))


def _built(shop: Shop, inputs: FiniteInputs, targets: Targets) -> Result:
    result = _empty_result(targets.wanted.shape)
    supply = inputs.scheduled_receipts - inputs.independent_demand
    room = np.array(inputs.capacity_available, np.float64)
    build_forward(shop, targets, supply, room, inputs.opening_inventory, result)
    _snap(targets.wanted, result.receipts)
    return result


def _rebalanced(
    network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs, shop: Shop, targets: Targets, result: Result
) -> Array:
    """Trim and fill up in turn; the receipts of `result` change. Gives what was asked for last and did not come."""
    opening = inputs.opening_inventory
    stock = planned_stock(opening, inputs.planned_receipts, inputs.scheduled_receipts, inputs.gross_requirement)
    flow = inputs.scheduled_receipts - inputs.independent_demand
    flow[0] += opening
    fixed = (np.diff(bill.by_row.start) > 0) | _bound_to_period(network, inputs.independent_demand)
    feeding = inputs.feeding
    sources = (feeding.start, feeding.source)
    arcs = (network.order, network.consumers, inputs.lead_time, fixed, stock, flow)
    trimming = (*arcs, *sources, result.receipts)
    unmet = outstanding(targets.wanted, result.receipts)
    last = np.flatnonzero((np.diff(network.consumers.start) == 0)[feeding.feeds] & ~feeding.fed)
    enough = _WORTH * inputs.planned_receipts[:, last].sum()
    for _ in range(_ROUNDS):
        if not trim(*trimming) or lacking(last, targets.wanted, result.receipts) <= enough:
            return unmet
        more, extra = _filled_up(network, bill, inputs, shop, targets, flow, last, result)
        unmet = more - np.cumsum(extra, axis=0)
        if extra[:, last].sum() <= enough:
            break
    trim(*trimming)
    return unmet


def _bound_to_period(network: SupplyNetwork, independent_demand: Array) -> BoolArray:
    """Rows that cannot start later: their components change over time, or customers would take them first."""
    arcs = network.components
    passing = (arcs.valid_from > 0) | (arcs.valid_to < network.periods)
    demanded: BoolArray = np.any(independent_demand > 0, axis=0)
    bound = passing | demanded[arcs.row]
    row = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    return np.bincount(row[bound], minlength=network.rows) > 0


def _filled_up(
    network: SupplyNetwork,
    bill: ResourceBill,
    inputs: FiniteInputs,
    shop: Shop,
    targets: Targets,
    flow: Array,
    last: IntArray,
    result: Result,
) -> tuple[Array, Array]:
    """Build what is still wanted with the hours and stock the plan leaves; give the want, cumulated, and what came."""
    feeding = inputs.feeding
    got = feeding.gather(result.receipts)
    issues = issue_components(network, release_receipts(result.receipts, inputs.lead_time), result.receipts)
    free = free_stock(flow, _of_stocks(feeding, got), issues)
    room = inputs.capacity_available - load_resources(bill, result.receipts).load
    wants = feeding.gather(targets.upto)
    upto = lower_to_promise(network, bill, inputs.priority, wants, got, room, last, result)
    stages = (upto, free, room, got)
    more = headroom(network.order, network.consumers, bill.by_row, inputs.lead_time, *stages)
    more[:, :, feeding.fed] = 0.0
    extra = _empty_result(result.receipts.shape)
    wanted, supply = np.diff(more[REST], axis=0, prepend=0.0), np.diff(free, axis=0, prepend=0.0)
    build_forward(shop, Targets(more, wanted), supply, room, np.zeros(network.rows), extra)
    gated = extra.gate_kind != GATE_NONE
    result.receipts[:] += extra.receipts
    result.gate_kind[gated], result.gate_index[gated] = extra.gate_kind[gated], extra.gate_index[gated]
    _snap(targets.wanted, result.receipts)
    return more[REST], extra.receipts


def _of_stocks(feeding: Feeding, receipts: Array) -> Array:
    """What comes into the stock of each row: into that of a source nothing."""
    if not feeding.source.size:
        return receipts
    out = receipts.copy()
    out[:, feeding.source] = 0.0
    return out


def _shop(network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs) -> Shop:
    order = np.lexsort((np.arange(network.rows), inputs.priority, -network.level))
    level, priority = network.level[order], inputs.priority[order]
    new = np.ones(order.size, np.bool_)
    new[1:] = (np.diff(level) != 0) | (np.diff(priority) != 0)
    level_groups = np.searchsorted(-level[new], -np.arange(network.depth - 1, -2, -1)).astype(np.int64)
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    lead, lines, arcs = inputs.lead_time[order], _in_order(bill.by_row, order), _in_order(network.components, order)
    gap = np.repeat(lead, np.diff(lines.start)) - lines.offset
    return Shop(
        order,
        np.cumsum(new) - 1,
        level_groups,
        lead,
        arcs._replace(row=place[arcs.row].astype(np.int32)),
        lines,
        place[inputs.feeding.feeds[order]],
        network.depth - 1 - level,
        int(min(gap.max(initial=0), network.periods - 1)),
        inputs.fair,
    )


def _in_order(lines: Grouped, order: IntArray) -> Grouped:
    """Lines or arcs of rows in another order of the rows."""
    count = np.diff(lines.start)[order]
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))
    taken = np.arange(start[-1]) + np.repeat(lines.start[order] - start[:-1], count)
    return type(lines)(start, *(column[taken] for column in lines[1:]))


def release_receipts(receipts: Array, lead_time: IntArray) -> Array:
    """When receipts have to start, period x row [units]."""
    releases = np.zeros(receipts.shape)
    _release(receipts, lead_time, releases)
    return releases


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _add_up(gross: Array, scheduled: Array, opening: Array, targets: Targets) -> None:
    """Sum up what is wanted, and of it what demand needs after stock and open orders."""
    periods, rows = gross.shape
    lack = -opening
    for t in range(periods):
        for row in range(rows):
            want = targets.wanted[t, row] + (targets.upto[REST, t - 1, row] if t > 0 else 0.0)
            lack[row] += gross[t, row] - scheduled[t, row]
            need = max(lack[row], targets.upto[NEED, t - 1, row] if t > 0 else 0.0)
            targets.upto[REST, t, row] = want
            targets.upto[NEED, t, row] = min(need, want)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _snap(wanted: Array, receipts: Array) -> None:
    """Where all that was wanted comes, give it to the last bit."""
    periods, rows = wanted.shape
    for t in range(periods):
        for row in range(rows):
            near = abs(wanted[t, row] - receipts[t, row]) <= CRUMB * max(1.0, wanted[t, row])
            if near and receipts[t, row] > 0.0:
                receipts[t, row] = wanted[t, row]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _release(receipts: Array, lead: IntArray, releases: Array) -> None:
    periods, rows = receipts.shape
    for u in range(periods):
        for row in range(rows):
            if u + lead[row] < periods:
                releases[u, row] = receipts[u + lead[row], row]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _issue(consumers: Arcs, releases: Array, receipts: Array, issues: Array) -> None:
    periods, rows = releases.shape
    for u in range(periods):
        for row in range(rows):
            for a in range(consumers.start[row], consumers.start[row + 1]):
                if consumers.valid_from[a] <= u < consumers.valid_to[a]:
                    per = consumers.quantity_per[a]
                    flow = releases[u, consumers.row[a]] if per > 0.0 else receipts[u, consumers.row[a]]
                    issues[u, row] += per * flow
