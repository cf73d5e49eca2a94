"""Launch priority: which launch earns most with the hours that are short."""

import numpy as np

from steelyard.grid.block import Array, IntArray


def constraint_hours(hours: Array, utilisation: Array, threshold: float = 0.85) -> Array:
    """Hours of each item on constraints: resources loaded beyond the threshold at their peak.

    Args:
        hours: Hours a unit takes, resource x item [hours/unit].
        utilisation: Peak load over capacity, by resource [ratio].
        threshold: From which load a resource counts as a constraint [ratio].

    Returns:
        Hours a unit takes on constraints, by item [hours/unit].

    Example:
        >>> constraint_hours(np.array([[0.5], [2.0]]), np.array([0.95, 0.4]))
        array([0.5])
    """
    return np.asarray(hours[utilisation >= threshold].sum(axis=0))


def margin_per_hour(unit_margin: Array, hours: Array) -> Array:
    """Margin per constraint hour, the measure of Goldratt's throughput accounting.

        margin per hour = unit margin / constraint hours a unit;   infinite without constraint hours

    Args:
        unit_margin: Price less unit cost, by item [money/unit].
        hours: Constraint hours a unit, by item [hours/unit].

    Example:
        >>> margin_per_hour(np.array([45.0, 60.0]), np.array([0.25, 0.5]))
        array([180., 120.])
    """
    free = np.where(unit_margin > 0, np.inf, np.where(unit_margin < 0, -np.inf, 0.0))
    return np.divide(unit_margin, hours, out=free, where=hours > 0)


def value_after_hours(unit_margin: Array, hours: Array, hour_price: Array) -> Array:
    """Margin of a unit less the worth of the hours it takes from others.

        value = unit margin - sum over resources of hours x price of an hour

    Args:
        unit_margin: Price less unit cost, by item [money/unit].
        hours: Hours a unit takes, resource x item [hours/unit].
        hour_price: What one more hour would earn, by resource [money/hour].

    Example:
        >>> value_after_hours(np.array([45.0]), np.array([[0.25]]), np.array([100.0]))
        array([20.])
    """
    return np.asarray(unit_margin - hour_price @ hours)


def rank_launches(worth: Array, value: Array) -> IntArray:
    """Rank from 1, by worth per constraint hour, then by value; equal ones share the order they came in.

    Example:
        >>> rank_launches(np.array([180.0, np.inf, 120.0]), np.array([5.0, 1.0, 9.0]))
        array([2, 1, 3])
    """
    order = np.lexsort((-value, -worth))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(1, order.size + 1)
    return rank
