"""Capacity: what a resource could, should and does deliver."""

from steelyard.grid.block import Array


def rated_capacity(
    calendar_hours: Array, *, units: float = 1.0, utilisation: float = 1.0, efficiency: float = 1.0
) -> Array:
    """Hours a resource can really work: calendar hours x machines or people x utilisation x efficiency.

    Args:
        calendar_hours: Hours the resource is staffed, by period.
        units: Parallel machines or people.
        utilisation: Share of staffed hours in which it works, 0 to 1.
        efficiency: Standard hours produced in an hour worked, around 1.

    Source: APICS dictionary, rated capacity.

    Example:
        >>> import numpy as np
        >>> rated_capacity(np.array([160.0]), units=2, utilisation=0.9, efficiency=0.95).round(1)
        array([273.6])
    """
    return calendar_hours * (units * utilisation * efficiency)


def design_capacity(hours: float, units_per_hour: float) -> float:
    """Output if nothing ever stopped.

    Example:
        >>> design_capacity(168, 1200)
        201600
    """
    return hours * units_per_hour


def share_of_capacity(output: float, capacity: float) -> float:
    """Output as a share of capacity: utilisation against design capacity, efficiency against effective capacity.

    Source: Heizer, Render & Munson, Operations Management, supplement 7.

    Example:
        >>> round(share_of_capacity(148000, 201600), 3)
        0.734
    """
    return output / capacity


def expected_output(effective_capacity: float, efficiency: float) -> float:
    """Output to plan with: effective capacity x efficiency.

    Example:
        >>> expected_output(175000, 0.75)
        131250.0
    """
    return effective_capacity * efficiency
