"""Forecast view: the forecast of a scope with its interval, and one sentence on how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.forecast import method_label
from steelyard.demand.levels import band_of_sum, level_labels
from steelyard.demand.route import Route
from steelyard.errors import NotFound, UnknownMember
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.grid.series import Scope
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.forecast import BANDS, ForecastNotes

MOST_UNITS = 200
"""Units listed one by one."""
SPOKEN = 0.005
"""Share of a method below which a sentence leaves it out: it would read 0%."""


@dataclass(frozen=True)
class UnitForecast:
    """How one item-location, or one series, is forecast."""

    name: str
    """Item and location, and the customer where each series is forecast."""
    route: str
    """The way it took: `regular`."""
    reason: str
    """One sentence."""
    volume: float
    """Units forecast over the horizon."""


@dataclass(frozen=True)
class ForecastView:
    """The forecast of a scope."""

    scope: Scope
    series: int
    """How many series it has."""
    mode: str
    """fast or auto."""
    sentence: str
    """How the forecast came about."""
    shares: Mapping[str, float]
    """Weight of each method by volume, the loudest first."""
    routes: Mapping[str, int]
    """Units by route."""
    trend: float | None
    """The coming season by the same periods of the last one, less one; None without a past."""
    corrections: int
    """Past periods that were corrected."""
    backtest_error: float | None
    """Error at earlier origins by that of repeating last season, by volume; below 1 is better."""
    reconciled: str
    """How it was made to agree with the levels above; empty where it was not."""
    past_periods: tuple[str, ...]
    past: Array
    """Demand without promotions [units]."""
    periods: tuple[str, ...]
    mean: Array
    """Statistical forecast [units]."""
    low_95: Array
    low_80: Array
    high_80: Array
    high_95: Array
    """Ends of the intervals of the sum of the scope [units]; errors the series have in common counted as measured."""
    units: tuple[UnitForecast, ...]
    """The largest units, each with its own sentence."""


def notes_of(plan: PlanNumbers) -> ForecastNotes:
    """How the forecast of a plan came about; a published plan is calculated again for it.

    Raises:
        NotFound: The plan has no forecast.
    """
    notes = plan.values.get("forecast_notes")
    if notes is None:
        again = plan.maker.numbers(plan.inputs.extract, plan.parameters, plan.changes)
        notes = again.values.get("forecast_notes")
    if not isinstance(notes, ForecastNotes):
        raise NotFound(f"{plan.name} has no statistical forecast", mend="run the scenario first")
    return notes


def forecast_view(plan: PlanNumbers, scope: Scope | None = None) -> ForecastView:
    """Look at the forecast of a scope.

    Args:
        plan: The plan.
        scope: Members by level; nothing means everything.

    Raises:
        UnknownMember: The plan has no such level or member.
        NotFound: The plan has no forecast.
    """
    notes, asked = notes_of(plan), scope or {}
    rows = plan.inputs.series["demand"].select(asked)
    mean = _rows(plan, "statistical_forecast", rows)
    ends = _bands(plan, notes, rows)
    past = _rows(plan, "baseline_history", rows).sum(axis=1)
    told = _Told(plan, notes, rows, mean, past)
    return ForecastView(
        scope=asked,
        series=int(rows.size),
        mode=notes.mode,
        sentence=told.sentence(),
        shares=told.shares,
        routes=told.routes,
        trend=told.trend,
        corrections=told.corrections,
        backtest_error=told.backtest_error,
        reconciled=told.reconciled,
        past_periods=tuple(plan.history.labels),
        past=past,
        periods=tuple(plan.horizon.labels),
        mean=mean.sum(axis=1),
        low_95=ends[0],
        low_80=ends[1],
        high_80=ends[2],
        high_95=ends[3],
        units=_units(plan, notes, rows, mean),
    )


def forecast_sentence(plan: PlanNumbers, scope: Scope | None = None) -> str:
    """Say in one sentence how the forecast of a scope came about; nothing where the plan has no forecast."""
    try:
        notes = notes_of(plan)
        rows = plan.inputs.series["demand"].select(scope or {})
    except (NotFound, UnknownMember):
        return ""
    mean, past = _rows(plan, "statistical_forecast", rows), _rows(plan, "baseline_history", rows).sum(axis=1)
    return _Told(plan, notes, rows, mean, past).sentence()


def view_payload(view: ForecastView) -> dict[str, object]:
    """Spell a view in plain values, for JSON."""
    ends = {name: getattr(view, name).tolist() for name in ("mean", "low_95", "low_80", "high_80", "high_95")}
    return {
        "scope": dict(view.scope.items()), "series": view.series, "mode": view.mode,
        "sentence": view.sentence, "methods": dict(view.shares), "routes": dict(view.routes), "trend": view.trend,
        "corrections": view.corrections, "backtest_error": view.backtest_error, "reconciled": view.reconciled,
        "past_periods": list(view.past_periods), "past": view.past.tolist(), "periods": list(view.periods), **ends,
        "units": [vars(unit) for unit in view.units],
    }  # fmt: skip


def _rows(plan: PlanNumbers, measure: str, rows: IntArray) -> Array:
    """Numbers of some series, period x series."""
    parts = [block[:, local] for block, local in _by_block(plan, measure, rows)]
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(plan.blocks(measure)[0]), 0))


def _by_block(plan: PlanNumbers, measure: str, rows: IntArray) -> list[tuple[Array, IntArray]]:
    blocks = plan.blocks(measure)
    return [(blocks[j], local) for j, local in plan.inputs.series["demand"].by_block(rows).items()]


def _bands(plan: PlanNumbers, notes: ForecastNotes, rows: IntArray) -> Array:
    """Ends of the intervals of the sum, end x period: low 95, low 80, high 80, high 95."""
    low, high = interval_of_sum(plan, notes, rows, (BANDS[1], BANDS[2]))
    lower, higher = interval_of_sum(plan, notes, rows, (BANDS[0], BANDS[3]))
    return np.stack([lower, low, high, higher])


def interval_of_sum(
    plan: PlanNumbers, notes: ForecastNotes, rows: IntArray, ends: tuple[str, str]
) -> tuple[Array, Array]:
    """Interval of the statistical forecast of some series together: its lower and its upper ends by period.

    Errors of the series of one unit are independent, as their bands were made; those of units have in common what was
    measured. The fan of a chart and the figures of the command line are these numbers.

    Args:
        plan: The plan.
        notes: How its forecast came about.
        rows: Its series.
        ends: Measures of the lower and the upper end.
    """
    units = np.unique(notes.unit[rows], return_inverse=True)[1].reshape(-1)
    size = int(units.max(initial=-1)) + 1
    mean = _rows(plan, "statistical_forecast", rows)
    middle = scatter_add(mean, units, size)
    low, high = (_joint(_rows(plan, name, rows) - mean, units, size) + middle for name in ends)
    found = [band_of_sum(low[t], middle[t], high[t], notes.together) for t in range(len(mean))]
    return np.array([one[0] for one in found]), np.array([one[1] for one in found])


def _joint(apart: Array, units: IntArray, size: int) -> Array:
    """Root of the summed squares of what lies between mean and end, by unit, on the side on which most of it lies."""
    side = np.where(scatter_add(apart, units, size) < 0, -1.0, 1.0)
    return np.asarray(side * np.sqrt(scatter_add(apart * apart, units, size)))


class _Told:
    """What is said about the units of a scope."""

    def __init__(self, plan: PlanNumbers, notes: ForecastNotes, rows: IntArray, mean: Array, past: Array) -> None:
        self._plan, self._notes, self._rows, self._mean, self._past = plan, notes, rows, mean, past
        self.units, inverse = np.unique(notes.unit[rows], return_inverse=True)
        sums = np.bincount(inverse.reshape(-1), mean.sum(axis=0), self.units.size)
        self.volume: Array = sums.astype(np.float64)
        self.shares = notes.forecast.shares_by_volume(self.units, self.volume)
        self.routes = self._routes()
        self.trend = season_trend(past, mean.sum(axis=1), plan.horizon.periods_per_year)
        self.ending = ending_words(mean.sum(axis=1), plan.horizon.labels)
        self.corrections = _corrections(plan, rows)
        self.backtest_error = self._backtest()
        self.reconciled = self._reconciled()

    def sentence(self) -> str:
        if self.units.size == 1:
            words = unit_reason(self._notes, int(self.units[0]), self.trend, self.corrections) + self.ending
            return words + (f", reconciled with {self.reconciled}" if self.reconciled else "")
        if not self.units.size:
            return "No series, so no forecast"
        spoken = [(name, share) for name, share in self.shares.items() if share >= SPOKEN][:4]
        parts = [", ".join(f"{share:.0%} {method_label(name)}" for name, share in spoken)]
        parts += [f"{self._seasonal():.0%} of the volume seasonal", *_trend_words(self.trend, self.corrections)]
        parts += [f"reconciled with {self.reconciled}"] if self.reconciled else []
        return f"{self.units.size:,} forecasts: " + ", ".join(part for part in parts if part) + self.ending

    def _routes(self) -> dict[str, int]:
        count = np.bincount(self._notes.forecast.route[self.units], minlength=len(Route))
        return {route.label: int(count[route]) for route in reversed(Route) if count[route]}

    def _seasonal(self) -> float:
        made = self._notes.forecast
        seasonal = (made.seasonal | made.borrowed)[self.units]
        return float(self.volume[seasonal].sum() / self.volume.sum()) if self.volume.sum() > 0 else 0.0

    def _backtest(self) -> float | None:
        error = self._notes.backtest_error[self.units]
        known = np.isfinite(error) & (self.volume > 0)
        if not known.any():
            return None
        return float((error[known] * self.volume[known]).sum() / self.volume[known].sum())

    def _reconciled(self) -> str:
        if not self._notes.method or not np.isin(self._rows, self._notes.settled).any():
            return ""
        return level_labels(self._notes.levels)


def season_trend(past: Array, mean: Array, period: int) -> float | None:
    """The coming season by the same periods of the last one, less one; periods without a forecast do not count.

    Example:
        >>> season_trend(np.full(24, 10.0), np.array([11.0, 11.0, 0.0]), 12)
        0.1
    """
    count = min(period, len(mean)) if len(past) >= period else 0
    ahead, before = mean[:count], past[len(past) - period : len(past) - period + count]
    whole = float(before[ahead > 0].sum())
    return round(float(ahead.sum()) / whole - 1.0, 6) if whole > 0 else None


def ending_words(mean: Array, labels: Sequence[str]) -> str:
    """Say when a forecast ends within the horizon, as that of an item that is phased out; else nothing.

    Example:
        >>> ending_words(np.array([5.0, 4.0, 0.0]), ("2027-01", "2027-02", "2027-03"))
        ', nothing after 2027-02'
    """
    sold = np.flatnonzero(mean > 0)
    return f", nothing after {labels[sold[-1]]}" if sold.size and sold[-1] + 1 < len(mean) else ""


def _corrections(plan: PlanNumbers, rows: IntArray) -> int:
    if "history_correction" not in plan.measures:
        return 0
    return int((_rows(plan, "history_correction", rows) != 0).sum())


def unit_reason(notes: ForecastNotes, unit: int, trend: float | None, corrections: int) -> str:
    """Say how the forecast of one unit came about.

    Args:
        notes: Of the plan.
        unit: Number of the unit.
        trend: The coming season by the last one, less one; None where unknown.
        corrections: Past periods that were corrected.
    """
    made = notes.forecast
    route = Route(int(made.route[unit]))
    shares = made.method_shares(unit)
    if not shares:
        return route.reason[0].upper() + route.reason[1:]
    parts = [", ".join(f"{share:.0%} {method_label(name)}" for name, share in shares.items() if share >= SPOKEN)]
    if made.seasonal[unit] or made.borrowed[unit]:
        parts.append("seasonal" if made.seasonal[unit] else "season of its family")
    else:
        parts.append("no proven season")
    parts += _trend_words(trend, corrections)
    if made.filled[unit]:
        parts.append(f"{int(made.filled[unit])} gaps filled")
    if unit in notes.level_only:
        parts.append("level only, as its segment asks")
    elif route != Route.REGULAR:
        parts.append(f"{route.label}: {route.reason}")
    return ", ".join(parts)


def _trend_words(trend: float | None, corrections: int) -> list[str]:
    words = [] if trend is None else [f"trend {100 * trend:+.0f} % a year".replace("-", "−")]
    if corrections:
        words.append(f"{corrections:,} past value{'s' if corrections > 1 else ''} corrected")
    return words


def _units(plan: PlanNumbers, notes: ForecastNotes, rows: IntArray, mean: Array) -> tuple[UnitForecast, ...]:
    """The largest units of a scope, each with its sentence."""
    units, first, inverse = np.unique(notes.unit[rows], return_index=True, return_inverse=True)
    volume = np.bincount(inverse.reshape(-1), mean.sum(axis=0), units.size)
    order = np.argsort(-volume, kind="stable")[:MOST_UNITS]
    members = plan.inputs.series["demand"].members
    names = ("item", "location", "customer") if notes.forecast.route.size == members.height else ("item", "location")
    found = []
    for k in order.tolist():
        own = rows[inverse.reshape(-1) == k]
        past = _rows(plan, "baseline_history", own).sum(axis=1)
        ahead = _rows(plan, "statistical_forecast", own).sum(axis=1)
        trend = season_trend(past, ahead, plan.horizon.periods_per_year)
        name = " · ".join(str(members[level][int(rows[first[k]])]) for level in names)
        reason = unit_reason(notes, int(units[k]), trend, _corrections(plan, own))
        reason += ending_words(ahead, plan.horizon.labels)
        route = Route(int(notes.forecast.route[units[k]])).label
        found.append(UnitForecast(name, route, reason, float(volume[k])))
    return tuple(found)
