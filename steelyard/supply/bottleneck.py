"""Bottleneck: which resource holds the plan back, and what more of it would be worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.supply.supply_plan import Binding


@dataclass(frozen=True)
class Bottleneck:
    """A resource whose hours are worth money in some periods.

    Args:
        resource: Its number.
        worth: Price x hours over all periods.
        periods: Periods in which it binds, the dearest first.
        price: Highest money per hour.
        overtime: Hours of overtime in those periods.
    """

    resource: int
    worth: float
    periods: tuple[int, ...]
    price: float
    overtime: float


@dataclass(frozen=True)
class MoreHours:
    """What a block of hours is worth: by the price at the margin, and planned again.

    Prices overstate blocks: the second hour is worth less than the first.

    Args:
        hours: Hours added over all periods.
        at_price: Price x hours.
        planned_again: Money saved when the plan is made again with them.
    """

    hours: float
    at_price: float
    planned_again: float


def rank_bottlenecks(binding: Sequence[Binding]) -> tuple[Bottleneck, ...]:
    """Sum up what binds by resource, most money first: by price x hours, not by utilisation.

    Args:
        binding: What binds, by resource and period.

    Example:
        >>> found = rank_bottlenecks([Binding(0, 1, 2.0, 50.0, 5.0), Binding(1, 0, 9.0, 20.0, 0.0)])
        >>> [(one.resource, one.worth) for one in found]
        [(1, 180.0), (0, 100.0)]
    """
    by_resource: dict[int, list[Binding]] = {}
    for one in binding:
        by_resource.setdefault(one.resource, []).append(one)
    return tuple(sorted((_summed(number, ones) for number, ones in by_resource.items()), key=lambda one: -one.worth))


def _summed(resource: int, ones: Sequence[Binding]) -> Bottleneck:
    ranked = sorted(ones, key=lambda one: (-one.worth, one.period))
    return Bottleneck(
        resource,
        sum(one.worth for one in ranked),
        tuple(one.period for one in ranked),
        max(one.price for one in ranked),
        sum(one.overtime for one in ranked),
    )
