"""Service stock: the stock level that keeps a promise, under any law of demand over the protection interval.

Safety stock is the level less the mean demand of the interval. It may be negative: large lots serve well on their own.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import ndtri

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw

_HALVINGS = 80

ServiceMeasure = Literal["cycle", "fill_rate", "ready_rate", "backorder_cost"]


def level_for_cycle_service(law: DemandLaw, service_level: Array) -> Array:
    """Level that demand of the protection interval stays below with the wanted chance (P1) [units].

    Example:
        >>> from steelyard.inventory.demand_law import NormalDemand
        >>> float(level_for_cycle_service(NormalDemand(np.array(100.0), np.array(20.0)), np.array(0.95)).round(1))
        132.9
    """
    return law.quantile(_share(service_level, "cycle service level"))


def level_for_fill_rate(law: DemandLaw, fill_rate: Array, *, lot_size: Array, exact: bool = False) -> Array:
    """Level at which a given share of demand is served from stock (P2) [units].

        fill rate = 1 - shortage(level) / lot size

    Args:
        law: Demand of the protection interval.
        fill_rate: Wanted share, above 0 and below 1.
        lot_size: Units ordered at once, or demand of a review interval under order-up-to.
        exact: Take off what was already short at the start of the cycle, shortage(level + lot size). It matters
            where the lot is small against the deviation.

    Source: Silver, Pyke & Peterson, Inventory Management and Production Planning, section 7.7.
    """
    _share(fill_rate, "fill rate")

    def short(level: Array) -> Array:
        left = law.shortage(level + lot_size) if exact else 0.0
        return (law.shortage(level) - left) / lot_size

    return _falling_root(short, 1.0 - fill_rate, law, lot_size)


def level_for_ready_rate(law: DemandLaw, ready_rate: Array, *, lot_size: Array) -> Array:
    """Level at which there is stock on hand for a given share of the time (P3) [units].

    The stock position is spread evenly between the level and the level plus a lot; a lot of 1 gives base stock.

        ready rate = (1 / lot size) x integral of P(demand <= level + x) for x from 0 to the lot size

    Source: Silver, Pyke & Peterson, section 7.6; Axsater, Inventory Control, section 5.3.
    """
    _share(ready_rate, "ready rate")

    def empty(level: Array) -> Array:
        return (law.shortage(level) - law.shortage(level + lot_size)) / lot_size

    return _falling_root(empty, 1.0 - ready_rate, law, lot_size)


def level_for_backorder_cost(law: DemandLaw, *, backorder_cost: Array, holding_cost: Array) -> Array:
    """Level at which one more unit costs as much to hold as it saves in waiting customers [units].

        P(demand <= level) = backorder cost / (backorder cost + holding cost)

    Args:
        law: Demand of the protection interval.
        backorder_cost: Money for a unit and period that a customer waits.
        holding_cost: Money to hold a unit for a period.

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 4.3.
    """
    return law.quantile(np.asarray(backorder_cost / (backorder_cost + holding_cost)))


def periodic_fill_rate(law: DemandLaw, before: DemandLaw, level: Array, *, review_demand: Array) -> Array:
    """Share of demand served from stock under review with an order-up-to level.

    What is short at the end of a cycle, less what was short when it began, against the demand of the review interval.

    Args:
        law: Demand of lead time plus review.
        before: Demand of the lead time.
        level: Order-up-to level [units].
        review_demand: Mean demand between reviews [units].

    Source: Hadley & Whitin, Analysis of Inventory Systems, section 5-2.
    """
    return 1.0 - (law.shortage(level) - before.shortage(level)) / review_demand


def factor_for_stockout_cost(
    occasion_cost: Array, *, demand: Array, lot_size: Array, holding_cost: Array, deviation: Array
) -> Array:
    """Safety factor where each stock-out occasion costs a fixed amount, whatever its size (B1); at least 0.

    Args:
        occasion_cost: Money for each stock-out occasion.
        demand: Units a year.
        lot_size: Units ordered at once.
        holding_cost: Money to hold a unit for a year.
        deviation: Standard deviation of the demand of the lead time [units].

    Source: Silver, Pyke & Peterson, section 7.7.3.
    """
    ratio = demand * occasion_cost / (np.sqrt(2.0 * np.pi) * lot_size * holding_cost * deviation)
    factor: Array = np.sqrt(2.0 * np.log(np.maximum(ratio, 1.0)))
    return factor


def factor_for_shortage_cost(unit_cost: Array, *, demand: Array, lot_size: Array, holding_cost: Array) -> Array:
    """Safety factor where each unit short costs a fixed amount (B2); at least 0.

        P(demand > reorder point) = lot size x holding cost / (demand x cost of a unit short)

    Source: Silver, Pyke & Peterson, section 7.7.4.

    Example:
        >>> one = np.array(1.0)
        >>> float(factor_for_shortage_cost(10 * one, demand=200 * one, lot_size=50 * one, holding_cost=one).round(2))
        1.96
    """
    chance = lot_size * holding_cost / (demand * unit_cost)
    return np.asarray(np.maximum(-ndtri(np.minimum(chance, 0.5)), 0.0))


def factor_for_time_between_stockouts(periods: Array, *, demand: Array, lot_size: Array) -> Array:
    """Safety factor for a mean time between stock-out occasions (TBS); at least 0.

    Source: Silver, Pyke & Peterson, section 7.7.7.
    """
    return np.asarray(np.maximum(-ndtri(np.minimum(lot_size / (demand * periods), 0.5)), 0.0))


def _share(share: Array, name: str) -> Array:
    share = np.asarray(share, np.float64)
    if not ((share > 0) & (share < 1)).all():
        raise ModelError(f"A {name} must lie above 0 and below 1", mend="give a share like 0.95, not a percentage")
    return share


def _falling_root(function: Callable[[Array], Array], wanted: Array, law: DemandLaw, lot_size: Array) -> Array:
    """Level at which a falling function takes a value, by halving an interval that surely holds it."""
    reach = 12.0 * law.deviation + law.mean + lot_size
    low, high = np.asarray(law.mean - reach - lot_size), np.asarray(law.mean + 3.0 * reach)
    wanted = np.asarray(wanted, np.float64)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        above = function(middle) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2.0
