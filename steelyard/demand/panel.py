"""Panel: the forecast in auto mode, six members weighed by rolling backtests, with an interval for every number.

Fast mode forecasts each series as if it were alone. Auto mode lets the panel speak: which members do well on it, and
how far off they were. What the panel says is a value, the `Pool`; with the pool of the whole panel, any part of it
gives the same bits as the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.accuracy import naive_scale
from steelyard.demand.batching import scales
from steelyard.demand.combination import mean_errors, member_weights
from steelyard.demand.conformal import LEVELS, Pool, interval_quantiles, pool_trials, series_size
from steelyard.demand.count_quantile import lead_time_quantiles, silent_mean
from steelyard.demand.forecast import DECIMALS, Forecast, forecast_series, turn_profile
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.parameters import AUTO_PARAMETERS, ForecastParameters
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.route import Route, choose_routes
from steelyard.demand.trial import Trial, run_trials
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray

SPREAD_BY_SIZE = (Route.SHORT, Route.YOUNG, Route.REGULAR)
"""Routes whose intervals come from the errors of the panel."""


@dataclass(frozen=True)
class PanelForecast:
    """The forecast of a panel in auto mode."""

    forecast: Forecast
    """Mean, fitted values, route and weights, as in fast mode."""
    levels: tuple[float, ...]
    """Quantile levels, ascending."""
    quantiles: Array
    """Quantiles, level x horizon x series [units]; in order by level, never negative, rounded to 6 decimals."""
    errors: Array
    """Scaled error of each member at earlier origins, member x series; NaN where it could not be tried."""
    pool: Pool
    """What the panel says."""

    @property
    def backtest_error(self) -> Array:
        """Scaled error that the members had on average, by weight, by series; below 1 beats the seasonal naive."""
        weights = self.forecast.weights
        return ordered_sum(self.errors * weights) if weights is not None else np.full(self.errors.shape[1], np.nan)

    def interval(self, share: float) -> tuple[Array, Array]:
        """Lower and upper end of a central interval, horizon x series.

        Args:
            share: Chance that demand lies inside, such as 0.8.

        Raises:
            ModelError: Its two quantiles were not asked for.
        """
        ends = [round((1.0 - share) / 2, 9), round((1.0 + share) / 2, 9)]
        known = [round(level, 9) for level in self.levels]
        if not set(ends) <= set(known):
            raise ModelError(
                f"There is no {share:.0%} interval", where=f"levels {self.levels}", mend=f"ask for the levels {ends}"
            )
        low, high = (self.quantiles[known.index(end)] for end in ends)
        return low, high


def forecast_panel(
    history: Array,
    *,
    period: int,
    horizon: int,
    parameters: ForecastParameters | None = None,
    profile: Array | None = None,
    prior_level: Array | None = None,
    active: BoolArray | None = None,
    levels: Sequence[float] = LEVELS,
    pool: Pool | None = None,
) -> PanelForecast:
    """Forecast a panel in auto mode.

    Regular series: six members, asked again at three earlier origins, are weighed by their errors there, on the series
    and on the panel; quantiles come from the errors of the combination, pooled by lead. Other routes are those of fast
    mode; intermittent series get negative binomial quantiles of whole units, and so do those that have stopped
    selling, whose mean is zero.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.
        horizon: Periods to forecast.
        parameters: Methods and limits; six methods by default.
        profile: Seasonal indices a young series may borrow, phase x series; phase 0 is the first period of the horizon.
        prior_level: Expected demand per period of short series [units].
        active: Whether a series can have demand, horizon x series; where false forecast and quantiles are zero.
        levels: Quantile levels, ascending, each between 0 and 1.
        pool: What a larger panel says; none: this panel speaks for itself. Same members, levels and horizon.

    Returns:
        Forecast, quantiles, errors at earlier origins and the pool.

    Raises:
        ModelError: A shape, level or pool does not fit.

    Example:
        >>> made = forecast_panel(np.full((48, 2), 5.0), period=12, horizon=3)
        >>> made.forecast.mean[:, 0], made.quantiles[:, 0, 0]
        (array([5., 5., 5.]), array([5., 5., 5., 5., 5., 5., 5.]))
    """
    knobs = parameters or AUTO_PARAMETERS
    _check(levels, horizon, knobs.methods, pool)
    prepared = prepare_history(history)
    trials = _trials(prepared, period, horizon, knobs, profile)
    members, series = len(knobs.methods), history.shape[1]
    errors = mean_errors(trials, members, series)
    said = pool or pool_trials(trials, knobs.methods, series, horizon=horizon, levels=levels)
    made = forecast_series(
        history, period=period, horizon=horizon, parameters=knobs, profile=profile, prior_level=prior_level,
        active=active, weights=member_weights(errors, said.errors),
    )  # fmt: skip
    return PanelForecast(made, tuple(levels), _quantiles(history, prepared, made, said, period, active), errors, said)


def _check(levels: Sequence[float], horizon: int, methods: tuple[str, ...], pool: Pool | None) -> None:
    if not levels or list(levels) != sorted(set(levels)) or not (levels[0] > 0 and levels[-1] < 1):
        raise ModelError(
            "Quantile levels must ascend between 0 and 1", where=f"{tuple(levels)}", mend="give such as (0.1, 0.5, 0.9)"
        )
    if pool and (pool.members, pool.levels, pool.table.shape[1]) != (methods, tuple(levels), horizon):
        raise ModelError(
            "The pool comes from another forecast",
            where=f"members {pool.members}, levels {pool.levels}, horizon {pool.table.shape[1]}",
            mend="forecast the whole panel with the same methods, levels and horizon and hand on its pool",
        )


def _trials(
    prepared: PreparedHistory, period: int, horizon: int, knobs: ForecastParameters, profile: Array | None
) -> tuple[Trial, ...]:
    if horizon < 1:
        return ()
    route = choose_routes(prepared, period=period, adi_limit=knobs.adi_limit, cv2_limit=knobs.cv2_limit)
    return tuple(
        run_trials(
            prepared.values / scales(prepared),
            prepared.start,
            np.flatnonzero(route == Route.REGULAR),
            period=period,
            horizon=horizon,
            names=knobs.methods,
            profile=turn_profile(profile, prepared.lag),
        )
    )


def _quantiles(
    history: Array, prepared: PreparedHistory, made: Forecast, pool: Pool, period: int, active: BoolArray | None
) -> Array:
    size = _sizes(prepared, made, pool, period)
    quantiles = interval_quantiles(made.mean, size, prepared.lag, pool)
    rare = np.isin(made.route, (Route.INTERMITTENT, Route.ENDED))
    silent = np.where(made.route == Route.ENDED, silent_mean(history), 0.0)[rare]
    for lead, mean in enumerate(made.mean[:, rare]):
        quantiles[:, lead, rare] = lead_time_quantiles(history[:, rare], np.maximum(mean, silent), pool.levels)
    known = np.isin(made.route, (*SPREAD_BY_SIZE, Route.INTERMITTENT, Route.ENDED))
    open_periods = known if active is None else known & active
    return np.asarray(np.round(np.where(open_periods, quantiles, np.zeros(1)), DECIMALS), dtype=np.float64)


def _sizes(prepared: PreparedHistory, made: Forecast, pool: Pool, period: int) -> Array:
    """Size of the errors of each series: its own where regular, else one-step error by the ratio of the pool."""
    inside = np.arange(len(prepared.values))[:, None] >= prepared.start
    naive = naive_scale(np.where(inside, prepared.values, np.nan), period)
    own = series_size(made.error_std, naive)
    return np.where(made.route == Route.REGULAR, own, made.error_std * pool.ratio)
