"""Thrown away: by how much a bound that keeps all stock may lie above plans that throw some away."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import SupplyModel, over_periods


def saved_by_throwing_away(model: SupplyModel) -> float:
    """Most money that a plan may save by throwing perishable stock away instead of holding it; inf where unknown.

    Nobody makes what he throws away, so it is what is there at the beginning or comes by open orders. Throwing it away
    saves what holding it costs until the end, and nothing else. Of what comes out beside something else, or lies in a
    store that may be full, no such limit is known.

    Args:
        model: The supply model.
    """
    nodes, length = model.nodes, model.length
    perishable = nodes.shelf_life > 0
    if not perishable.any():
        return 0.0
    beside = np.zeros(perishable.size, np.bool_)
    beside[model.options.co_products.node] = True
    if (perishable & (beside | (nodes.storage >= 0))).any():
        return float("inf")
    there: Array = nodes.opening + np.cumsum(over_periods(nodes.receipts, length), axis=0)
    kept = over_periods(nodes.holding_cost, length) + over_periods(nodes.excess_cost, length)
    return float((there * kept)[:, perishable].sum())
