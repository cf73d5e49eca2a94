"""Statistical forecast of one block: the forecast of every series and the error of every place."""

import numpy as np

import steelyard.demand.methods  # noqa: F401 - the built-in methods enter their register
from steelyard.demand.forecast import DECIMALS, forecast_series
from steelyard.demand.parameters import ForecastLevel, ForecastParameters
from steelyard.demand.split import forecast_by_item
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add


def statistical_forecast(
    baseline_history: Array,
    life_history: Array,
    active: Array,
    place_of_demand: IntArray,
    season_profile: Array,
    season: int,
    forecast_level: ForecastLevel,
    split_periods: int,
) -> tuple[Array, Array]:
    """Forecast what history alone says, by the mean of batch Theta and Holt-Winters or the route the history asks for.

    forecast = mean(Theta, Holt-Winters); intermittent and short series take routes of their own

    Args:
        baseline_history: Demand without promotions, period x series [units].
        life_history: 1 inside the active life of a series, 0 outside, period x series.
        active: Share of each planned period in which the item may be sold, period x series.
        place_of_demand: Item-location of each series, in this block.
        season_profile: Seasonal indices a young item may borrow, phase x place; NaN where there is none.
        season: Periods in a season.
        forecast_level: Whether places or single series are forecast.
        split_periods: Recent periods whose demand splits a place to its customers.

    Returns:
        The forecast, period x series [units], and the standard deviation of its error one period ahead, by place
        [units].
    """
    history = np.where(life_history > 0, baseline_history, np.nan)
    places = season_profile.shape[1]
    knobs = ForecastParameters(share_periods=split_periods)
    if forecast_level == "item_location":
        made = forecast_by_item(
            history, place_of_demand, places, period=season, horizon=len(active), parameters=knobs,
            profile=season_profile, active=active > 0,
        )  # fmt: skip
        return _within_life(made.mean, active), made.error_by(place_of_demand, place_of_demand, places)
    profile = season_profile[:, place_of_demand]
    single = forecast_series(
        history, period=season, horizon=len(active), parameters=knobs, profile=profile, active=active > 0
    )
    variance = scatter_add(np.square(single.error_std)[None], place_of_demand, places)[0]
    return _within_life(single.mean, active), np.round(np.sqrt(variance), DECIMALS)


def _within_life(mean: Array, active: Array) -> Array:
    """Cut the forecast of periods in which the item is sold for a part only."""
    return np.round(mean * active, DECIMALS)
