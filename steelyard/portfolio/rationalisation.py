"""Rationalisation: which items earn less than they cost to keep, what leaving them costs and what it frees."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray


@dataclass(frozen=True)
class ExitCase:
    """What it means to leave items, by item."""

    exit_cost: Array
    """Stock, orders and parts of their own that are written off [money]."""
    lost_margin: Array
    """Margin of the year ahead that goes, less what customers buy of other items instead [money]."""
    saved_cost: Array
    """What keeping the item costs a year: capital and handling by complexity [money]."""
    freed_value: Array
    """Freed hours on short resources at their value [money]."""

    @property
    def benefit(self) -> Array:
        """What a year without the item is better by, exit cost taken off once [money]."""
        return self.saved_cost + self.freed_value - self.lost_margin - self.exit_cost

    @property
    def payback_months(self) -> Array:
        """Months until the yearly gain has paid the exit cost; NaN where there is no gain."""
        gain = self.saved_cost + self.freed_value - self.lost_margin
        years = np.divide(self.exit_cost, gain, out=np.full_like(gain, np.nan), where=gain > 0)
        return np.asarray(12.0 * years)


def exit_case(
    *,
    stock_value: Array,
    order_value: Array,
    own_part_value: Array,
    margin: Array,
    complexity: Array,
    freed_value: Array,
    salvage: float,
    retained: float,
    cost_of_complexity: float,
    carrying_rate: float,
) -> ExitCase:
    """Weigh leaving each item.

        exit cost   = (stock + open orders + parts of its own) x (1 - salvage)
        lost margin = margin x (1 - retained)
        saved cost  = complexity index x cost of complexity + stock value x carrying rate

    Args:
        stock_value: Value of its stock [money].
        order_value: Value of its open purchase and production orders [money].
        own_part_value: Value of stock and orders of parts that nothing else uses [money].
        margin: Gross margin of the year ahead [money].
        complexity: Complexity index, 1 is usual.
        freed_value: Freed hours at their value [money].
        salvage: Share of the value that can still be recovered [0..1].
        retained: Share of the margin that customers give to other items of the company [0..1].
        cost_of_complexity: What an item of usual complexity costs a year [money].
        carrying_rate: Cost of capital and storage a year [ratio].

    Example:
        >>> one = np.array([1.0])
        >>> case = exit_case(stock_value=100 * one, order_value=0 * one, own_part_value=0 * one, margin=50 * one,
        ...                  complexity=one, freed_value=0 * one, salvage=0.4, retained=0.5, cost_of_complexity=200.0,
        ...                  carrying_rate=0.1)
        >>> case.exit_cost, case.benefit
        (array([60.]), array([125.]))
    """
    tied = stock_value + order_value + own_part_value
    return ExitCase(
        exit_cost=tied * (1.0 - salvage),
        lost_margin=margin * (1.0 - retained),
        saved_cost=complexity * cost_of_complexity + stock_value * carrying_rate,
        freed_value=freed_value,
    )


def candidates(case: ExitCase, tail: BoolArray, protected: BoolArray) -> BoolArray:
    """Items worth a discussion: in the tail, better left than kept, and not launched lately or ending already."""
    return np.asarray(tail & ~protected & (case.saved_cost + case.freed_value > case.lost_margin))
