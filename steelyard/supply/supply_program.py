"""Supply program: writes a supply model as a linear program, one constraint of the trade after the other.

Every program has a solution: hours, material, demand and workers may be exceeded at the elastic price, and the plan
names where. Stock inside its target, above it and above its maximum are columns of their own with bounds, so that
targets need no rows.
"""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply._option_rules import keep_shares, price_changes, price_deviation, use_lots
from steelyard.supply.evaluate import end_backlog_cost, unserved_cost, worker_elastic_cost
from steelyard.supply.linear_program import ABSENT, Assembly, LinearProgram, Places, before, shifted
from steelyard.supply.model import SupplyModel, consumed_nodes, laid_out, option_of_lines, over_periods

STOCKS = ("stock_inside", "stock_above", "stock_beyond")
"""Columns of stock: inside the target, above it, above the maximum."""


@dataclass(frozen=True)
class ProgramParts:
    """The pieces of a model's program that later changes need."""

    program: LinearProgram
    direct: BoolArray
    """Demand rows whose shipments have no columns: they are what backlog and lost sales leave."""


def write_program(model: SupplyModel, *, whole: bool = False, full: bool = False) -> ProgramParts:
    """Write the linear program of a model.

    Its optimum is what `evaluate` counts of the plan it stands for, without fixed costs, lots and rounding: a lower
    bound where these are asked for.

    Args:
        model: The supply model.
        whole: Add the columns that say in how many orders and lots an option is used; rounded, it may lack anything.
        full: Keep columns that later changes may open.

    Raises:
        ModelError: The program is too large.
    """
    model = laid_out(model)
    assembly = Assembly(model.length, full=full)
    direct = direct_rows(model)
    _add_options(assembly, model)
    _add_stock(assembly, model, whole=whole)
    _add_demand(assembly, model, direct)
    _balance(assembly, model, direct)
    _add_resources(assembly, model)
    _limit_hours(assembly, model)
    _change_workers(assembly, model)
    _keep_fresh(assembly, model)
    price_changes(assembly, model)
    price_deviation(assembly, model)
    keep_shares(assembly, model)
    if whole:
        use_lots(assembly, model)
    return ProgramParts(assembly.finish(), direct)


def direct_rows(model: SupplyModel) -> BoolArray:
    """Demand rows that may go without columns for shipments.

    Shipments are then demand + earlier backlog - backlog - lost. They could become negative where stock is worth
    more than letting a customer wait, or where somebody else asks for the same stock; such rows get columns.
    """
    demand, nodes = model.demand, model.nodes
    alone = np.bincount(demand.node, minlength=len(nodes.names)) == 1
    plain = alone & ~consumed_nodes(model) & (nodes.shelf_life == 0) & ~np.any(nodes.minimum > 0, axis=0)
    waiting_hurts = np.all(demand.backlog_cost > nodes.shortfall_cost[:, demand.node], axis=0)
    no_promise = (demand.commitment_cost == 0) | ~np.any(demand.commitment > 0, axis=0)
    return np.asarray(plain[demand.node] & waiting_hurts & no_promise)


def _add_options(assembly: Assembly, model: SupplyModel) -> None:
    options = model.options
    low = np.minimum(options.minimum, options.maximum)
    assembly.add_columns("quantity", options.maximum > 0, options.unit_cost, low, options.maximum)


def _add_stock(assembly: Assembly, model: SupplyModel, *, whole: bool) -> None:
    """Stock in up to three columns; the reward for stock inside the target is its shortfall saved."""
    nodes, shape = model.nodes, (model.length, len(model.nodes.names))
    holding = _holding_weights(model)
    inside_holding = np.zeros(shape) if model.conventions.charge_only_excess else holding
    split = (nodes.target > 0) & ((nodes.shortfall_cost > 0) | model.conventions.charge_only_excess)
    inside = np.where(split, nodes.target, 0.0)
    most = np.maximum(nodes.maximum, inside)
    value = np.zeros(shape)
    value[-1] = nodes.end_value
    first, second = np.minimum(nodes.minimum, inside), np.clip(nodes.minimum - inside, 0.0, most - inside)
    third = np.clip(nodes.minimum - most, 0.0, None)
    assembly.add_columns(STOCKS[0], split, inside_holding - nodes.shortfall_cost - value, first, inside)
    assembly.add_columns(STOCKS[1], np.ones(shape, bool), holding - value, second, most - inside)
    assembly.add_columns(
        STOCKS[2], np.isfinite(nodes.maximum), holding + nodes.excess_cost - value, third, np.full(shape, np.inf)
    )
    assembly.constant += float((nodes.shortfall_cost * nodes.target).sum()) + _opening_holding(model)
    missing = np.ones(shape, bool) if whole else np.broadcast_to(_may_lack(model), shape)
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    assembly.add_columns("material", missing, np.broadcast_to(nodes.elastic_cost, shape), nothing, endless)
    perishable = np.broadcast_to(nodes.shelf_life > 0, shape)
    assembly.add_columns("expired", perishable, np.broadcast_to(nodes.expiry_cost, shape), nothing, endless)


def _holding_weights(model: SupplyModel) -> Array:
    """Money per unit of stock at each period end; on average stock half of it counts in the next period."""
    cost = model.nodes.holding_cost
    if model.conventions.stock_basis == "ending":
        return cost
    later = np.vstack((cost[1:], np.zeros((1, cost.shape[1]))))
    return (cost + later) / 2


def _opening_holding(model: SupplyModel) -> float:
    if model.conventions.stock_basis == "ending":
        return 0.0
    opening = np.maximum(model.nodes.opening, 0.0)
    if model.conventions.charge_only_excess:
        opening = np.maximum(opening - model.nodes.target[0], 0.0)
    return float((model.nodes.holding_cost[0] * opening).sum() / 2)


def _may_lack(model: SupplyModel) -> BoolArray:
    """Nodes where the data may ask for more than can be there: minimum stock, firm consumption, negative stock."""
    nodes, options = model.nodes, model.options
    lack: BoolArray = np.any(nodes.minimum > 0, axis=0) | (nodes.opening < 0) | np.any(nodes.receipts < 0, axis=0)
    firm = np.any(np.minimum(options.minimum, options.maximum) > 0, axis=0)
    lack[options.component[firm[option_of_lines(options.component_start)]]] = True
    return np.asarray(lack)


def _add_demand(assembly: Assembly, model: SupplyModel, direct: BoolArray) -> None:
    demand, shape = model.demand, (model.length, len(model.demand.names))
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    may_wait = np.isfinite(demand.backlog_cost) & np.broadcast_to(np.any(demand.quantity > 0, axis=0), shape)
    waiting = np.where(np.isfinite(demand.backlog_cost), demand.backlog_cost, 0.0)
    waiting[-1] += end_backlog_cost(model) + demand.price[-1]
    lost = unserved_cost(model) + demand.price
    may_lose = (np.isfinite(demand.lost_cost) | ~may_wait) & (demand.quantity > 0)
    assembly.add_columns("backlog", may_wait, waiting, nothing, endless)
    assembly.add_columns("lost", may_lose, lost, nothing, np.where(may_lose, demand.quantity, 0.0))
    assembly.add_columns("shipped", np.broadcast_to(~direct, shape), nothing, nothing, endless)
    assembly.constant -= float((demand.price * demand.quantity).sum())
    _keep_promises(assembly, model)
    _follow_shipments(assembly, model, direct)


def _keep_promises(assembly: Assembly, model: SupplyModel) -> None:
    """Shipped + missed >= commitment."""
    demand, shape = model.demand, (model.length, len(model.demand.names))
    promised = (demand.commitment > 0) & (demand.commitment_cost > 0)
    if not promised.any():
        return
    cost = np.broadcast_to(demand.commitment_cost, shape)
    missed = assembly.add_columns("missed", promised, cost, np.zeros(shape), demand.commitment)
    rows = assembly.add_rows("commitment", promised, demand.commitment, np.full(shape, np.inf))
    assembly.enter(rows.number, assembly.columns["shipped"].number, 1.0)
    assembly.enter(rows.number, missed.number, 1.0)


def _follow_shipments(assembly: Assembly, model: SupplyModel, direct: BoolArray) -> None:
    """Shipped + lost + backlog - earlier backlog = demand, where shipments have columns."""
    quantity = model.demand.quantity
    rows = assembly.add_rows("demand", np.broadcast_to(~direct, quantity.shape), quantity, quantity)
    columns = assembly.columns
    assembly.enter(rows.number, columns["shipped"].number, 1.0)
    assembly.enter(rows.number, columns["lost"].number, 1.0)
    assembly.enter(rows.number, columns["backlog"].number, 1.0)
    assembly.enter(rows.number, before(columns["backlog"]), -1.0)


def balance_right_side(model: SupplyModel, direct: BoolArray) -> Array:
    """Right side of the balance rows: demand without columns, less opening stock and open orders."""
    right = -np.array(model.nodes.receipts, np.float64)
    right[0] -= model.nodes.opening
    asked = np.ascontiguousarray(model.demand.quantity[:, direct])
    return right + scatter_add(asked, model.demand.node[direct], right.shape[1])


def _balance(assembly: Assembly, model: SupplyModel, direct: BoolArray) -> None:
    """Earlier stock + received + co-products + material - consumed - shipped - expired - stock = -open orders."""
    right = balance_right_side(model, direct)
    rows = assembly.add_rows("balance", np.ones(right.shape, bool), right, right).number
    columns, options, demand = assembly.columns, model.options, model.demand
    assembly.enter(rows[:, options.node], columns["quantity"].number, 1.0)
    _give_co_products(assembly, model, rows)
    _consume(assembly, model, rows, 1.0)
    for stock in STOCKS:
        assembly.enter(rows, columns[stock].number, -1.0)
        assembly.enter(rows, before(columns[stock]), 1.0)
    assembly.enter(rows, columns["material"].number, 1.0)
    assembly.enter(rows, columns["expired"].number, -1.0)
    of_row = rows[:, demand.node]
    assembly.enter(of_row, columns["shipped"].number, -1.0)
    of_direct = np.where(direct, of_row, ABSENT)
    assembly.enter(of_direct, columns["lost"].number, 1.0)
    assembly.enter(of_direct, columns["backlog"].number, 1.0)
    assembly.enter(of_direct, before(columns["backlog"]), -1.0)


def _give_co_products(assembly: Assembly, model: SupplyModel, rows: IntArray) -> None:
    """Enter what comes out beside what options receive."""
    beside, period = model.options.co_products, np.arange(model.length)[:, None]
    counts = (period >= beside.first) & (period < beside.last)
    made = np.where(counts, assembly.columns["quantity"].number[:, beside.option], ABSENT)
    assembly.enter(rows[:, beside.node], made, beside.per_unit)


def _consume(assembly: Assembly, model: SupplyModel, rows: IntArray, sign: float) -> None:
    """Enter what options take from their components, `lead_time` before their receipt."""
    options = model.options
    if not options.component.size:
        return
    line = option_of_lines(options.component_start)
    taken = shifted(assembly.columns["quantity"].number[:, line], options.lead_time[line])
    period = np.arange(model.length)[:, None]
    counts = (period >= options.component_from) & (period < options.component_to)
    assembly.enter(rows[:, options.component], np.where(counts, taken, ABSENT), -sign * options.quantity_per)


def _add_resources(assembly: Assembly, model: SupplyModel) -> None:
    resources, workforce = model.resources, model.workforce
    shape = (model.length, len(resources.names))
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    by_workers = np.zeros(shape[1], bool)
    by_workers[workforce.resource[np.any(workforce.overtime_per_worker > 0, axis=0)]] = True
    limit = np.where(by_workers, np.inf, resources.overtime)
    assembly.add_columns("overtime", limit > 0, resources.overtime_cost, nothing, limit)
    paid_by_use = (resources.regular_cost > 0) & (not model.conventions.undertime_paid)
    assembly.add_columns("regular", paid_by_use, resources.regular_cost, nothing, resources.regular)
    steps = (resources.shift_limit > 0) & (resources.shift_hours > 0)
    assembly.add_columns("shifts", steps, resources.shift_cost, nothing, resources.shift_limit)
    elastic = np.broadcast_to(resources.elastic_cost, shape)
    assembly.add_columns("hours", np.ones(shape, bool), elastic, nothing, endless)
    assembly.add_columns("below_minimum", resources.minimum_load > 0, elastic, nothing, endless)
    if model.conventions.undertime_paid:
        assembly.constant += float((resources.regular_cost * resources.regular).sum())
    _limit_overtime(assembly, model, by_workers)


def _limit_overtime(assembly: Assembly, model: SupplyModel, by_workers: BoolArray) -> None:
    """Overtime - overtime per worker x workers <= overtime of the resource."""
    resources = model.resources
    _add_workers(assembly, model)
    there = np.broadcast_to(by_workers, resources.overtime.shape)
    rows = assembly.add_rows("overtime", there, np.full(there.shape, -np.inf), resources.overtime)
    assembly.enter(rows.number, assembly.columns["overtime"].number, 1.0)
    of_group = rows.number[:, model.workforce.resource]
    assembly.enter(of_group, assembly.columns["workers"].number, -model.workforce.overtime_per_worker)


def _add_workers(assembly: Assembly, model: SupplyModel) -> None:
    group, shape = model.workforce, (model.length, len(model.workforce.names))
    everywhere, nothing = np.ones(shape, bool), np.zeros(shape)
    endless, dear = np.full(shape, np.inf), np.broadcast_to(worker_elastic_cost(model), shape)
    most = np.maximum(group.maximum, 0.0)
    hire, layoff = np.broadcast_to(group.hire_cost, shape), np.broadcast_to(group.layoff_cost, shape)
    assembly.add_columns("workers", everywhere, group.wage, np.minimum(group.minimum, most), most)
    assembly.add_columns("hired", everywhere, hire, nothing, group.hire_limit)
    assembly.add_columns("laid_off", everywhere, layoff, nothing, group.layoff_limit)
    assembly.add_columns("hired_beyond", np.isfinite(group.hire_limit), hire + dear, nothing, endless)
    assembly.add_columns("laid_off_beyond", np.isfinite(group.layoff_limit), layoff + dear, nothing, endless)


def _change_workers(assembly: Assembly, model: SupplyModel) -> None:
    """Workers - earlier workers - hired + laid off = 0; in the first period the workers at the start."""
    group, columns = model.workforce, assembly.columns
    right = np.zeros((model.length, len(group.names)))
    right[0] = group.opening
    rows = assembly.add_rows("workers", np.ones(right.shape, bool), right, right).number
    assembly.enter(rows, columns["workers"].number, 1.0)
    assembly.enter(rows, before(columns["workers"]), -1.0)
    for name, sign in (("hired", -1.0), ("laid_off", 1.0)):
        assembly.enter(rows, columns[name].number, sign)
        assembly.enter(rows, columns[f"{name}_beyond"].number, sign)


def hours_right_side(model: SupplyModel, program_columns: dict[str, Places]) -> Array:
    """Most hours of each resource that need no column: regular time, where it is not paid by use."""
    return np.where(program_columns["regular"].there, 0.0, model.resources.regular)


def _limit_hours(assembly: Assembly, model: SupplyModel) -> None:
    """Hours - overtime - regular - shifts - workers' hours - elastic <= regular hours, by resource."""
    resources, group, columns = model.resources, model.workforce, assembly.columns
    right = hours_right_side(model, columns)
    endless = np.full(right.shape, np.inf)
    busy = np.zeros(right.shape, bool)
    if not model.conventions.idle_workers:
        busy[:, group.resource] = True
    rows = assembly.add_rows("hours", np.ones(right.shape, bool), np.where(busy, right, -np.inf), right).number
    idle = assembly.add_columns("idle", busy, over_periods(resources.elastic_cost, model.length), 0 * right, endless)
    assembly.enter(rows, idle.number, 1.0)
    _load(assembly, model, rows)
    for name in ("overtime", "regular", "hours"):
        assembly.enter(rows, columns[name].number, -1.0)
    assembly.enter(rows, columns["shifts"].number, -resources.shift_hours)
    assembly.enter(rows[:, group.resource], columns["workers"].number, -group.hours_per_worker)
    contract = columns["below_minimum"].there
    if contract.any():
        least = assembly.add_rows("minimum_load", contract, resources.minimum_load, endless).number
        _load(assembly, model, least)
        assembly.enter(least, columns["below_minimum"].number, 1.0)


def _load(assembly: Assembly, model: SupplyModel, rows: IntArray) -> None:
    """Enter the hours of options and the room of stock."""
    options, nodes = model.options, model.nodes
    line = option_of_lines(options.hour_start)
    taken = shifted(assembly.columns["quantity"].number[:, line], options.hour_offset)
    assembly.enter(rows[:, options.resource], taken, options.hours_per_unit)
    stored = np.flatnonzero(nodes.storage >= 0)
    for stock in STOCKS:
        number = assembly.columns[stock].number[:, stored]
        assembly.enter(rows[:, nodes.storage[stored]], number, nodes.storage_per_unit[stored])


def _keep_fresh(assembly: Assembly, model: SupplyModel) -> None:
    """Stock <= what leaves in the next periods of shelf life, thrown away included."""
    nodes, columns = model.nodes, assembly.columns
    ends = np.arange(model.length)[:, None] + nodes.shelf_life
    there = (nodes.shelf_life > 0) & (ends < model.length)
    if not there.any():
        return
    rows = assembly.add_rows("shelf_life", there, np.full(there.shape, -np.inf), np.zeros(there.shape)).number
    for stock in STOCKS:
        assembly.enter(rows, columns[stock].number, 1.0)
    for step in range(1, int(nodes.shelf_life.max()) + 1):
        inside = np.where(nodes.shelf_life >= step, rows, ABSENT)
        earlier = shifted(inside, np.full(inside.shape[1], -step, np.int64))
        assembly.enter(earlier, columns["expired"].number, -1.0)
        assembly.enter(earlier[:, model.demand.node], columns["shipped"].number, -1.0)
        _consume(assembly, model, earlier, 1.0)
