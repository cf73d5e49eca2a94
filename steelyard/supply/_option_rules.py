"""Option rules of a supply program: changes of rate, nearness to the plan approved last, shares of supply, lots."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.linear_program import Assembly, before
from steelyard.supply.model import Options, SupplyModel
from steelyard.supply.order_count import largest_order


def price_changes(assembly: Assembly, model: SupplyModel) -> None:
    """Rate - earlier rate - rise + fall = 0, for options whose change of rate costs money."""
    options = model.options
    priced = (options.increase_cost > 0) | (options.decrease_cost > 0)
    if not priced.any():
        return
    shape = (model.length, len(options.names))
    there = np.array(np.broadcast_to(priced, shape))
    there[0] &= ~np.isnan(options.previous_rate)
    right = np.zeros(shape)
    right[0] = np.nan_to_num(options.previous_rate)
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    rise = assembly.add_columns("rise", there, np.broadcast_to(options.increase_cost, shape), nothing, endless)
    fall = assembly.add_columns("fall", there, np.broadcast_to(options.decrease_cost, shape), nothing, endless)
    rows = assembly.add_rows("rate", there, right, right).number
    per_unit = 1.0 / model.days[:, None] if model.conventions.rate == "day" else np.ones((model.length, 1))
    quantity = assembly.columns["quantity"]
    assembly.enter(rows, quantity.number, per_unit)
    assembly.enter(rows, before(quantity), -np.vstack((per_unit[:1], per_unit[:-1])))
    assembly.enter(rows, rise.number, -1.0)
    assembly.enter(rows, fall.number, 1.0)


def price_deviation(assembly: Assembly, model: SupplyModel) -> None:
    """Quantity - more + less = quantity of the plan approved last."""
    options = model.options
    there = ~np.isnan(options.reference) & (options.deviation_cost > 0)
    if not there.any():
        return
    cost, right = np.broadcast_to(options.deviation_cost, there.shape), np.nan_to_num(options.reference)
    nothing, endless = np.zeros(there.shape), np.full(there.shape, np.inf)
    more = assembly.add_columns("more", there, cost, nothing, endless)
    less = assembly.add_columns("less", there, cost, nothing, endless)
    rows = assembly.add_rows("approved", there, right, right).number
    assembly.enter(rows, assembly.columns["quantity"].number, 1.0)
    assembly.enter(rows, more.number, -1.0)
    assembly.enter(rows, less.number, 1.0)


def keep_shares(assembly: Assembly, model: SupplyModel) -> None:
    """Quantity - share x receipts of the node - over + under = 0."""
    options, shape = model.options, (model.length, len(model.options.names))
    shared = ~np.isnan(options.share) & (options.share_cost > 0)
    if not shared.any():
        return
    there, cost = np.broadcast_to(shared, shape), np.broadcast_to(options.share_cost, shape)
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    over = assembly.add_columns("over_share", there, cost, nothing, endless)
    under = assembly.add_columns("under_share", there, cost, nothing, endless)
    rows = assembly.add_rows("share", there, nothing, nothing).number
    quantity = assembly.columns["quantity"].number
    assembly.enter(rows, quantity, 1.0)
    for option in np.flatnonzero(shared).tolist():
        beside = np.flatnonzero(options.node == options.node[option])
        assembly.enter(rows[:, [option]], quantity[:, beside], -float(options.share[option]))
    assembly.enter(rows, over.number, -1.0)
    assembly.enter(rows, under.number, 1.0)


def use_lots(assembly: Assembly, model: SupplyModel) -> None:
    """Least order x orders <= quantity <= largest order x orders, and quantity = lot multiple x lots.

    What is prescribed or allowed in a period goes before what an order should be: where a quantity is fixed beside its
    lots, or no order fits below the most of a period, that quantity is the order.
    """
    options = model.options
    most = np.minimum(options.maximum, np.maximum(_most_ever(model), options.lot_minimum))
    _count_orders(assembly, options, most)
    _count_lots(assembly, options)


def _count_orders(assembly: Assembly, options: Options, most: Array) -> None:
    number, shape = assembly.columns["quantity"].number, most.shape
    ordered = ((options.lot_minimum > 0) | (options.fixed_cost > 0)) & (options.maximum > 0)
    least = np.minimum(options.lot_minimum, options.maximum)
    largest = np.minimum(largest_order(options), most)
    fitting = np.floor(options.maximum / np.where(least > 0, least, 1.0) + _CRUMB)
    many = np.ceil(most / np.where(largest > 0, largest, 1.0) - _CRUMB)
    many = np.maximum(np.where(least > 0, np.minimum(many, fitting), many), 1.0)
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    cost = np.broadcast_to(options.fixed_cost, shape)
    used = assembly.add_columns("used", ordered, cost, nothing, many).number
    most_rows = assembly.add_rows("lot_most", ordered, -endless, nothing).number
    assembly.enter(most_rows, number, 1.0)
    assembly.enter(most_rows, used, -np.maximum(largest, options.minimum / many))
    least_rows = assembly.add_rows("lot_least", ordered & (least > 0), nothing, endless).number
    assembly.enter(least_rows, number, 1.0)
    assembly.enter(least_rows, used, -least)


def _count_lots(assembly: Assembly, options: Options) -> None:
    number, shape = assembly.columns["quantity"].number, options.maximum.shape
    step = np.where(options.lot_multiple > 0, options.lot_multiple, 1.0)
    most = np.floor(options.maximum / step + _CRUMB)
    stepped = (options.lot_multiple > 0) & (most * step >= np.maximum(options.minimum, _CRUMB))
    nothing = np.zeros(shape)
    lots = assembly.add_columns("lots", stepped, nothing, nothing, np.where(stepped, most, 0.0)).number
    rows = assembly.add_rows("lot_multiple", stepped, nothing, nothing).number
    assembly.enter(rows, number, 1.0)
    assembly.enter(rows, lots, -np.broadcast_to(options.lot_multiple, shape))


_CRUMB = 1e-6


def _most_ever(model: SupplyModel) -> float:
    """More than any option needs to bring in one period: all demand, targets and what they take along the levels."""
    asked = float(
        model.demand.quantity.sum() + model.nodes.target.max(axis=0).sum() + model.nodes.minimum.max(axis=0).sum()
    )
    per = float(model.options.quantity_per.max(initial=1.0))
    return (asked + float(np.abs(model.nodes.opening).sum())) * max(per, 1.0)
