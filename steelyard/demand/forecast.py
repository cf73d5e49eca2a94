"""Forecast: what history alone says about the periods to come, for all series at once and each as if it were alone.

Route by demand class, run the methods of the route over batches, average, clip, round. The result for a series depends
on its own history only (and on the profile, prior and activity given for it), never on its neighbours or on padding.
"""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.answers import FITTED, Answers, ask_series, check_question, methods_by_route
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.route import Route, Routes
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

DECIMALS = 6
"""Digits to which forecasts are rounded, so that the last bits of a machine never reach a plan."""

SPOKEN = {
    "theta": "Theta",
    "holt_winters": "Holt-Winters",
    "short": "smoothed level",
    "intermittent": "median of smoothing",
}
"""How methods are called in a sentence, where that is not their name without the underscore."""


def method_label(name: str) -> str:
    """What a method is called in a sentence.

    Example:
        >>> method_label("holt_winters"), method_label("damped_trend")
        ('Holt-Winters', 'damped trend')
    """
    return SPOKEN.get(name, name.replace("_", " "))


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
    voice: Array
    """Weight of the methods that follow a trend against the flat one in young series; 1 elsewhere."""
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
            parts.append(self._method_words(series))
        if route in FITTED:
            parts.append(self._season_words(series))
        if self.filled[series]:
            parts.append(f"{int(self.filled[series])} gaps filled")
        return "; ".join(parts)

    def method_shares(self, series: int) -> dict[str, float]:
        """Weight of each method in the forecast of a series, the loudest first; empty where there is none."""
        route = Route(int(self.route[series]))
        names = self.methods[route]
        if self.weights is not None and route == Route.REGULAR:
            shares = self.weights[:, series]
        elif route == Route.YOUNG:
            moving = float(self.voice[series])
            shares = np.array([moving / (len(names) - 1)] * (len(names) - 1) + [1.0 - moving])
        else:
            shares = np.full(len(names), 1.0 / max(len(names), 1))
        order = np.argsort(-shares, kind="stable").tolist()
        return {names[k]: float(shares[k]) for k in order}

    def shares_by_volume(self, series: IntArray, volume: Array) -> dict[str, float]:
        """Weight of each method in the sum of some series, by volume, the loudest first.

        Args:
            series: The series.
            volume: How much each of them counts.
        """
        whole, total = float(volume.sum()), dict[str, float]()
        for route in Route:
            inside = self.route[series] == route
            if self.methods[route] and inside.any() and whole > 0:
                loud = self._loudness(route, series[inside], volume[inside] / whole)
                for name, share in zip(self.methods[route], loud.tolist(), strict=True):
                    total[name] = total.get(name, 0.0) + share
        return dict(sorted(total.items(), key=lambda entry: (-entry[1], entry[0])))

    def _loudness(self, route: Route, series: IntArray, part: Array) -> Array:
        """What each method of a route says of the whole."""
        methods = len(self.methods[route])
        if self.weights is not None and route == Route.REGULAR:
            return np.asarray((self.weights[:, series] * part).sum(axis=1))
        if route == Route.YOUNG:
            moving = float((self.voice[series] * part).sum())
            return np.array([moving / (methods - 1)] * (methods - 1) + [float(part.sum()) - moving])
        return np.full(methods, float(part.sum()) / methods)

    def _method_words(self, series: int) -> str:
        return ", ".join(f"{share:.0%} {method_label(name)}" for name, share in self.method_shares(series).items())

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
    check_question(history, period, horizon, profile, active)
    wanted = (len(knobs.methods), history.shape[1])
    if weights is not None and weights.shape != wanted:
        raise ModelError(f"weights has shape {weights.shape}, not {wanted}", mend=f"hand weights over as {wanted}")
    answers = ask_series(
        history, period=period, horizon=horizon, parameters=knobs, profile=profile, prior_level=prior_level,
        voices=weights is not None,
    )  # fmt: skip
    return combine(answers, knobs, weights=weights, active=active)


def combine(
    answers: Answers,
    parameters: ForecastParameters,
    *,
    weights: Array | None = None,
    active: BoolArray | None = None,
) -> Forecast:
    """Make one forecast of what the voices said.

    Args:
        answers: What they said.
        parameters: Those they were asked with.
        weights: Weight of each voice in each regular series, voice x series; None where there is one voice.
        active: Whether a series can have demand, horizon x series; where false the forecast is zero.
    """
    mean = answers.said[0]
    if weights is not None:
        mean = np.where(answers.route == Route.REGULAR, ordered_sum(weights[:, None, :] * answers.said), mean)
    if active is not None:
        mean = np.where(active, mean, 0.0)
    return Forecast(
        mean=np.round(mean, DECIMALS),
        fitted=answers.fitted,
        error_std=np.round(answers.error_std, DECIMALS),
        error_measured=answers.error_measured,
        route=answers.route,
        length=answers.length,
        filled=answers.filled,
        seasonal=answers.seasonal,
        borrowed=answers.borrowed,
        methods=methods_by_route(parameters),
        voice=answers.voice,
        weights=weights,
    )
