"""Forecast: what history alone says about the periods to come, for all series at once and each as if it were alone.

Route by demand class, run the methods of the route over batches, average, clip, round. The result for a series depends
on its own history only (and on the profile, prior and activity given for it), never on its neighbours or on padding.
"""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.batching import Seasons, batches, find_seasons, scales
from steelyard.demand.forecast_error import error_spread
from steelyard.demand.members import ask_members, clip_forecast
from steelyard.demand.methods import forecast_methods
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.route import Route, Routes, choose_routes
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast

DECIMALS = 6
"""Digits to which forecasts are rounded, so that the last bits of a machine never reach a plan."""


FITTED = (Route.SHORT, Route.YOUNG, Route.REGULAR)
"""Routes that know a season."""


@dataclass(frozen=True)
class Forecast:
    """The statistical forecast of some series, with how it came about."""

    mean: Array
    """Forecast, horizon x series [units]; never negative, rounded to 6 decimals."""
    fitted: Array
    """What the method would have said one period ahead, period x series [units]; NaN where it had nothing to go by."""
    error_std: Array
    """Standard deviation of the one-step error by series [units]."""
    error_measured: BoolArray
    """Whether the error was measured, or assumed because the series is too short."""
    route: Routes
    """The `Route` of each series."""
    length: IntArray
    """Periods from first demand to last known period, by series."""
    filled: IntArray
    """Gaps filled, by series."""
    seasonal: BoolArray
    """Whether the series has a season of its own."""
    borrowed: BoolArray
    """Whether the season of a profile was used."""
    methods: tuple[tuple[str, ...], ...]
    """Methods whose mean is the forecast, by route."""
    weights: Array | None = None
    """Weight of each method in each regular series, method x series; none where all count the same."""

    def route_names(self) -> tuple[str, ...]:
        """Name the route of each series."""
        return tuple(Route(code).label for code in self.route.tolist())

    def reason(self, series: int) -> str:
        """Say in one sentence how the forecast of a series came about."""
        route = Route(int(self.route[series]))
        parts = [f"{route.label}: {route.reason} ({int(self.length[series])} periods)"]
        if self.methods[route]:
            parts.append(self._method_words(series, route))
        if route in FITTED:
            parts.append(self._season_words(series))
        if self.filled[series]:
            parts.append(f"{int(self.filled[series])} gaps filled")
        return "; ".join(parts)

    def _method_words(self, series: int, route: Route) -> str:
        names = self.methods[route]
        if self.weights is None or route != Route.REGULAR:
            return ", ".join(f"{1 / len(names):.0%} {name}" for name in names)
        weights = self.weights[:, series]
        order = np.argsort(-weights, kind="stable").tolist()
        return ", ".join(f"{weights[k]:.0%} {names[k]}" for k in order)

    def _season_words(self, series: int) -> str:
        if self.seasonal[series]:
            return "season of its own"
        return "season of its family" if self.borrowed[series] else "no proven season"


def forecast_series(
    history: Array,
    *,
    period: int,
    horizon: int,
    parameters: ForecastParameters | None = None,
    profile: Array | None = None,
    prior_level: Array | None = None,
    active: BoolArray | None = None,
    weights: Array | None = None,
) -> Forecast:
    """Forecast every series from its own history.

    Args:
        history: Demand, period x series [units]; NaN where unknown; any length from 0.
        period: Periods in a season (12, 4, 52, 13, 1).
        horizon: Periods to forecast.
        parameters: Methods and limits.
        profile: Multiplicative seasonal indices a young series may borrow, phase x series; phase 0 is the first period
            of the horizon. NaN or none: nothing to borrow.
        prior_level: Demand per period that a short series is expected to have, from like items or its family [units];
            NaN or none: nothing expected.
        active: Whether a series can have demand, horizon x series; where false the forecast is zero.
        weights: Weight of each of the methods in each regular series, method x series; each sums to 1. None: all count
            the same.

    Returns:
        Forecast, fitted values, error and route of every series.

    Raises:
        ModelError: A shape or number does not fit, or a method is unknown.

    Example:
        >>> forecast_series(np.full((24, 1), 5.0), period=12, horizon=2).mean[:, 0]
        array([5., 5.])
    """
    knobs = parameters or ForecastParameters()
    _check(history, period, horizon, profile, active, weights, len(knobs.methods))
    prepared = prepare_history(history)
    route = choose_routes(prepared, period=period, adi_limit=knobs.adi_limit, cv2_limit=knobs.cv2_limit)
    scale = scales(prepared)
    values = prepared.values / scale
    seasons = find_seasons(values, prepared.start, period, turn_profile(profile, prepared.lag))
    reach = horizon + int(prepared.lag.max(initial=0))
    mean, fitted = _run_routes(values, prepared, seasons, route, reach, knobs, weights)
    mean = clip_forecast(mean, values, prepared.start)
    mean = _with_prior(mean, prepared, seasons, route, knobs, None if prior_level is None else prior_level / scale)
    own = seasons.own & np.isin(route, FITTED)
    spread, measured = error_spread(
        values, fitted, prepared.start, mean[:horizon], period=period, seasonal=own, assumed=knobs.assumed_error
    )
    ahead = _from_end_of_history(mean, prepared.lag, horizon) * scale
    if active is not None:
        ahead = np.where(active, ahead, 0.0)
    return Forecast(
        mean=np.round(ahead, DECIMALS),
        fitted=_back(fitted * scale, prepared.lag),
        error_std=np.round(spread * scale, DECIMALS),
        error_measured=measured,
        route=route,
        length=prepared.length,
        filled=prepared.filled,
        seasonal=own,
        borrowed=seasons.borrowed & np.isin(route, FITTED),
        methods=_methods(knobs),
        weights=weights,
    )


def _check(
    history: Array,
    period: int,
    horizon: int,
    profile: Array | None,
    active: BoolArray | None,
    weights: Array | None,
    methods: int,
) -> None:
    if history.ndim != 2 or period < 1 or horizon < 0:
        raise ModelError(
            "A forecast needs history as period x series, a season of 1 or more and a horizon of 0 or more",
            where=f"history {history.shape}, period {period}, horizon {horizon}",
            mend="check the calendar and the arrays handed over",
        )
    series = history.shape[1]
    wanted: dict[str, tuple[Array | BoolArray | None, tuple[int, int]]] = {
        "profile": (profile, (period, series)),
        "active": (active, (horizon, series)),
        "weights": (weights, (methods, series)),
    }
    for name, (given, shape) in wanted.items():
        if given is not None and given.shape != shape:
            raise ModelError(f"{name} has shape {given.shape}, not {shape}", mend=f"hand {name} over as {shape}")


def turn_profile(profile: Array | None, lag: IntArray) -> Array | None:
    """Turn a profile so that its phase 0 is the first period after the last known one."""
    if profile is None or not lag.any():
        return profile
    phases = (np.arange(len(profile))[:, None] - lag) % len(profile)
    return np.take_along_axis(profile, phases, axis=0)


def _run_routes(
    values: Array,
    prepared: PreparedHistory,
    seasons: Seasons,
    route: Routes,
    reach: int,
    knobs: ForecastParameters,
    weights: Array | None,
) -> tuple[Array, Array]:
    mean, fitted = np.zeros((reach, values.shape[1])), np.full(values.shape, np.nan)
    for way, names in zip(Route, _methods(knobs), strict=True):
        rows = np.flatnonzero(route == way) if names else np.zeros(0, dtype=np.int64)
        for part, batch in batches(values, prepared.start, seasons, rows, reach):
            if weights is not None and way == Route.REGULAR:
                said = ask_members(batch, names).weigh(weights[:, part])
            else:
                said = _mean_of_methods(batch, names)
            mean[:, part] = said.mean
            fitted[-len(batch.values) :, part] = said.fitted
    return mean, fitted


def _methods(knobs: ForecastParameters) -> tuple[tuple[str, ...], ...]:
    short, intermittent = (knobs.short_method,), (knobs.intermittent_method,)
    return (), (), (), short, intermittent, knobs.young_methods, knobs.methods


def _mean_of_methods(batch: ForecastBatch, names: tuple[str, ...]) -> MemberForecast:
    """Average the methods; one that gives no finite number for a series has no voice there."""
    total, fitted, voices = np.zeros((batch.horizon, batch.values.shape[1])), np.zeros(batch.values.shape), 0
    heard = np.zeros(batch.values.shape[1])
    for name in names:
        said = forecast_methods.get(name).forecast(batch)
        sound = np.isfinite(said.mean).all(axis=0)
        total += np.where(sound, said.mean, 0.0)
        fitted += said.fitted
        heard += sound
        voices += 1
    return MemberForecast(total / np.maximum(heard, 1), fitted / voices)


def _with_prior(
    mean: Array,
    prepared: PreparedHistory,
    seasons: Seasons,
    route: Routes,
    knobs: ForecastParameters,
    prior: Array | None,
) -> Array:
    """Shrink short series towards their prior level: own weight n / (n + prior periods)."""
    if prior is None:
        return mean
    young = (route == Route.SHORT) | (route == Route.NO_HISTORY)
    known = np.isfinite(prior) & young
    length = np.where(route == Route.NO_HISTORY, 0, prepared.length)
    own = np.where(knobs.prior_periods + length > 0, length / np.maximum(knobs.prior_periods + length, 1e-12), 1.0)
    season = seasons.indices[np.arange(len(mean)) % len(seasons.indices)]
    expected = np.where(seasons.multiplicative & seasons.borrowed, prior * season, prior)
    return np.where(known, np.maximum(own * mean + (1.0 - own) * expected, 0.0), mean)


def _from_end_of_history(mean: Array, lag: IntArray, horizon: int) -> Array:
    if not lag.any():
        return mean[:horizon]
    return np.take_along_axis(mean, np.arange(horizon)[:, None] + lag, axis=0)


def _back(fitted: Array, lag: IntArray) -> Array:
    """Put fitted values back to the rows of the history as it came."""
    if not lag.any():
        return fitted
    rows = np.arange(len(fitted))[:, None] + lag
    inside = rows < len(fitted)
    return np.where(inside, np.take_along_axis(fitted, np.where(inside, rows, 0), axis=0), np.nan)
