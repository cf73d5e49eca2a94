"""Requirements: what must be made, bought or moved, and when to start, if nothing limited it."""

from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.lot_size import LotSizes, order_quantity
from steelyard.supply.network import SupplyNetwork, reach
from steelyard.supply.row_table import RowTable

Int32Array = NDArray[np.int32]

_FULL_SHARE = 3
"""Above one row in this many a full run is cheaper than an update."""


@dataclass(frozen=True, eq=False)
class RequirementInputs:
    """What the network stage reads, for all rows or for some.

    Args:
        independent_demand: Demand from customers, row x period [units].
        scheduled_receipts: Open orders by period of receipt, overdue ones in period 0, row x period [units].
        safety_stock: Stock wanted at the end of each period, row x period [units].
        opening_inventory: Usable stock before the first period, by row [units].
        lead_time: Whole periods from release to receipt, by row.
        lots: Lot rules by row.
    """

    independent_demand: Array
    scheduled_receipts: Array
    safety_stock: Array
    opening_inventory: Array
    lead_time: IntArray
    lots: LotSizes


@dataclass(frozen=True, eq=False)
class Requirements:
    """The unconstrained supply plan of all rows.

    Args:
        network: The supply network it was planned on.
        independent: Demand from customers it answers [units].
        scheduled: Open orders it counts on [units].
        target: Safety stock it keeps [units].
        opening: Usable stock before the first period, one column [units].
        lead_time: Whole periods from release to receipt, by row.
        lots: Lot rules by row.
        gross: Independent plus dependent demand [units].
        planned_receipts: Planned orders by period of receipt [units].
        planned_releases: The same orders by period of release [units].
        past_due: Part of the release in period 0 that should have started earlier, one column [units].
        touched: Rows whose plan differs from the plan this one was updated from; all after a full run.
    """

    network: SupplyNetwork
    independent: RowTable
    scheduled: RowTable
    target: RowTable
    opening: RowTable
    lead_time: IntArray
    lots: LotSizes
    gross: RowTable
    planned_receipts: RowTable
    planned_releases: RowTable
    past_due: RowTable
    touched: IntArray

    def dependent(self, rows: IntArray) -> Array:
        """Demand from the releases of consumers, row x period [units]."""
        return self.gross.take(rows) - self.independent.take(rows)


def plan_requirements(network: SupplyNetwork, inputs: RequirementInputs) -> Requirements:
    """Plan all rows, consumers before components.

    Per row and period, in units:

        gross     = independent demand + sum over consumers of (quantity per x their release)
        available = stock at the end of the period before + scheduled receipts - gross
        receipt   = order quantity that lifts available to the safety stock, in allowed lots
        release   = receipt, lead time earlier; before period 0 it stands in period 0 and counts as past due

    Args:
        network: The supply network; a component's arc counts by the period in which the consumer is released.
        inputs: Demand, stock, open orders and rules of all rows.

    Raises:
        ModelError: An input does not have the network's shape, or a lead time is negative.
        ManyFaults: Lot sizes contradict each other.
    """
    _check_shape(network, inputs, network.rows)
    inputs.lots.check()
    shape = (network.rows, network.periods)
    gross, receipts, releases = np.empty(shape), np.empty(shape), np.zeros(shape)
    past_due = np.zeros((network.rows, 1))
    _plan_all(network.order, *_arcs(network), *_numbers(inputs), gross, receipts, releases, past_due)
    return Requirements(
        network=network,
        independent=RowTable.of(inputs.independent_demand),
        scheduled=RowTable.of(inputs.scheduled_receipts),
        target=RowTable.of(inputs.safety_stock),
        opening=RowTable.of(inputs.opening_inventory[:, None]),
        lead_time=inputs.lead_time,
        lots=inputs.lots,
        gross=RowTable.of(gross),
        planned_receipts=RowTable.of(receipts),
        planned_releases=RowTable.of(releases),
        past_due=RowTable.of(past_due),
        touched=np.arange(network.rows),
    )


def update_requirements(
    previous: Requirements,
    changed_rows: IntArray,
    *,
    independent_demand: Array | None = None,
    scheduled_receipts: Array | None = None,
    safety_stock: Array | None = None,
    opening_inventory: Array | None = None,
) -> Requirements:
    """Plan again only what a change of some rows can move; the result has the same bits as a full run.

    Args:
        previous: The plan before the change; it stays as it is.
        changed_rows: Rows whose inputs change, each once.
        independent_demand: Their new demand, changed row x period; None where it stays.
        scheduled_receipts: Their new open orders, likewise.
        safety_stock: Their new safety stock, likewise.
        opening_inventory: Their new opening stock, by changed row.

    Returns:
        The new plan; `touched` names the rows whose gross requirement, receipts or releases differ.
    """
    opening = None if opening_inventory is None else opening_inventory[:, None]
    fresh = replace(
        previous,
        independent=_replaced(previous.independent, changed_rows, independent_demand),
        scheduled=_replaced(previous.scheduled, changed_rows, scheduled_receipts),
        target=_replaced(previous.target, changed_rows, safety_stock),
        opening=_replaced(previous.opening, changed_rows, opening),
    )
    below = reach(previous.network, changed_rows)
    if below.size * _FULL_SHARE > previous.network.rows:
        return _planned_again(previous, fresh)
    return _planned_below(fresh, below, changed_rows)


def lead_time_periods(days: Array, days_per_period: float) -> IntArray:
    """Whole periods of a lead time, rounded to the nearest, half up.

    A monthly plan cannot place an order within the month; rounding keeps the error within half a period.

    Args:
        days: Lead time by row [days].
        days_per_period: Mean length of a period [days].

    Example:
        >>> lead_time_periods(np.array([10.0, 17.0, 45.0]), 30.4)
        array([0, 1, 1])
    """
    return np.floor(np.maximum(days, 0.0) / days_per_period + 0.5).astype(np.int64)


def _replaced(table: RowTable, rows: IntArray, numbers: Array | None) -> RowTable:
    return table if numbers is None else table.replace(rows, numbers)


def _planned_again(previous: Requirements, fresh: Requirements) -> Requirements:
    inputs = RequirementInputs(
        fresh.independent.dense(),
        fresh.scheduled.dense(),
        fresh.target.dense(),
        fresh.opening.dense()[:, 0],
        fresh.lead_time,
        fresh.lots,
    )
    plan = plan_requirements(fresh.network, inputs)
    moved = np.zeros(fresh.network.rows, np.bool_)
    for name in ("gross", "planned_receipts", "planned_releases", "past_due"):
        moved |= (getattr(plan, name).base != getattr(previous, name).dense()).any(axis=1)
    return replace(plan, touched=np.flatnonzero(moved))


def _planned_below(fresh: Requirements, below: IntArray, changed_rows: IntArray) -> Requirements:
    network, size = fresh.network, below.size
    dirty = np.zeros(network.rows, np.bool_)
    dirty[changed_rows] = True
    place = np.full(network.rows, -1, np.int32)
    place[below] = np.arange(size, dtype=np.int32)
    some = RequirementInputs(
        fresh.independent.take(below),
        fresh.scheduled.take(below),
        fresh.target.take(below),
        fresh.opening.take(below)[:, 0],
        fresh.lead_time[below],
        fresh.lots.take(below),
    )
    gross, receipts, releases = (
        fresh.gross.take(below),
        fresh.planned_receipts.take(below),
        fresh.planned_releases.take(below),
    )
    past_due = fresh.past_due.take(below)
    old = fresh.planned_releases
    below_arcs = (network.component_start, network.component)
    moved = _plan_some(
        below,
        place,
        dirty,
        *_arcs(network),
        *below_arcs,
        *_numbers(some),
        old.base,
        old.over,
        old.slot,
        gross,
        receipts,
        releases,
        past_due,
    )
    hit = np.flatnonzero(moved)
    rows = below[hit]
    return replace(
        fresh,
        gross=fresh.gross.replace(rows, gross[hit]),
        planned_receipts=fresh.planned_receipts.replace(rows, receipts[hit]),
        planned_releases=fresh.planned_releases.replace(rows, releases[hit]),
        past_due=fresh.past_due.replace(rows, past_due[hit]),
        touched=np.sort(rows),
    )


def _check_shape(network: SupplyNetwork, inputs: RequirementInputs, rows: int) -> None:
    for name in ("independent_demand", "scheduled_receipts", "safety_stock"):
        if getattr(inputs, name).shape != (rows, network.periods):
            found = getattr(inputs, name).shape
            raise ModelError(f"{name} is {found}, not {(rows, network.periods)}", mend="lay it out as row x period")
    if (inputs.lead_time < 0).any():
        row = int(np.flatnonzero(inputs.lead_time < 0)[0])
        raise ModelError("A lead time is negative", where=f"row {row}", mend="give a lead time of 0 or more periods")


_Arcs = tuple[IntArray, Int32Array, Array, Int32Array, Int32Array]
_Numbers = tuple[Array, Array, Array, Array, IntArray, Array, Array, Array]


def _arcs(network: SupplyNetwork) -> _Arcs:
    return network.consumer_start, network.consumer, network.quantity_per, network.valid_from, network.valid_to


def _numbers(inputs: RequirementInputs) -> _Numbers:
    lots = inputs.lots
    flows = (inputs.independent_demand, inputs.scheduled_receipts, inputs.safety_stock)
    return (*flows, inputs.opening_inventory, inputs.lead_time, lots.minimum, lots.multiple, lots.maximum)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _net(
    gross: Array,
    scheduled: Array,
    target: Array,
    opening: float,
    lead: int,
    minimum: float,
    multiple: float,
    maximum: float,
    receipts: Array,
    releases: Array,
) -> float:
    available, past_due = opening, 0.0
    releases[:] = 0.0
    for t in range(gross.size):
        available = available + scheduled[t] - gross[t]
        lot = order_quantity(target[t] - available, minimum, multiple, maximum)
        receipts[t] = lot
        available = available + lot
        if t >= lead:
            releases[t - lead] += lot
        else:
            releases[0] += lot
            past_due += lot
    return past_due


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _plan_all(
    order: IntArray,
    consumer_start: IntArray,
    consumer: Int32Array,
    quantity_per: Array,
    valid_from: Int32Array,
    valid_to: Int32Array,
    independent: Array,
    scheduled: Array,
    target: Array,
    opening: Array,
    lead: IntArray,
    minimum: Array,
    multiple: Array,
    maximum: Array,
    gross: Array,
    receipts: Array,
    releases: Array,
    past_due: Array,
) -> None:
    for i in order:
        need = gross[i]
        need[:] = independent[i]
        for a in range(consumer_start[i], consumer_start[i + 1]):
            release, per = releases[consumer[a]], quantity_per[a]
            for t in range(valid_from[a], valid_to[a]):
                need[t] += per * release[t]
        past_due[i, 0] = _net(
            need,
            scheduled[i],
            target[i],
            opening[i],
            lead[i],
            minimum[i],
            multiple[i],
            maximum[i],
            receipts[i],
            releases[i],
        )


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _differs(left: Array, right: Array) -> bool:
    for t in range(left.size):
        if left[t] != right[t]:
            return True
    return False


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _plan_some(
    below: IntArray,
    place: Int32Array,
    dirty: BoolArray,
    consumer_start: IntArray,
    consumer: Int32Array,
    quantity_per: Array,
    valid_from: Int32Array,
    valid_to: Int32Array,
    component_start: IntArray,
    component: Int32Array,
    independent: Array,
    scheduled: Array,
    target: Array,
    opening: Array,
    lead: IntArray,
    minimum: Array,
    multiple: Array,
    maximum: Array,
    base: Array,
    over: Array,
    slot: Int32Array,
    gross: Array,
    receipts: Array,
    releases: Array,
    past_due: Array,
) -> BoolArray:
    periods = gross.shape[1]
    moved = np.zeros(below.size, np.bool_)
    need, made, started = np.empty(periods), np.empty(periods), np.empty(periods)
    for k in range(below.size):
        row = below[k]
        if not dirty[row]:
            continue
        need[:] = independent[k]
        for a in range(consumer_start[row], consumer_start[row + 1]):
            above, per = consumer[a], quantity_per[a]
            if place[above] >= 0:
                release = releases[place[above]]
            elif slot[above] >= 0:
                release = over[slot[above]]
            else:
                release = base[above]
            for t in range(valid_from[a], valid_to[a]):
                need[t] += per * release[t]
        late = _net(
            need, scheduled[k], target[k], opening[k], lead[k], minimum[k], multiple[k], maximum[k], made, started
        )
        shifted = _differs(started, releases[k])
        moved[k] = shifted or _differs(need, gross[k]) or _differs(made, receipts[k]) or late != past_due[k, 0]
        gross[k], receipts[k], releases[k], past_due[k, 0] = need, made, started, late
        if shifted:
            for a in range(component_start[row], component_start[row + 1]):
                dirty[component[a]] = True
    return moved
