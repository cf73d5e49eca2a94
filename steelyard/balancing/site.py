"""Site: stock that one place will not need and another one lacks."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray


class Moves(NamedTuple):
    """Stock that can be moved between sites, one entry a move."""

    giver: IntArray
    """Place that gives."""
    taker: IntArray
    """Place of the same item that lacks."""
    quantity: Array
    """Units."""


def spare_stock(opening: Array, net_supply: Array, demand: Array, target: Array) -> Array:
    """Units of the opening stock that a place never needs: the least of stock less target over all periods.

    Args:
        opening: Stock before the first period, by place.
        net_supply: Receipts less what is issued, `[period, place]`.
        demand: Demand, `[period, place]`.
        target: Stock that shall stay, `[period, place]`.

    Example:
        >>> still = np.zeros((2, 1))
        >>> spare_stock(np.array([100.0]), still, still + 20, still + 10)
        array([50.])
    """
    stock = opening + np.cumsum(net_supply - demand, axis=0)
    return np.asarray(np.clip((stock - target).min(axis=0), 0.0, np.maximum(opening, 0.0)))


def match_sites(item: IntArray, spare: Array, lacks: Array) -> Moves:
    """Match places with spare stock to places of the same item that lack some, the largest of both first.

    Args:
        item: Item of each place.
        spare: Units each place can give.
        lacks: Units each place lacks.

    Example:
        >>> match_sites(np.array([7, 7, 7]), np.array([30.0, 0, 0]), np.array([0.0, 20, 25])).quantity
        array([25.,  5.])
    """
    found: list[tuple[int, int, float]] = []
    give, need = np.array(spare, np.float64), np.array(lacks, np.float64)
    for taker in np.argsort(-need, kind="stable").tolist():
        givers = np.flatnonzero((item == item[taker]) & (give > 0)) if need[taker] > 0 else np.empty(0, np.int64)
        for giver in givers[np.argsort(-give[givers], kind="stable")].tolist():
            quantity = float(min(give[giver], need[taker]))
            if giver != taker and quantity > 0:
                found.append((giver, taker, quantity))
                give[giver], need[taker] = give[giver] - quantity, need[taker] - quantity
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return Moves(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float64))
