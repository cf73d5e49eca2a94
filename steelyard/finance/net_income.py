"""Net income: what interest and tax leave of operating profit."""

import numpy as np

from steelyard.grid.block import Array


def interest_on_debt(debt: float, rate: float, periods: int, periods_per_year: float) -> Array:
    """Interest of each period on money borrowed; below zero where money is lent.

    Args:
        debt: Money borrowed.
        rate: Interest a year, as a share.
        periods: How many periods.
        periods_per_year: Length of a period: 12 for months.

    Example:
        >>> interest_on_debt(1200.0, 0.10, 2, 12)
        array([10., 10.])
    """
    return np.full(periods, debt * rate / periods_per_year)


def income_tax(profit_before_tax: Array, rate: float) -> Array:
    """Tax on profit; a loss takes tax back, so that periods add up to their year.

    Args:
        profit_before_tax: Operating profit less interest, by period [money].
        rate: Tax, as a share of profit.

    Example:
        >>> income_tax(np.array([100.0, -40.0]), 0.25)
        array([ 25., -10.])
    """
    return profit_before_tax * rate
