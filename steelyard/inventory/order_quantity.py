"""Order quantity: how much to order at once, weighing order cost against holding cost."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array


class BackorderPolicy(NamedTuple):
    """Order quantity where customers wait."""

    quantity: Array
    """Units ordered at once."""
    backordered_share: Array
    """Share of demand that waits."""
    cost: Array
    """Ordering, holding and waiting cost in the time unit of the demand [money]."""


def economic_order_quantity(demand: Array, order_cost: Array, holding_cost: Array) -> Array:
    """Quantity at which ordering and holding cost the same: sqrt(2 x order cost x demand / holding cost).

    Args:
        demand: Units a year (or another time unit), by series.
        order_cost: Money for each order.
        holding_cost: Money to hold one unit for that time.

    Source: Harris 1913; Snyder & Shen, Fundamentals of Supply Chain Theory, section 3.2.

    Example:
        >>> economic_order_quantity(np.array([1300.0]), np.array([8.0]), np.array([0.225])).round(4)
        array([304.0468])
    """
    quantity: Array = np.sqrt(2.0 * order_cost * demand / holding_cost)
    return quantity


def lot_size_cost(quantity: Array, demand: Array, order_cost: Array, holding_cost: Array) -> Array:
    """Cost of ordering and holding with a given quantity, in the time unit of the demand [money].

    Example:
        >>> lot_size_cost(np.array([100.0]), np.array([1300.0]), np.array([8.0]), np.array([0.225]))
        array([115.25])
    """
    return order_cost * demand / quantity + holding_cost * quantity / 2.0


def order_quantity_with_backorders(
    demand: Array, order_cost: Array, holding_cost: Array, backorder_cost: Array
) -> BackorderPolicy:
    """Order quantity where demand may wait at a cost for each unit and time.

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 3.5.

    Example:
        >>> policy = order_quantity_with_backorders(*(np.array([x]) for x in (1300.0, 8.0, 0.225, 5.0)))
        >>> policy.quantity.round(4)
        array([310.8126])
    """
    both = holding_cost + backorder_cost
    quantity: Array = np.sqrt(2.0 * order_cost * demand * both / (holding_cost * backorder_cost))
    cost: Array = np.sqrt(2.0 * order_cost * demand * holding_cost * backorder_cost / both)
    return BackorderPolicy(quantity, holding_cost / both, cost)


def quantity_with_discounts(
    demand: float, order_cost: float, holding_rate: float, prices: Array, from_quantity: Array
) -> tuple[float, float]:
    """Cheapest order quantity when the price of all units falls with the quantity.

    In each price step the best quantity is the economic one, moved into the step; the cheapest step wins.

    Args:
        demand: Units a year.
        order_cost: Money for each order.
        holding_rate: Holding cost a year as a share of the price.
        prices: Price of a unit, by step.
        from_quantity: Smallest order quantity of each step, ascending.

    Returns:
        Quantity, and total cost a year with purchases [money].

    Source: Chopra & Meindl, Supply Chain Management, all unit quantity discounts.

    Example:
        >>> quantity, cost = quantity_with_discounts(
        ...     120000, 100, 0.2, np.array([3.0, 2.96, 2.92]), np.array([0.0, 5000.0, 10000.0]))
        >>> quantity, round(cost, 2)
        (10000.0, 354520.0)
    """
    holding = holding_rate * prices
    economic = np.sqrt(2.0 * order_cost * demand / holding)
    quantity = np.maximum(economic, from_quantity)
    after = np.append(from_quantity[1:], np.inf)
    cost = np.where(
        quantity < after, demand * prices + order_cost * demand / quantity + holding * quantity / 2.0, np.inf
    )
    best = int(np.argmin(cost))
    return float(quantity[best]), float(cost[best])
