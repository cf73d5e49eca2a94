"""Newsvendor: how much to buy when there is one chance to buy."""

from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw


class OneOrder(NamedTuple):
    """The best single order."""

    service_level: Array
    """Chance that it is enough: the critical ratio."""
    quantity: Array
    """Units."""
    cost: Array
    """Expected cost of what is left over and what is short [money]."""
    leftover: Array
    """Expected units left over."""
    shortage: Array
    """Expected units short."""


class OneSeason(NamedTuple):
    """What a single order earns."""

    profit: Array
    """Expected profit [money]."""
    sales: Array
    """Expected units sold at the full price."""
    leftover: Array
    """Expected units left over."""
    shortage: Array
    """Expected units short."""


def newsvendor(law: DemandLaw, *, overage_cost: Array, underage_cost: Array) -> OneOrder:
    """Order at which one more unit costs as much left over as it saves when short.

        P(demand <= quantity) = underage / (underage + overage)

    Args:
        law: Demand of the season. Whole units where the law counts whole units.
        overage_cost: Money for each unit left over: cost less salvage, or holding.
        underage_cost: Money for each unit short: price less cost plus goodwill, or stock-out.

    Raises:
        ModelError: A cost is not above zero.

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 4.3; Chopra & Meindl, Supply Chain Management,
        optimal level of product availability; Nahmias, section 5.3.

    Example:
        >>> from steelyard.inventory.demand_law import NormalDemand
        >>> order = newsvendor(NormalDemand(np.array(50.0), np.array(8.0)), overage_cost=np.array(0.18),
        ...     underage_cost=np.array(0.7))
        >>> float(order.quantity.round(3)), float(order.cost.round(4))
        (56.604, 1.9976)
    """
    over, under = np.asarray(overage_cost, np.float64), np.asarray(underage_cost, np.float64)
    if not ((over > 0) & (under > 0)).all():
        raise ModelError("A cost of being over or short is not above zero", mend="price above cost, cost above salvage")
    ratio = np.asarray(under / (under + over))
    return order_cost(law, law.quantile(ratio), overage_cost=over, underage_cost=under)._replace(service_level=ratio)


def order_cost(law: DemandLaw, quantity: Array, *, overage_cost: Array, underage_cost: Array) -> OneOrder:
    """What an order of any quantity costs and serves; its service level is the chance that it is enough."""
    short = law.shortage(quantity)
    left = quantity - law.mean + short
    return OneOrder(law.chance(quantity), quantity, overage_cost * left + underage_cost * short, left, short)


def season_profit(
    law: DemandLaw, quantity: Array, *, price: Array, cost: Array, salvage: Array | float = 0.0,
    goodwill: Array | float = 0.0,
) -> OneSeason:  # fmt: skip
    """Expected profit of a single order.

        profit = price x sales + salvage x leftover - cost x quantity - goodwill x shortage

    Args:
        law: Demand of the season.
        quantity: Units ordered.
        price: Money for each unit sold.
        cost: Money for each unit ordered.
        salvage: Money for each unit left over, less what it costs to hold it.
        goodwill: Money lost beyond the sale for each unit short.

    Source: Chopra & Meindl, Supply Chain Management, optimal level of product availability.

    Example:
        >>> from steelyard.inventory.demand_law import NormalDemand
        >>> law = NormalDemand(np.array(350.0), np.array(100.0))
        >>> season = season_profit(law, np.array(468.68), price=np.array(250), cost=np.array(100), salvage=80)
        >>> float(season.profit.round(-1))
        49150.0
    """
    short = law.shortage(quantity)
    sales, left = law.mean - short, quantity - law.mean + short
    profit = price * sales + salvage * left - cost * quantity - goodwill * short
    return OneSeason(np.asarray(profit), sales, left, short)


def best_for_season(
    law: DemandLaw, *, price: Array, cost: Array, salvage: Array | float = 0.0, goodwill: Array | float = 0.0
) -> OneOrder:
    """The best order in terms of price, cost and salvage; see `newsvendor` and `season_profit`."""
    over = np.asarray(cost - np.asarray(salvage))
    return newsvendor(law, overage_cost=over, underage_cost=np.asarray(price - cost + goodwill))
