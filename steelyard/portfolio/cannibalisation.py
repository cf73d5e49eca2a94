"""Cannibalisation: what older items lose to a launch beside them."""

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add


def cannibalise(demand: Array, item: IntArray, loss: Array) -> Array:
    """Take the loss of each item from its series in proportion to their demand, never more than there is.

        cannibalisation[series] = -demand[series] x min(loss / sum of demand, 1)

    Args:
        demand: Demand of the older items, period x series [units, >= 0].
        item: Item number of each series.
        loss: Units each item loses, period x item [units, >= 0].

    Returns:
        Loss by series, period x series [units, <= 0].

    Example:
        >>> cannibalise(np.array([[30.0, 10.0]]), np.array([0, 0]), np.array([[20.0]]))
        array([[-15.,  -5.]])
    """
    total = scatter_add(demand, item, loss.shape[1])
    share = np.divide(np.minimum(loss, total), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(-demand * share[:, item])


def lost_units(launched: Array, source: IntArray, target: IntArray, rate: Array, items: int) -> Array:
    """Units each older item loses: the rate of every link on what its launch sells.

        loss[old] = sum over launches of rate x launch

    Args:
        launched: What each launch sells, period x launch [units].
        source: Launch of each link.
        target: Older item of each link.
        rate: Units lost per unit the launch sells, by link [0..1].
        items: How many older items there are.

    Example:
        >>> lost_units(np.array([[100.0]]), np.array([0, 0]), np.array([0, 1]), np.array([0.3, 0.1]), 2)
        array([[30., 10.]])
    """
    return scatter_add(np.maximum(launched[:, source], 0.0) * rate, target, items)
