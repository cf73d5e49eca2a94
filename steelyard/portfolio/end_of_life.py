"""End of life: how much to buy for the last time, and what stock nobody will ask for is worth."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from steelyard.grid.block import Array


def last_buy_quantity(remaining: Array, stock: Array, on_order: Array, *, risk: Array, lot: Array) -> Array:
    """Quantity of the last order: what is still asked for, guarded by the cost of having too few or too many.

        last buy = lot x ceil(max(remaining + risk - stock - on order, 0) / lot)

    Args:
        remaining: Demand until the end, by item-location [units].
        stock: On hand [units].
        on_order: Already ordered [units].
        risk: Units against uncertainty, see `last_buy_risk`.
        lot: Multiple in which it is ordered; 0 or 1 means any quantity.

    Example:
        >>> one = np.array([1.0])
        >>> last_buy_quantity(100 * one, 20 * one, 0 * one, risk=8 * one, lot=25 * one)
        array([100.])
    """
    need = np.maximum(remaining + risk - stock - on_order, 0.0)
    step = np.where(lot > 0, lot, 1.0)
    return np.asarray(np.ceil(np.round(need / step, 9)) * step)


def last_buy_risk(error: Array, periods: Array, margin: Array, loss: Array) -> Array:
    """Units to add to (or take from) expected demand so that one more unit is worth nothing.

        risk = z(F) x error x sqrt(periods),   F = margin / (margin + loss)

    This is the newsvendor critical ratio (Silver, Pyke, Thomas: Inventory and Production Management, chapter 11) with
    normal errors that are independent from period to period.

    Args:
        error: Standard deviation of the forecast error of one period [units].
        periods: Periods until the end.
        margin: Margin of a unit sold [money/unit, > 0].
        loss: What a unit that stays is written off with [money/unit, > 0].

    Example:
        >>> one = np.array([1.0])
        >>> last_buy_risk(10 * one, 4 * one, 3 * one, 1 * one).round(2)
        array([13.49])
    """
    total = margin + loss
    ratio = np.clip(np.divide(margin, total, out=np.full_like(total, 0.5), where=total > 0), 0.01, 0.99)
    return np.asarray(_normal_quantile(ratio) * error * np.sqrt(np.maximum(periods, 0.0)))


def _normal_quantile(ratio: Array) -> Array:
    return np.asarray(ndtri(ratio), dtype=np.float64)


@dataclass(frozen=True)
class Exposure:
    """Stock and orders beyond what will still be asked for."""

    units: Array
    """By item-location [units]."""
    money: Array
    """At standard cost [money]."""
    of_stock: Array
    """Part of the units that lies on the shelf; the rest is on order and may still be cancelled [units]."""


def obsolescence_exposure(stock: Array, on_order: Array, remaining: Array, unit_cost: Array) -> Exposure:
    """Stock and open orders above the demand that is left.

        exposure = max(stock + on order - remaining demand, 0) x unit cost

    Args:
        stock: On hand, by item-location [units].
        on_order: Open orders [units].
        remaining: Demand until the end of life [units].
        unit_cost: Standard cost [money/unit].

    Example:
        >>> one = np.array([1.0])
        >>> obsolescence_exposure(80 * one, 40 * one, 90 * one, 5 * one).money
        array([150.])
    """
    units = np.maximum(stock + on_order - remaining, 0.0)
    shelf = np.minimum(np.maximum(stock - remaining, 0.0), units)
    return Exposure(units, units * unit_cost, shelf)
