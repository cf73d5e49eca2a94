"""Cash: when money moves, and how long it is bound."""

from typing import Literal, NamedTuple

import numpy as np

from steelyard.grid.block import Array


class CashCycle(NamedTuple):
    """Days that money is bound."""

    inventory_days: float
    receivable_days: float
    payable_days: float
    cash_to_cash_days: float


def spread_payments(amount: Array, profile: Array, *, opening: float = 0.0, before: Array | None = None) -> Array:
    """Cash by period when a share of each amount is paid in its own period and the rest in later ones.

    Args:
        amount: Sales or purchases by period [money].
        profile: Share paid 0, 1, 2, ... periods later, summing to at most 1.
        opening: What is still open from before; it is paid in the first period.
        before: Amounts of the periods before the first, the oldest first; what their profile leaves falls in here.

    Returns:
        Cash by period [money].

    Example:
        >>> spread_payments(np.array([200000.0, 600000.0]), np.array([0.7, 0.3]), opening=90000.0)
        array([230000., 480000.])
    """
    earlier = np.zeros(0) if before is None else before
    whole = np.concatenate([earlier, amount])
    cash = np.zeros(whole.shape)
    for later, share in enumerate(profile.tolist()):
        cash[later:] += share * whole[: max(whole.size - later, 0)]
    cash = cash[earlier.size :]
    cash[0] += opening
    return cash


def open_balance(amount: Array, cash: Array, *, opening: float = 0.0, written_off: Array | float = 0.0) -> Array:
    """Receivables or payables at the end of each period: what was open, plus new, less paid and written off [money].

    Example:
        >>> open_balance(np.array([200000.0, 600000.0]), np.array([230000.0, 480000.0]), opening=90000.0)
        array([ 60000., 180000.])
    """
    balance: Array = opening + np.cumsum(amount - cash - written_off)
    return balance


def balance_basis(opening: float, closing: float, basis: Literal["average", "opening", "closing"]) -> float:
    """A balance on the basis that days and turns are counted on: the mean of both ends, or one of them.

    Example:
        >>> balance_basis(1600.0, 2500.0, "average")
        2050.0
    """
    return {"average": (opening + closing) / 2.0, "opening": opening, "closing": closing}[basis]


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
