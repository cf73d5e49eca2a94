"""Answers: what the methods say about each series by itself, before the panel decides how loudly each one speaks.

Every column depends on the history of its own series only. So an answer can be kept, and given again to whoever asks
with the same history; what depends on other series is added later, by `forecast.combine` and `panel.combine_panel`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from steelyard.demand.accuracy import naive_scale
from steelyard.demand.batching import Seasons, batches, find_seasons, scales
from steelyard.demand.forecast_error import error_spread
from steelyard.demand.members import ask_members, clip_forecast
from steelyard.demand.methods import forecast_methods
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.route import Route, Routes, choose_routes
from steelyard.demand.trial import Trial, run_trials
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast

FITTED = (Route.SHORT, Route.YOUNG, Route.REGULAR)
"""Routes that know a season."""


@dataclass(frozen=True)
class Answers:
    """What the methods say about some series; the last axis of every array is the series.

    A *voice* is one member where members are weighed, or the mean of all where they are not. Series of other routes
    than regular say the same with every voice.
    """

    said: Array
    """Forecast, voice x horizon x series [units]; clipped, not yet rounded."""
    fitted: Array
    """One-step forecast of the past by the plain mean of the methods, period x series [units]; NaN where none."""
    error_std: Array
    """Standard deviation of the one-step error [units]."""
    naive: Array
    """Mean absolute seasonal naive error [units]; NaN where there is none."""
    error_measured: BoolArray
    """Whether the error was measured, or assumed."""
    route: Routes
    """The `Route` of each series."""
    length: IntArray
    """Periods from first demand to last known period."""
    lag: IntArray
    """Periods between the last known one and the end of history."""
    filled: IntArray
    """Gaps filled."""
    seasonal: BoolArray
    """Whether the series has a season of its own."""
    borrowed: BoolArray
    """Whether the season of a profile was used."""
    voice: Array
    """Weight of the methods that follow a trend against the flat one in young series; 1 elsewhere."""
    tried: Array
    """What came at earlier origins, origin x lead x series, scaled; NaN where not tried or not yet known."""
    tried_said: Array
    """What was said there, origin x voice x lead x series."""
    tried_scale: Array
    """Seasonal naive error known there, origin x series."""
    tried_spread: Array
    """Standard deviation of the one-step error known there, origin x series; NaN where the series was not tried."""

    @property
    def series(self) -> int:
        """How many series there are."""
        return int(self.route.size)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The trials, each with the series that were tried there."""
        found = []
        for k, spread in enumerate(self.tried_spread):
            rows = np.flatnonzero(np.isfinite(spread))
            if rows.size:
                told = self.tried[k][:, rows], self.tried_said[k][:, :, rows], self.tried_scale[k, rows], spread[rows]
                found.append(Trial(k, rows, *told))
        return tuple(found)

    def pack(self) -> Array:
        """Write each series as one row of numbers, series x width; `unpack` reads it back bit for bit."""
        parts = [np.asarray(getattr(self, entry.name), dtype=np.float64) for entry in fields(self)]
        return np.ascontiguousarray(np.concatenate([part.reshape(-1, self.series) for part in parts]).T)

    def unpack(self, packed: Array) -> "Answers":
        """Read packed series, of answers to the same question as these."""
        table, at, parts = packed.T, 0, []
        for entry in fields(self):
            form: NDArray[np.generic] = getattr(self, entry.name)
            width = int(np.prod(form.shape[:-1], dtype=np.int64))
            part = np.ascontiguousarray(table[at : at + width]).reshape(*form.shape[:-1], len(packed))
            parts.append(part.astype(form.dtype))
            at += width
        return Answers(*parts)


def ask_series(
    history: Array,
    *,
    period: int,
    horizon: int,
    parameters: ForecastParameters,
    profile: Array | None = None,
    prior_level: Array | None = None,
    voices: bool = False,
    back: Sequence[int] = (),
) -> Answers:
    """Ask the methods about every series.

    Args:
        history: Demand, period x series [units]; NaN where unknown; any length from 0.
        period: Periods in a season.
        horizon: Periods to forecast.
        parameters: Methods and limits.
        profile: Multiplicative seasonal indices a young series may borrow, phase x series; phase 0 is the first period
            of the horizon.
        prior_level: Demand per period a short series is expected to have [units].
        voices: Whether members are kept apart, to be weighed; otherwise their mean is one voice.
        back: How many periods each earlier origin lies back at which regular series are tried.

    Raises:
        ModelError: A method is unknown.
    """
    prepared = prepare_history(history)
    route = choose_routes(prepared, period=period, adi_limit=parameters.adi_limit, cv2_limit=parameters.cv2_limit)
    scale = scales(prepared)
    values = prepared.values / scale
    turned = turn_profile(profile, prepared.lag)
    seasons = find_seasons(values, prepared.start, period, turned)
    reach = horizon + int(prepared.lag.max(initial=0))
    said, fitted, voice = _run_routes(values, prepared, seasons, route, reach, parameters, voices)
    prior = None if prior_level is None else prior_level / scale
    said = np.stack(
        [
            _with_prior(clip_forecast(one, values, prepared.start), prepared, seasons, route, parameters, prior)
            for one in said
        ]
    )
    own = seasons.own & np.isin(route, FITTED)
    spread, measured = error_spread(
        values, fitted, prepared.start, said[0, :horizon], period=period, seasonal=own, assumed=parameters.assumed_error
    )
    inside = np.arange(len(values))[:, None] >= prepared.start
    regular = np.flatnonzero(route == Route.REGULAR)
    trials = run_trials(
        values, prepared.start, regular, period=period, horizon=horizon, names=parameters.methods, profile=turned,
        back=back,
    )  # fmt: skip
    return Answers(
        np.stack([_from_end_of_history(one, prepared.lag, horizon) * scale for one in said]),
        _back(fitted * scale, prepared.lag),
        spread * scale,
        naive_scale(np.where(inside, values, np.nan), period) * scale,
        measured,
        route,
        prepared.length,
        prepared.lag,
        prepared.filled,
        own,
        seasons.borrowed & np.isin(route, FITTED),
        voice,
        *_spread_out(list(trials), len(back), horizon, history.shape[1], len(parameters.methods) if voices else 1),
    )


def _spread_out(
    trials: Sequence[Trial], origins: int, horizon: int, series: int, voices: int
) -> tuple[Array, Array, Array, Array]:
    """Write trials into arrays of all series; where members are one voice, what they say is averaged."""
    came, said = np.full((origins, horizon, series), np.nan), np.full((origins, voices, horizon, series), np.nan)
    scale, spread = np.full((origins, series), np.nan), np.full((origins, series), np.nan)
    for trial in trials:
        told = trial.said if voices == len(trial.said) else (ordered_sum(trial.said) / len(trial.said))[None]
        came[trial.number][:, trial.rows] = trial.demand
        said[trial.number][:, :, trial.rows] = told
        scale[trial.number, trial.rows], spread[trial.number, trial.rows] = trial.scale, trial.spread
    return came, said, scale, spread


def turn_profile(profile: Array | None, lag: IntArray) -> Array | None:
    """Turn a profile so that its phase 0 is the first period after the last known one."""
    if profile is None or not lag.any():
        return profile
    phases = (np.arange(len(profile))[:, None] - lag) % len(profile)
    return np.take_along_axis(profile, phases, axis=0)


def methods_by_route(knobs: ForecastParameters) -> tuple[tuple[str, ...], ...]:
    """Methods whose mean is the forecast, by route."""
    short, intermittent = (knobs.short_method,), (knobs.intermittent_method,)
    return (), (), (), short, intermittent, (*knobs.young_methods, knobs.intermittent_method), knobs.methods


def _run_routes(
    values: Array,
    prepared: PreparedHistory,
    seasons: Seasons,
    route: Routes,
    reach: int,
    knobs: ForecastParameters,
    voices: bool,
) -> tuple[Array, Array, Array]:
    said = np.zeros((len(knobs.methods) if voices else 1, reach, values.shape[1]))
    fitted, voice = np.full(values.shape, np.nan), np.ones(values.shape[1])
    for way, names in zip(Route, methods_by_route(knobs), strict=True):
        rows = np.flatnonzero(route == way) if names else np.zeros(0, dtype=np.int64)
        for part, batch in batches(values, prepared.start, seasons, rows, reach):
            if voices and way == Route.REGULAR:
                members = ask_members(batch, names)
                said[:, :, part], fit = members.mean, members.plain_fit()
            else:
                young = way == Route.YOUNG
                mean = _mean_of_methods(batch, names[:-1] if young else names)
                if young:
                    flat = forecast_methods.get(names[-1]).forecast(batch)
                    voice[part] = trend_voice(batch, mean.fitted, flat.fitted, len(names) - 1)
                    mean = _between(mean, flat, voice[part])
                said[:, :, part], fit = mean.mean, mean.fitted
            fitted[-len(batch.values) :, part] = fit
    return said, fitted, voice


FEWEST_JUDGED = 6
"""One-step errors from which a young series says itself whether it has a trend."""

MORE_FITTED = 2
"""Numbers that a method with a trend fits beyond those of a flat one: how fast the level moves, and the trend."""


def trend_voice(batch: ForecastBatch, moving: Array, flat: Array, methods: int) -> Array:
    """Weigh methods that follow a trend against a flat one, by what each explains of a young series.

        weight = 1 / (1 + exp((AIC with trend - AIC flat) / 2)),  AIC = n x log(mean square error) + 2 x numbers fitted

    Akaike weights (Burnham and Anderson 2002; for exponential smoothing Kolassa 2011, International Journal of
    Forecasting 27). With fewer than six errors all methods count the same.

    Args:
        batch: The series.
        moving: One-step forecasts of the methods with a trend, period x series; NaN where there are none.
        flat: Those of the flat method.
        methods: How many methods with a trend there are.
    """
    length = len(batch.values) - batch.start
    judged = np.isfinite(moving) & np.isfinite(flat)
    judged &= np.arange(len(batch.values))[:, None] >= batch.start + np.maximum(length // 3, 3)
    count = judged.sum(axis=0)
    squares = [ordered_sum(np.where(judged, batch.values - fitted, 0.0) ** 2) + 1e-9 for fitted in (moving, flat)]
    apart = count * np.log(squares[0] / squares[1]) + 2.0 * MORE_FITTED
    own = 1.0 / (1.0 + np.exp(np.clip(apart / 2.0, -50.0, 50.0)))
    return np.where(count >= FEWEST_JUDGED, np.round(own, 6), methods / (methods + 1.0))


def _between(moving: MemberForecast, flat: MemberForecast, voice: Array) -> MemberForecast:
    mean = np.where(np.isfinite(moving.mean).all(axis=0), moving.mean, flat.mean)
    return MemberForecast(voice * mean + (1.0 - voice) * flat.mean, voice * moving.fitted + (1.0 - voice) * flat.fitted)


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


def check_question(
    history: Array, period: int, horizon: int, profile: Array | None = None, active: BoolArray | None = None
) -> None:
    """Refuse arrays that do not fit.

    Raises:
        ModelError: A shape or number does not fit.
    """
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
    }
    for name, (given, shape) in wanted.items():
        if given is not None and given.shape != shape:
            raise ModelError(f"{name} has shape {given.shape}, not {shape}", mend=f"hand {name} over as {shape}")
