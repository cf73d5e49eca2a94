"""Panel: the forecast in auto mode, six members weighed by rolling backtests, with an interval for every number.

Fast mode forecasts each series as if it were alone. Auto mode lets the panel speak: which members do well on it, and
how far off they were. What the panel says is a value, the `Pool`; with the pool of the whole panel, any part of it
gives the same bits as the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.answers import Answers, ask_series, check_question
from steelyard.demand.combination import mean_errors, member_weights
from steelyard.demand.conformal import LEVELS, Pool, interval_quantiles, pool_trials, series_size
from steelyard.demand.count_quantile import lead_time_quantiles, lead_time_variance, silent_mean
from steelyard.demand.forecast import DECIMALS, Forecast, combine
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.parameters import AUTO_PARAMETERS, ForecastParameters
from steelyard.demand.route import Route, Routes
from steelyard.demand.trial import origins
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

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
    size: Array
    """Size that the errors of each series are measured by [units]."""

    @property
    def backtest_error(self) -> Array:
        """Scaled error that the members had on average, by weight, by series; below 1 beats the seasonal naive."""
        weights = self.forecast.weights
        return ordered_sum(self.errors * (1.0 if weights is None else weights))

    def error_over(self, leads: IntArray) -> Array:
        """Error of the sum of the next leads, as a standard deviation by period, by series [units].

        Measured at earlier origins, on demand the forecast had not seen. Times the root of the leads it is the
        deviation of the demand over a lead time.

        Args:
            leads: Leads of each series [>= 1]; beyond the horizon its last lead counts.
        """
        inside = np.clip(leads, 1, max(len(self.pool.over), 1)) - 1
        widths = self.pool.over[inside] if len(self.pool.over) else np.ones(inside.shape)
        return np.asarray(self.size * widths)

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
    check_question(history, period, horizon, profile, active)
    answers = ask_series(
        history, period=period, horizon=horizon, parameters=knobs, profile=profile, prior_level=prior_level,
        voices=True, back=origins(period, horizon) if horizon else (),
    )  # fmt: skip
    return combine_panel(history, answers, parameters=knobs, active=active, levels=levels, pool=pool)


def combine_panel(
    history: Array,
    answers: Answers,
    *,
    parameters: ForecastParameters,
    active: BoolArray | None = None,
    levels: Sequence[float] = LEVELS,
    pool: Pool | None = None,
) -> PanelForecast:
    """Let the panel decide how loudly each voice speaks, and how far off the forecast may be.

    Args:
        history: What was asked about, period x series [units]; NaN where unknown.
        answers: What was said, with trials at earlier origins. One voice needs no weights.
        parameters: Those the answers were asked with.
        active: Whether a series can have demand, horizon x series; where false forecast and quantiles are zero.
        levels: Quantile levels, ascending, each between 0 and 1.
        pool: What a larger panel says; none: this panel speaks for itself.

    Raises:
        ModelError: A level or pool does not fit.
    """
    voices, horizon, series = answers.said.shape
    names = parameters.methods if voices == len(parameters.methods) and voices > 1 else ("mean",)
    _check(levels, horizon, names, pool)
    errors = mean_errors(answers.trials, voices, series)
    said = pool or pool_trials(answers.trials, names, series, horizon=horizon, levels=levels)
    weights = member_weights(errors, said.errors) if voices > 1 else None
    made = combine(answers, parameters, weights=weights, active=active)
    size = _sizes(answers, said)
    quantiles = _quantiles(history, answers, made, size, said, active)
    return PanelForecast(made, tuple(levels), quantiles, errors, said, size)


def _check(levels: Sequence[float], horizon: int, names: tuple[str, ...], pool: Pool | None) -> None:
    if not levels or list(levels) != sorted(set(levels)) or not (levels[0] > 0 and levels[-1] < 1):
        raise ModelError(
            "Quantile levels must ascend between 0 and 1", where=f"{tuple(levels)}", mend="give such as (0.1, 0.5, 0.9)"
        )
    if pool and (pool.members, pool.levels, pool.table.shape[1]) != (names, tuple(levels), horizon):
        raise ModelError(
            "The pool comes from another forecast",
            where=f"members {pool.members}, levels {pool.levels}, horizon {pool.table.shape[1]}",
            mend="forecast the whole panel with the same methods, levels and horizon and hand on its pool",
        )


def _quantiles(
    history: Array, answers: Answers, made: Forecast, size: Array, pool: Pool, active: BoolArray | None
) -> Array:
    quantiles = interval_quantiles(made.mean, size, answers.lag, pool)
    rare = np.flatnonzero(np.isin(made.route, (Route.INTERMITTENT, Route.ENDED)))
    if rare.size:
        quantiles[:, :, rare] = _counted(history[:, rare], answers, rare, pool.levels)
    known = np.isin(made.route, (*SPREAD_BY_SIZE, Route.INTERMITTENT, Route.ENDED))
    open_periods = known if active is None else known & active
    return np.asarray(np.round(np.where(open_periods, quantiles, np.zeros(1)), DECIMALS), dtype=np.float64)


def _counted(history: Array, answers: Answers, rare: IntArray, levels: Sequence[float]) -> Array:
    """Quantiles in whole units; found once for all leads of which the forecast is the same."""
    mean = np.maximum(answers.said[0][:, rare], _after_silence(history, answers.route[rare]))
    first = lead_time_quantiles(history, mean[0], levels) if len(mean) else np.zeros((len(levels), rare.size))
    out = np.repeat(first[:, None], len(mean), axis=1)
    moving = np.flatnonzero((mean != mean[:1]).any(axis=0))
    for lead in range(1, len(mean) if moving.size else 0):
        out[:, lead, moving] = lead_time_quantiles(history[:, moving], mean[lead, moving], levels)
    return out


def _after_silence(history: Array, route: Routes) -> Array:
    """Demand per period that may come after an end nobody announced; zero for the others [units]."""
    return np.where(route == Route.ENDED, silent_mean(history), 0.0)


@dataclass(frozen=True)
class LeadTimeDemand:
    """What intermittent series may ask for over their lead times."""

    rows: IntArray
    """The series that are intermittent or have stopped."""
    mean: Array
    """Expected demand over the lead time [units]."""
    variance: Array
    """Variance of its error [units squared]."""


def lead_time_demand(history: Array, made: Forecast, leads: IntArray) -> LeadTimeDemand:
    """Mean and variance of the demand of intermittent series, each over its own lead time.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        made: Its forecast.
        leads: Periods of each series [>= 1].
    """
    rows = np.flatnonzero(np.isin(made.route, (Route.INTERMITTENT, Route.ENDED)))
    mean, variance = np.zeros(rows.size), np.zeros(rows.size)
    silent = _after_silence(history[:, rows], made.route[rows])
    for lead in np.unique(leads[rows]).tolist():
        part = np.flatnonzero(leads[rows] == lead)
        own = rows[part]
        inside = min(lead, len(made.mean))
        whole = ordered_sum(made.mean[:inside, own]) * (lead / max(inside, 1))
        mean[part] = np.maximum(whole, lead * silent[part])
        variance[part] = lead_time_variance(history[:, own], mean[part], lead=lead)
    return LeadTimeDemand(rows, mean, variance)


def _sizes(answers: Answers, pool: Pool) -> Array:
    """Size of the errors of each series: its own where regular, else one-step error by the ratio of the pool."""
    own = series_size(answers.error_std, answers.naive)
    return np.where(answers.route == Route.REGULAR, own, answers.error_std * pool.ratio)
