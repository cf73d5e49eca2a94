"""Order quantity: how much to order at once, weighing order cost against holding cost."""

from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
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


def quantity_with_incremental_discounts(
    demand: float, order_cost: float, holding_rate: float, prices: Array, from_quantity: Array
) -> tuple[float, float]:
    """Cheapest order quantity when only the units above each break get the lower price.

    What the units below a break cost more acts like a part of the order cost: in each price step the best quantity is
    economic for that larger order cost, and counts only where it falls into the step.

    Args:
        demand: Units a year.
        order_cost: Money for each order.
        holding_rate: Holding cost a year as a share of the mean price.
        prices: Price of a unit, by step.
        from_quantity: Quantity above which each price holds, ascending, the first 0.

    Returns:
        Quantity, and total cost a year with purchases [money].

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 3.4.2; Hadley & Whitin, section 2-13.

    Example:
        >>> quantity, cost = quantity_with_incremental_discounts(
        ...     1300, 8, 0.3, np.array([0.75, 0.72, 0.68]), np.array([0.0, 400.0, 800.0]))
        >>> round(quantity, 2), round(cost, 2)
        (304.05, 1043.41)
    """
    extra = np.concatenate([[0.0], np.cumsum((prices[:-1] - prices[1:]) * from_quantity[1:])])
    quantity = np.sqrt(2.0 * (order_cost + extra) * demand / (holding_rate * prices))
    after = np.append(from_quantity[1:], np.inf)
    cost = np.where(
        (quantity >= from_quantity) & (quantity <= after),
        demand * prices + (order_cost + extra) * demand / quantity + holding_rate * (prices * quantity + extra) / 2.0,
        np.inf,
    )
    best = int(np.argmin(cost))
    return float(quantity[best]), float(cost[best])


def economic_production_quantity(demand: Array, order_cost: Array, holding_cost: Array, production: Array) -> Array:
    """Lot of a line that fills stock at its own rate while demand drains it.

        sqrt(2 x order cost x demand / (holding cost x (1 - demand / production)))

    Args:
        demand: Units a year.
        order_cost: Money for each set-up.
        holding_cost: Money to hold one unit for a year.
        production: Units a year the line makes while it runs; above demand.

    Raises:
        ModelError: Production does not exceed demand.

    Source: Taft 1918; Nahmias, Production and Operations Analysis, section 4.6.

    Example:
        >>> economic_production_quantity(*(np.array([x]) for x in (2500.0, 50.0, 0.6, 10000.0))).round()
        array([745.])
    """
    if (np.asarray(production) <= demand).any():
        raise ModelError("Production does not exceed demand", mend="give the rate at which the line makes the item")
    return economic_order_quantity(demand, order_cost, holding_cost * (1.0 - demand / production))


def power_of_two_cycle(cycle: Array, base: float) -> Array:
    """Base period times the power of two that is nearest in cost to a wanted cycle; at most 6.1 % dearer.

    Args:
        cycle: Best time between orders, lot divided by demand.
        base: The period of which all cycles are multiples by a power of two.

    Source: Roundy 1985; Snyder & Shen, Fundamentals of Supply Chain Theory, section 3.3.

    Example:
        >>> power_of_two_cycle(np.array([0.234]), 1 / 52).round(4)
        array([0.3077])
    """
    cycles: Array = base * np.exp2(np.ceil(np.log2(cycle / (np.sqrt(2.0) * base))))
    return cycles


def common_cycle(
    demand: Array, order_cost: Array, holding_cost: Array, production: Array, *, setup_time: Array | None = None
) -> float:
    """Time of one turn in which a single line makes every item once [years], no shorter than its set-ups allow.

    Args:
        demand: Units a year, by item.
        order_cost: Money for each set-up, by item.
        holding_cost: Money to hold one unit for a year, by item.
        production: Units a year the line makes of each item.
        setup_time: Years that each set-up takes.

    Raises:
        ModelError: The items together need more than the line has.

    Source: Nahmias, Production and Operations Analysis, section 4.9.
    """
    idle = 1.0 - float((demand / production).sum())
    if idle <= 0:
        raise ModelError(f"The items use {100 * (1 - idle):.0f} % of the line", mend="take an item off or add capacity")
    best = np.sqrt(2.0 * order_cost.sum() / (holding_cost * demand * (1.0 - demand / production)).sum())
    least = 0.0 if setup_time is None else float(setup_time.sum()) / idle
    return float(max(best, least))


def usual_order(
    demand: Array, review: Array, least_order: Array, order_cost: Array | float, holding_cost: Array
) -> Array:
    """Units of a usual order: the economic quantity, at least what a review interval needs and the least order.

    Args:
        demand: Mean demand of a period, period x series [units]; below zero of what comes out beside other production.
        review: Time between reviews, by series [periods].
        least_order: Least quantity of an order, by series [units].
        order_cost: Money for each order, by series or for all; 0 leaves the economic quantity out.
        holding_cost: Money to hold a unit for a period, by series or period x series.

    Example:
        >>> one = np.ones(1)
        >>> usual_order(np.array([[50.0]]), one, 20 * one, 25.0, 0.25 * one)
        array([[100.]])
    """
    size = np.maximum(demand * review, least_order)
    if not np.any(np.asarray(order_cost) > 0):
        return size
    held = np.where(holding_cost > 0, holding_cost, np.inf)
    return np.maximum(size, np.sqrt(2.0 * order_cost * np.maximum(demand, 0.0) / held))
