"""Option rules of a supply program: changes of rate, nearness to the plan approved last, shares of supply, lots."""

import numpy as np

from steelyard.supply.linear_program import Assembly, before
from steelyard.supply.model import SupplyModel


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
    """Lot minimum x used <= quantity <= most x used, and quantity = lot multiple x lots."""
    options, shape = model.options, (model.length, len(model.options.names))
    number = assembly.columns["quantity"].number
    switched = ((options.lot_minimum > 0) | (options.fixed_cost > 0)) & (options.maximum > 0)
    most = np.minimum(options.maximum, np.maximum(_most_ever(model), options.lot_minimum))
    nothing, endless = np.zeros(shape), np.full(shape, np.inf)
    cost = np.broadcast_to(options.fixed_cost, shape)
    used = assembly.add_columns("used", switched, cost, nothing, np.ones(shape)).number
    most_rows = assembly.add_rows("lot_most", switched, -endless, nothing).number
    assembly.enter(most_rows, number, 1.0)
    assembly.enter(most_rows, used, -most)
    least = switched & (options.lot_minimum > 0)
    least_rows = assembly.add_rows("lot_least", least, nothing, endless).number
    assembly.enter(least_rows, number, 1.0)
    assembly.enter(least_rows, used, -np.broadcast_to(options.lot_minimum, shape))
    stepped = (options.lot_multiple > 0) & (options.maximum > 0)
    lots = assembly.add_columns("lots", stepped, nothing, nothing, endless).number
    step_rows = assembly.add_rows("lot_multiple", stepped, nothing, nothing).number
    assembly.enter(step_rows, number, 1.0)
    assembly.enter(step_rows, lots, -np.broadcast_to(options.lot_multiple, shape))


def _most_ever(model: SupplyModel) -> float:
    """More than any option needs to bring in one period: all demand, targets and what they take along the levels."""
    asked = float(
        model.demand.quantity.sum() + model.nodes.target.max(axis=0).sum() + model.nodes.minimum.max(axis=0).sum()
    )
    per = float(model.options.quantity_per.max(initial=1.0))
    return (asked + float(np.abs(model.nodes.opening).sum())) * max(per, 1.0)
