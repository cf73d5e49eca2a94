"""Split: a forecast made at item and location is shared out to the customers behind it, and its error gathered back."""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.forecast import DECIMALS, Forecast, forecast_series
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.parameters import ForecastParameters
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add


@dataclass(frozen=True)
class ItemForecast:
    """A forecast made for groups of series and split to the series."""

    mean: Array
    """Forecast, horizon x series [units]."""
    share: Array
    """Share of its group each series got, horizon x series; sums to 1 in a group that has active series."""
    group: Forecast
    """The forecast of the groups."""

    def error_by(self, group_of_series: IntArray, place: IntArray, places: int) -> Array:
        """Gather the error at other groups, such as item and location, by adding variances.

        Args:
            group_of_series: Group in which each series was forecast.
            place: The other group of each series.
            places: How many of them there are.

        Returns:
            Standard deviation of the one-step error by place [units].
        """
        share = self.share[0] if len(self.share) else np.zeros(place.shape)
        variance = share * self.group.error_std[group_of_series] ** 2
        spread: Array = np.sqrt(scatter_add(variance[None], place, places)[0])
        return np.round(spread, DECIMALS)


def forecast_by_item(
    history: Array,
    group: IntArray,
    groups: int,
    *,
    period: int,
    horizon: int,
    parameters: ForecastParameters | None = None,
    profile: Array | None = None,
    prior_level: Array | None = None,
    active: BoolArray | None = None,
) -> ItemForecast:
    """Forecast groups of series, then split to the series by their share of recent demand.

    A sum is easier to forecast than its parts: the group decides how much, the series only who. Where a group had no
    recent demand its whole history decides, and where there is none its active series share equally.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        group: Group number of each series (item and location, or item), within this block.
        groups: How many groups there are.
        period: Periods in a season.
        horizon: Periods to forecast.
        parameters: Methods and limits.
        profile: Seasonal indices the groups may borrow, phase x group.
        prior_level: Expected demand per period of each group [units].
        active: Whether a series can have demand, horizon x series.

    Returns:
        The forecast of the series, their shares and the forecast of the groups.

    Example:
        >>> history = np.tile([[30.0, 10.0]], (24, 1))
        >>> forecast_by_item(history, np.array([0, 0]), 1, period=12, horizon=1).mean
        array([[30., 10.]])
    """
    knobs = parameters or ForecastParameters()
    open_series = np.ones((horizon, history.shape[1]), dtype=bool) if active is None else active
    made = forecast_series(
        sum_by_group(history, group, groups),
        period=period,
        horizon=horizon,
        parameters=knobs,
        profile=profile,
        prior_level=prior_level,
        active=scatter_add(open_series.astype(np.float64), group, groups) > 0,
    )
    share = recent_shares(history, group, groups, open_series, knobs.share_periods)
    return ItemForecast(np.round(made.mean[:, group] * share, DECIMALS), share, made)


def sum_by_group(history: Array, group: IntArray, groups: int) -> Array:
    """Sum series into groups; NaN where no series of the group is known."""
    known = np.isfinite(history)
    total = scatter_add(np.where(known, history, 0.0), group, groups)
    return np.where(scatter_add(known.astype(np.float64), group, groups) > 0, total, np.nan)


def recent_shares(history: Array, group: IntArray, groups: int, active: BoolArray, periods: int) -> Array:
    """Share of each series in the demand of its group over the last `periods`, among the active series.

    Returns:
        Shares, horizon x series.
    """
    sound = np.where(np.isfinite(history), np.maximum(history, 0.0), 0.0)
    bases = (ordered_sum(sound[-periods:]), ordered_sum(sound), np.ones(history.shape[1]))
    share = np.zeros(active.shape)
    settled = np.zeros(active.shape, dtype=bool)
    for basis in bases:
        part = np.where(active, basis, 0.0)
        whole = scatter_add(part, group, groups)[:, group]
        decides = ~settled & (whole > 0)
        share = np.where(decides, part / np.where(whole > 0, whole, 1.0), share)
        settled |= decides
    return share
