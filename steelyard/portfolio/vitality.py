"""Vitality: how much of what is sold is new."""

import numpy as np

from steelyard.grid.block import Array, BoolArray


def vitality(revenue: Array, is_new: BoolArray) -> float:
    """Share of revenue that items launched in the last n months earn; NaN without revenue.

        vitality = revenue of new items / revenue of all items

    Cooper's vitality index; n is the company's own, here 12 to 36 months.

    Args:
        revenue: Revenue by item [money].
        is_new: Whether each item was launched within the window.

    Example:
        >>> vitality(np.array([30.0, 70.0]), np.array([True, False]))
        0.3
    """
    total = float(revenue.sum())
    return float(revenue[is_new].sum()) / total if total > 0 else float("nan")


def tail_of(revenue: Array, head: float = 0.95) -> BoolArray:
    """Which items make the tail: those that come after the items that earn `head` of all revenue together.

    Items that earn nothing are tail. The item that crosses the line still belongs to the head.

    Args:
        revenue: Revenue by item [money].
        head: Share that the head earns [0..1].

    Example:
        >>> tail_of(np.array([80.0, 15.0, 4.0, 1.0]), 0.9)
        array([False, False,  True,  True])
    """
    order = np.argsort(-revenue, kind="stable")
    before = np.cumsum(revenue[order]) - revenue[order]
    total = float(revenue.sum())
    out = np.ones(revenue.size, dtype=bool)
    out[order] = (before >= head * total - 1e-9) | (revenue[order] <= 0)
    return out


def earned_share(revenue: Array) -> Array:
    """Share of all revenue that an item and those above it earn together, by item [0..1].

    Example:
        >>> earned_share(np.array([20.0, 80.0]))
        array([1. , 0.8])
    """
    order = np.argsort(-revenue, kind="stable")
    total = float(revenue.sum())
    out = np.ones(revenue.size)
    if total > 0:
        out[order] = np.cumsum(revenue[order]) / total
    return out
