"""Forecast stage: the statistical forecast with its intervals, made of all series together and cut into blocks.

It crosses blocks, because the panel says how far off forecasts are, and because levels are reconciled. A history that
did not change is not forecast again: its answers are in the memory.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

import numpy as np

from steelyard.demand.forecast import Forecast
from steelyard.demand.levels import LevelCodes
from steelyard.demand.reconcile import ReconcileMethod
from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, cut, join, same
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.plan.forecasting.footing import BaseForecast, ForecastTask, make_base, over_lead_times
from steelyard.plan.forecasting.memory import MEMORY, ForecastMemory
from steelyard.plan.forecasting.override import OVERRIDES, ForecastOverrides

Values = Mapping[str, Value]

BANDS = ("forecast_low_95", "forecast_low_80", "forecast_high_80", "forecast_high_95")
"""Measures of the ends of the intervals, in the order of their quantiles."""


@dataclass(frozen=True, eq=False)
class ForecastNotes:
    """How the forecast of a plan came about, for whoever asks."""

    forecast: Forecast
    """The forecast of every unit: item-locations, or single series."""
    unit: IntArray
    """Unit of each series."""
    settled: IntArray
    """Series that were reconciled with the levels above."""
    levels: tuple[str, ...]
    """Those levels, from the top."""
    method: str
    """How they were reconciled; empty where nothing was."""
    together: float
    """How much of their errors the units have in common, 0 to 1."""
    backtest_error: Array
    """Error at earlier origins by that of repeating last season, by unit; NaN where it could not be tried."""
    mode: str
    """fast or auto."""
    level_only: frozenset[int]
    """Units of which only the level is forecast, because their segment asks for it."""


@dataclass(frozen=True)
class ForecastStage:
    """Forecast of every series, its intervals, and the error that safety stock guards against."""

    inputs: tuple[str, ...] = (
        "baseline_history", "life_history", "active", "place_of_demand", "season_profile",
        "forecast_levels", "season", "forecast_level", "forecast_mode", "reconciliation", "split_periods",
        "extra_methods", "forecast_overrides", "level_only", "adi_cut",
        "lead_time_days", "days_per_period", "service_level", "error_window", "error_smoothing",
    )  # fmt: skip
    outputs: tuple[str, ...] = (
        "statistical_forecast", *BANDS, "forecast_error", "lead_time_quantile", "forecast_notes",
    )  # fmt: skip
    memory: ForecastMemory = field(default=MEMORY, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Where it lives."""
        return "steelyard.plan.forecasting.footing.make_base"

    @property
    def formula(self) -> str:
        """What it does, in words."""
        return inspect.getdoc(make_base) or ""

    def full(self, values: Values) -> NetworkOutcome:
        """Forecast every series; histories known already are taken from the memory."""
        task = _task(values)
        base = make_base(task, self.memory)
        return self._outcome(values, task, base)

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Forecast again what differs; where only lead times or service do, the forecast stays as it is."""
        later = ("lead_time_days", "days_per_period", "service_level", "error_window", "error_smoothing")
        if dirty.any(tuple(name for name in self.inputs if name not in later)):
            return _shared(self.full(values), previous)
        task, base = cast(tuple[ForecastTask, BaseForecast], previous.state)
        return _shared(self._outcome(values, task, base), previous)

    def _outcome(self, values: Values, task: ForecastTask, base: BaseForecast) -> NetworkOutcome:
        series, places = (_cuts(cast(Blocks, values[name])) for name in ("baseline_history", "season_profile"))
        days = join(cast(Blocks, values["lead_time_days"])) / cast(float, values["days_per_period"])
        leads = np.maximum(np.ceil(np.round(days, 6)).astype(np.int64) + 1, 1)
        service, window = join(cast(Blocks, values["service_level"])), cast(int, values["error_window"])
        over = over_lead_times(
            task, base, leads, service, window=window, smoothing=cast(float, values["error_smoothing"])
        )
        found: dict[str, Value] = {"statistical_forecast": cut(base.mean, series)}
        found |= {name: cut(band, series) for name, band in zip(BANDS, base.bands, strict=True)}
        found["forecast_error"], found["lead_time_quantile"] = cut(over.error, places), cut(over.quantile, places)
        found["forecast_notes"] = _notes(task, base)
        return NetworkOutcome(found, (task, base))


def _task(values: Values) -> ForecastTask:
    life = join(cast(Blocks, values["life_history"]))
    return ForecastTask(
        history=np.where(life > 0, join(cast(Blocks, values["baseline_history"])), np.nan),
        active=join(cast(Blocks, values["active"])),
        place=_places(values),
        profile=join(cast(Blocks, values["season_profile"])),
        levels=cast(LevelCodes, values["forecast_levels"]),
        period=cast(int, values["season"]),
        by_place=values["forecast_level"] == "item_location",
        weighed=values["forecast_mode"] == "auto",
        method=cast(ReconcileMethod, values["reconciliation"]),
        split_periods=cast(int, values["split_periods"]),
        extra_methods=tuple(cast(str, values["extra_methods"]).replace(",", " ").split()),
        overrides=cast(ForecastOverrides, values[OVERRIDES]).totals,
        level_only=_level_only(cast(Array, values["level_only"])),
        adi_limit=cast(float, values["adi_cut"]),
    )


def _level_only(asked: Array) -> BoolArray | None:
    return asked > 0 if asked.any() else None


def _places(values: Values) -> IntArray:
    """Item-location of each series in the whole plan."""
    cuts = _cuts(cast(Blocks, values["season_profile"]))
    local = cast(tuple[IntArray, ...], values["place_of_demand"])
    return np.concatenate([part + first for part, (first, _) in zip(local, cuts, strict=True)])


def _cuts(blocks: Blocks) -> tuple[tuple[int, int], ...]:
    ends = np.cumsum([0, *(block.shape[-1] for block in blocks)]).tolist()
    return tuple(pairwise(ends))


def _notes(task: ForecastTask, base: BaseForecast) -> ForecastNotes:
    return ForecastNotes(
        base.units.forecast,
        task.unit,
        base.settled.rows,
        base.settled.names,
        base.method,
        base.together,
        base.units.backtest_error,
        "auto" if task.weighed else "fast",
        frozenset(task.flat.tolist()),
    )


def _shared(outcome: NetworkOutcome, previous: NetworkOutcome) -> NetworkOutcome:
    """The same outcome, made of the blocks of the previous one wherever they hold the same."""
    shared = {name: _kept(value, previous.values[name]) for name, value in outcome.values.items()}
    return NetworkOutcome(shared, outcome.state)


def _kept(value: Value, old: Value) -> Value:
    if not (isinstance(value, tuple) and isinstance(old, tuple)):
        return value
    kept = tuple(b if same(a, b) else a for a, b in zip(value, old, strict=True))
    return old if all(a is b for a, b in zip(kept, old, strict=True)) else kept
