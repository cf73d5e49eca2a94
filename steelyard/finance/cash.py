"""Cash: when money moves, and how long it is bound."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array


class CashCycle(NamedTuple):
    """Days that money is bound."""

    inventory_days: float
    receivable_days: float
    payable_days: float
    cash_to_cash_days: float


def spread_payments(amount: Array, profile: Array, *, opening: float = 0.0) -> Array:
    """Cash by period when a share of each amount is paid in its own period and the rest in later ones.

    Args:
        amount: Sales or purchases by period [money].
        profile: Share paid 0, 1, 2, ... periods later, summing to at most 1.
        opening: What is still open from before; it is paid in the first period.

    Returns:
        Cash by period [money].

    Example:
        >>> spread_payments(np.array([200000.0, 600000.0]), np.array([0.7, 0.3]), opening=90000.0)
        array([230000., 480000.])
    """
    cash = np.zeros(amount.shape)
    for later, share in enumerate(profile.tolist()):
        cash[later:] += share * amount[: amount.size - later]
    cash[0] += opening
    return cash


def cash_cycle(
    *, revenue: float, cogs: float, inventory: float, receivables: float, payables: float, days: float = 365.0
) -> CashCycle:
    """Cash-to-cash cycle from balances: days of inventory and receivables less days of payables.

    Args:
        revenue: Revenue of the time [money].
        cogs: Cost of goods sold of the time [money].
        inventory: Inventory, opening, closing or mean [money].
        receivables: Receivables on the same basis [money].
        payables: Payables on the same basis [money].
        days: Length of the time.

    Example:
        >>> cycle = cash_cycle(revenue=12000, cogs=4000, inventory=2050, receivables=660, payables=1200)
        >>> round(cycle.cash_to_cash_days, 1)
        97.6
    """
    held, owed_to_us, owed_by_us = inventory / cogs * days, receivables / revenue * days, payables / cogs * days
    return CashCycle(held, owed_to_us, owed_by_us, held + owed_to_us - owed_by_us)
