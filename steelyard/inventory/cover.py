"""Cover: how much stock a number of days of the need to come is."""

import numpy as np

from steelyard.grid.block import Array


def units_of_cover(need: Array, cover_days: Array, days_per_period: float) -> Array:
    """Units that cover the need of so many days after each period end.

    stock[t] = need of the next `cover_days`, where the need of a period is even over its days; after the last period
    the need goes on as in the last one.

    Args:
        need: What is asked for, `[period, thing]` [units].
        cover_days: Days to cover, by thing; NaN where nothing is said.
        days_per_period: Mean days of a period.

    Returns:
        Units at each period end, `[period, thing]`; NaN where nothing is said.

    Example:
        >>> units_of_cover(np.array([[9.0], [30.0], [60.0]]), np.array([45.0]), 30.0).ravel()
        array([60., 90., 90.])
    """
    length, out = need.shape[0], np.full(need.shape, np.nan)
    said = np.flatnonzero(~np.isnan(cover_days))
    if not said.size:
        return out
    ahead, part = np.divmod(cover_days[said] / days_per_period, 1.0)
    total = np.vstack((np.zeros((1, said.size)), np.cumsum(need[:, said], axis=0)))
    begin, column = np.arange(1, length + 1)[:, None], np.arange(said.size)

    def until(period: Array) -> Array:
        inside = np.minimum(period, length).astype(np.int64)
        return np.asarray(total[inside, column] + (period - inside) * need[-1, said])

    whole = until(begin + ahead)
    out[:, said] = whole - total[1:] + part * (until(begin + ahead + 1) - whole)
    return out
