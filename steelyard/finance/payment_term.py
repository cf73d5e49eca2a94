"""Payment term: what is still to be paid at the end of each period, when every invoice is paid some days later."""

import numba
import numpy as np

from steelyard.grid.block import Array, is_zero


def receivables(revenue: Array, customer_payment_days: Array, revenue_history: Array, days_per_period: float) -> Array:
    """What customers still owe at the end of each period, period x series [money]; see `open_invoices`.

    Example:
        >>> receivables(np.array([[90.0], [60.0]]), np.array([45.0]), np.array([[30.0], [30.0]]), 30.0)
        array([[105.],
               [105.]])
    """
    return open_invoices(revenue, customer_payment_days, revenue_history, days_per_period)


def payables(purchases: Array, supplier_payment_days: Array, purchase_history: Array, days_per_period: float) -> Array:
    """What suppliers are still owed at the end of each period, period x place [money]; see `open_invoices`.

    Example:
        >>> payables(np.array([[90.0]]), np.array([30.0]), np.array([[30.0]]), 30.0)
        array([[90.]])
    """
    return open_invoices(purchases, supplier_payment_days, purchase_history, days_per_period)


def open_invoices(amount: Array, days: Array, past: Array, days_per_period: float) -> Array:
    """Invoices that are not yet paid, when they spread evenly over a period and each is paid `days` later.

        open[t] = amount[t] + ... + amount[t - n + 1] + f x amount[t - n],   n + f = days / length of a period

    Args:
        amount: Invoiced by period and series [money].
        days: Days from invoice to payment, by series.
        past: Invoiced before the first period, the oldest first, period x series [money].
        days_per_period: Mean length of a period.

    Returns:
        Open at the end of each period, period x series [money].

    Source: days-of-sales-outstanding identity: receivables = revenue a day x days to pay (Brealey, Myers & Allen,
    Principles of Corporate Finance, working capital management).
    """
    if is_zero(amount) and is_zero(past):
        return amount
    out = np.empty(amount.shape)
    longest = float(amount.shape[0] + past.shape[0])
    _sum_open(amount, np.minimum(days / days_per_period, longest), past, out)
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _sum_open(amount: Array, lag: Array, past: Array, out: Array) -> None:
    periods, series, before = amount.shape[0], amount.shape[1], past.shape[0]
    for t in range(periods):
        for s in range(series):
            whole = int(lag[s])
            total = 0.0
            for back in range(whole + 1):
                at = t - back
                weight = 1.0 if back < whole else lag[s] - whole
                if at >= 0:
                    total += weight * amount[at, s]
                elif before + at >= 0:
                    total += weight * past[before + at, s]
            out[t, s] = total


def cash_paid(amount: Array, open_at_end: Array, open_before: Array) -> Array:
    """What is paid in each period: what was open, plus new, less what is left open, period x series [money].

    Example:
        >>> cash_paid(np.array([[90.0], [60.0]]), np.array([[105.0], [105.0]]), np.array([45.0]))
        array([[30.],
               [60.]])
    """
    opening = np.concatenate([np.atleast_2d(open_before), open_at_end[:-1]])
    return np.asarray(amount + opening - open_at_end)
