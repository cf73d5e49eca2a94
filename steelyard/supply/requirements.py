"""Requirements: what must be made, bought or moved, and when to start, if nothing limited it."""

from dataclasses import dataclass, replace

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.grid.pieces import RunPieces, one_by_one
from steelyard.supply._netting import Plans, Wants, empty_plans, plan_all, plan_some
from steelyard.supply.lot_size import LotSizes, OrderRules
from steelyard.supply.network import SupplyNetwork, reach
from steelyard.supply.open_supply import OpenSupply
from steelyard.supply.receipt_limits import ReceiptLimits
from steelyard.supply.row_table import RowTable

_FULL_SHARE = 3
"""Above one row in this many a full run is cheaper than an update."""

_PART_ROWS, _MOST_PARTS = 2000, 16
"""Rows that are worth planning apart from others of their level, and how many parts a level has at most."""


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
        limits: Planning fence, least and most receipts; nothing is limited by default.
        open_supply: Open orders that may be moved and stock that expires; none by default.
    """

    independent_demand: Array
    scheduled_receipts: Array
    safety_stock: Array
    opening_inventory: Array
    lead_time: IntArray
    lots: LotSizes
    limits: ReceiptLimits | None = None
    open_supply: OpenSupply | None = None


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
        limits: Planning fence, least and most receipts.
        open_supply: Open orders that may be moved and stock that expires.
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
    limits: ReceiptLimits
    open_supply: OpenSupply
    gross: RowTable
    planned_receipts: RowTable
    planned_releases: RowTable
    past_due: RowTable
    touched: IntArray

    def dependent(self, rows: IntArray) -> Array:
        """Demand from the releases of consumers, row x period [units]."""
        return self.gross.take(rows) - self.independent.take(rows)


def plan_requirements(network: SupplyNetwork, inputs: RequirementInputs, run: RunPieces = one_by_one) -> Requirements:
    """Plan all rows, consumers before components.

    Per row and period, in units:

        gross     = independent demand + sum over consumers of (quantity per x their release)
                    - sum over what it comes out of as a co-product of (quantity per x their receipt)
        available = stock at the end of the period before + scheduled receipts - expired - gross; open orders that may
                    be moved come when they are needed, see `arrange_supply`
        receipt   = order quantity that lifts available to the safety stock, in allowed lots; where a rule of ordering
                    holds, it covers the need of several periods, or is a usual order, or brings one on top
                    none before the planning fence, never below the least and above the most that a planner sets
        release   = receipt, lead time earlier; before period 0 it stands in period 0 and counts as past due

    Args:
        network: The supply network; a component's arc counts by the period in which the consumer is released.
        inputs: Demand, stock, open orders and rules of all rows.
        run: Who plans the rows of a level, which do not need each other; by default one part after another.

    Raises:
        ModelError: An input does not have the network's shape, or a lead time is negative.
        ManyFaults: Lot sizes contradict each other.
    """
    _check_shape(network, inputs)
    inputs.lots.check()
    plans = empty_plans(network.rows, network.periods)
    wants = _wants(inputs)
    for parts in _parts_by_level(network):
        run(lambda rows: plan_all(rows, network.consumers, wants, plans), parts)
    return Requirements(
        network=network,
        independent=RowTable.of(inputs.independent_demand),
        scheduled=RowTable.of(inputs.scheduled_receipts),
        target=RowTable.of(inputs.safety_stock),
        opening=RowTable.of(inputs.opening_inventory[:, None]),
        lead_time=inputs.lead_time,
        lots=inputs.lots,
        limits=inputs.limits or ReceiptLimits.none(network.rows),
        open_supply=inputs.open_supply or OpenSupply.none(network.rows, network.periods),
        gross=RowTable.of(plans.gross),
        planned_receipts=RowTable.of(plans.receipts),
        planned_releases=RowTable.of(plans.releases),
        past_due=RowTable.of(plans.past_due),
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
    limits: ReceiptLimits | None = None,
) -> Requirements:
    """Plan again only what a change of some rows can move; the result has the same bits as a full run.

    Args:
        previous: The plan before the change; it stays as it is.
        changed_rows: Rows whose inputs change, each once.
        independent_demand: Their new demand, changed row x period; None where it stays.
        scheduled_receipts: Their new open orders, likewise.
        safety_stock: Their new safety stock, likewise.
        opening_inventory: Their new opening stock, by changed row.
        limits: New limits of all rows; they differ in changed rows only.

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
        limits=limits or previous.limits,
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


def _parts_by_level(network: SupplyNetwork) -> list[list[IntArray]]:
    """Rows in parts, level after level; rows of one level stand side by side."""
    ends = np.searchsorted(network.level[network.order], np.arange(network.depth), side="right")
    levels = np.split(network.order, ends[:-1])
    return [np.array_split(rows, max(min(rows.size // _PART_ROWS, _MOST_PARTS), 1)) for rows in levels]


def _replaced(table: RowTable, rows: IntArray, numbers: Array | None) -> RowTable:
    return table if numbers is None else table.replace(rows, numbers)


def _planned_again(previous: Requirements, fresh: Requirements) -> Requirements:
    plan = plan_requirements(fresh.network, _inputs_of(fresh, np.arange(fresh.network.rows)))
    moved = np.zeros(fresh.network.rows, np.bool_)
    for name in ("gross", "planned_receipts", "planned_releases", "past_due"):
        moved |= (getattr(plan, name).base != getattr(previous, name).dense()).any(axis=1)
    return replace(plan, touched=np.flatnonzero(moved))


def _planned_below(fresh: Requirements, below: IntArray, changed_rows: IntArray) -> Requirements:
    plans = Plans(
        *(table.take(below) for table in (fresh.gross, fresh.planned_receipts, fresh.planned_releases, fresh.past_due))
    )
    place = np.full(fresh.network.rows, -1, np.int32)
    place[below] = np.arange(below.size, dtype=np.int32)
    dirty = np.zeros(fresh.network.rows, np.bool_)
    dirty[changed_rows] = True
    wants, arcs = _wants(_inputs_of(fresh, below)), (fresh.network.consumers, fresh.network.components)
    old = (fresh.planned_releases.cells, fresh.planned_receipts.cells)
    moved = np.flatnonzero(plan_some(below, place, dirty, *arcs, wants, *old, plans))
    rows = below[moved]
    return replace(
        fresh,
        gross=fresh.gross.replace(rows, plans.gross[moved]),
        planned_receipts=fresh.planned_receipts.replace(rows, plans.receipts[moved]),
        planned_releases=fresh.planned_releases.replace(rows, plans.releases[moved]),
        past_due=fresh.past_due.replace(rows, plans.past_due[moved]),
        touched=np.sort(rows),
    )


def _inputs_of(plan: Requirements, rows: IntArray) -> RequirementInputs:
    return RequirementInputs(
        independent_demand=plan.independent.take(rows),
        scheduled_receipts=plan.scheduled.take(rows),
        safety_stock=plan.target.take(rows),
        opening_inventory=plan.opening.take(rows)[:, 0],
        lead_time=plan.lead_time[rows],
        lots=plan.lots.take(rows),
        limits=plan.limits.take(rows),
        open_supply=plan.open_supply.take(rows),
    )


def _check_shape(network: SupplyNetwork, inputs: RequirementInputs) -> None:
    shape = (network.rows, network.periods)
    for name in ("independent_demand", "scheduled_receipts", "safety_stock"):
        found = getattr(inputs, name).shape
        if found != shape:
            raise ModelError(f"{name} is {found}, not {shape}", mend="lay it out as row x period")
    if (inputs.lead_time < 0).any():
        row = int(np.flatnonzero(inputs.lead_time < 0)[0])
        raise ModelError("A lead time is negative", where=f"row {row}", mend="give a lead time of 0 or more periods")


def _wants(inputs: RequirementInputs) -> Wants:
    lots, limits = inputs.lots, inputs.limits or ReceiptLimits.none(inputs.lead_time.size)
    rules = lots.rules or OrderRules.none(lots.minimum.size)
    supply = inputs.open_supply or OpenSupply.none(inputs.lead_time.size, inputs.safety_stock.shape[1])
    return Wants(
        independent=inputs.independent_demand,
        scheduled=inputs.scheduled_receipts,
        target=inputs.safety_stock,
        opening=inputs.opening_inventory,
        lead=inputs.lead_time,
        minimum=lots.minimum,
        multiple=lots.multiple,
        maximum=lots.maximum,
        cover=rules.cover,
        span=rules.span,
        economic=rules.economic,
        up_to=rules.up_to,
        lot_rule=rules.lot_rule,
        worth=rules.worth,
        fence=limits.fence,
        place=limits.place,
        least=limits.least,
        most=limits.most,
        held=supply.place,
        order_start=supply.start,
        order_due=supply.due,
        order_quantity=supply.quantity,
        frozen=supply.frozen,
        last_use=supply.last_use,
    )
