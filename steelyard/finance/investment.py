"""Investment: what money spent now is worth by what it earns later."""

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array


def net_present_value(cash: Array, rate: float, *, first: int = 0) -> float:
    """Cash by period, each discounted to period 0.

    Args:
        cash: Cash by period; out is below zero [money].
        rate: Discount rate of a period.
        first: Period of the first entry; 1 where cash falls at the end of the first period.

    Source: Brealey, Myers & Allen, Principles of Corporate Finance, chapter 2; Garrison, capital budgeting.

    Example:
        >>> round(net_present_value(np.array([-1000.0, 500.0, 500.0, 500.0]), 0.1), 2)
        243.43
    """
    return float((cash / (1.0 + rate) ** np.arange(first, first + cash.size)).sum())


def payback_period(cash: Array, *, rate: float = 0.0) -> float:
    """Periods until the cash of a project is back, with a fraction of the last; infinity if never.

    Args:
        cash: Cash by period, the outlay first [money].
        rate: Discount rate of a period; 0 for simple payback.

    Example:
        >>> payback_period(np.array([-1000.0, 400.0, 400.0, 400.0]))
        2.5
    """
    total = np.cumsum(cash / (1.0 + rate) ** np.arange(cash.size))
    if total[-1] < 0:
        return float("inf")
    last = np.flatnonzero(total < 0)
    if not last.size:
        return 0.0
    at = int(last[-1])
    return float(at + -total[at] / (total[at + 1] - total[at]))


def internal_rate(cash: Array) -> float:
    """Discount rate of a period at which the net present value is zero; NaN where there is none.

    Example:
        >>> round(internal_rate(np.array([-1000.0, 500.0, 500.0, 500.0])), 4)
        0.2338
    """
    if not ((cash < 0).any() and (cash > 0).any()):
        return float("nan")
    low, high = -0.99, 1.0
    while net_present_value(cash, high) > 0 and high < 1e9:
        high *= 2.0
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if net_present_value(cash, middle) > 0 else (low, middle)
    return (low + high) / 2.0


def annuity(amount: float, rate: float, periods: int) -> float:
    """Equal payments at the end of each period that are worth an amount today.

    Raises:
        ModelError: There is no period.

    Example:
        >>> round(annuity(1000.0, 0.1, 3), 2)
        402.11
    """
    if periods < 1:
        raise ModelError("An annuity has no period", mend="give one period or more")
    return amount / periods if rate == 0 else amount * rate / (1.0 - (1.0 + rate) ** -periods)


def straight_line(cost: float, salvage: float, life: int) -> Array:
    """Depreciation by period, the same in each [money].

    Example:
        >>> straight_line(1000.0, 100.0, 3).tolist()
        [300.0, 300.0, 300.0]
    """
    return np.full(life, (cost - salvage) / life)
