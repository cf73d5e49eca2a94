"""Capacity option: a way to get more hours, soon or later, with what it takes and what it costs.

Short-term options act within days on the hours of a period: overtime, a shift, another route, a subcontractor.
Long-term ones take months and money first: a line, a site, people, outsourcing. Each is sized on what an hour is worth,
which a capacity plan says as hour prices.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array

OptionKind = Literal["overtime", "shift", "reroute", "subcontract", "line", "site", "hiring", "outsourcing"]
SHORT_TERM: tuple[OptionKind, ...] = ("overtime", "shift", "reroute", "subcontract")
LONG_TERM: tuple[OptionKind, ...] = ("line", "site", "hiring", "outsourcing")


@dataclass(frozen=True)
class CapacityOption:
    """One way to get hours of one resource."""

    name: str
    kind: OptionKind
    hours: float
    """Most hours it adds in a period, for long-term options those of one step."""
    cost_per_hour: float
    """Cost of an hour that is used, beyond what a regular hour costs [money]."""
    fixed_cost: float = 0.0
    """Cost of a period in which it is in place, used or not [money]."""
    lead_periods: int = 0
    """Periods from deciding to the first hour."""
    capex: float = 0.0
    """Money spent when it is decided [money]."""
    steps: int = 1
    """How many times it can be taken: lines, crews, shifts."""
    residual_share: float = 0.0
    """Share of the capex that is left at the end of the horizon."""
    least_periods: int = 1
    """Periods it must stay once it is in place."""

    def __post_init__(self) -> None:
        numbers = (self.hours, self.cost_per_hour, self.fixed_cost, self.lead_periods, self.capex)
        if self.hours <= 0 or min(numbers[1:]) < 0 or self.steps < 1 or not 0 <= self.residual_share <= 1:
            raise ModelError(
                f"The option {self.name} is not described", mend="give hours above 0, costs and lead time from 0 on"
            )

    @property
    def is_long_term(self) -> bool:
        """Whether it takes time and money before it helps."""
        return self.kind in LONG_TERM


class OptionWorth(NamedTuple):
    """What an option is worth on one resource at given hour prices."""

    option: CapacityOption
    steps: int
    """How many of it are worth taking."""
    hours: Array
    """Hours used by period."""
    benefit: Array
    """What those hours save or earn by period [money]."""
    cash: Array
    """Benefit less cost by period, the capex in the first [money]."""
    cost_per_relieved_hour: float
    """All cost over all hours [money]; NaN without hours."""


def relieve(hour_price: Array, missing_hours: Array, option: CapacityOption) -> OptionWorth:
    """Size an option on hour prices.

    An hour is worth its price until the hours that are missing are there; a price without missing hours counts for the
    hours of one step. Steps are added while each earns more than it costs over the horizon.

    Args:
        hour_price: What one more hour is worth, by period [money].
        missing_hours: Hours for which the price holds, by period.
        option: The way to get hours.

    Raises:
        ModelError: A price is below zero.

    Example:
        >>> overtime = CapacityOption("overtime", "overtime", hours=40.0, cost_per_hour=15.0)
        >>> worth = relieve(np.array([0.0, 80.0, 30.0]), np.array([0.0, 100.0, 20.0]), overtime)
        >>> worth.hours.tolist(), worth.cash.tolist()
        ([0.0, 40.0, 20.0], [0.0, 2600.0, 300.0])
    """
    if (hour_price < 0).any():
        raise ModelError("An hour price is below zero", mend="give the worth of one more hour, 0 where none is missing")
    best = _with_steps(hour_price, missing_hours, option, 1)
    for steps in range(2, option.steps + 1):
        more = _with_steps(hour_price, missing_hours, option, steps)
        if more.cash.sum() <= best.cash.sum():
            break
        best = more
    return best


def _with_steps(price: Array, missing: Array, option: CapacityOption, steps: int) -> OptionWorth:
    ready = np.arange(price.size) >= option.lead_periods
    paying = ready & (price > option.cost_per_hour)
    wanted = np.where(missing > 0, missing, np.where(price > 0, option.hours, 0.0))
    hours = np.where(paying, np.minimum(wanted, steps * option.hours), 0.0)
    in_place = _in_place(hours, option) if option.kind != "site" and not option.capex else ready
    cost = hours * option.cost_per_hour + np.where(in_place, steps * option.fixed_cost, 0.0)
    benefit = hours * price
    cash = benefit - cost
    capex = steps * option.capex
    cash[0] -= capex
    cash[-1] += capex * option.residual_share
    spent = float(cost.sum()) + capex * (1.0 - option.residual_share)
    total = float(hours.sum())
    return OptionWorth(option, steps, hours, benefit, cash, spent / total if total else float("nan"))


def _in_place(hours: Array, option: CapacityOption) -> Array:
    """Periods in which the option is kept: from use to use, at least as long as it must stay."""
    kept = np.zeros(hours.size, dtype=bool)
    for t in np.flatnonzero(hours > 0).tolist():
        kept[t : t + option.least_periods] = True
    return kept
