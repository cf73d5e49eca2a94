"""Forecast base: the statistical forecast of every series and of the levels above it, before it is cut into blocks."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from steelyard.demand.answers import Answers
from steelyard.demand.conformal import Pool, series_size
from steelyard.demand.count_quantile import count_quantile
from steelyard.demand.forecast import DECIMALS, combine
from steelyard.demand.levels import (
    LevelCodes,
    SettledTree,
    errors_in_common,
    node_histories,
    settled_series,
    settled_tree,
    split_bands,
    spread_errors,
    usable_method,
)
from steelyard.demand.panel import PanelForecast, combine_panel, lead_time_demand
from steelyard.demand.parameters import AUTO_PARAMETERS, ForecastParameters
from steelyard.demand.reconcile import ReconcileMethod, carry_quantiles, reconcile, residuals_of
from steelyard.demand.split import recent_shares, sum_by_group
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.inventory.lag_error import recent_error, smoothed_error
from steelyard.inventory.safety_stock import cycle_service_factor
from steelyard.plan.forecasting.memory import ForecastMemory, Question
from steelyard.plan.forecasting.override import NodeTotal, with_overrides

BAND_LEVELS = (0.025, 0.1, 0.9, 0.975)
"""Ends of the 95 % and the 80 % interval."""


@dataclass(frozen=True)
class ForecastTask:
    """What is to be forecast, of all series at once."""

    history: Array
    """Demand without promotions, period x series [units]; NaN outside the life of a series."""
    active: Array
    """Share of each planned period in which it may be sold, period x series."""
    place: IntArray
    """Item-location of each series."""
    profile: Array
    """Seasonal indices a young item may borrow, phase x place; NaN where there are none."""
    levels: LevelCodes
    """The levels above the series."""
    period: int
    """Periods in a season."""
    by_place: bool
    """Whether item-locations are forecast and split, or each series by itself."""
    weighed: bool
    """Auto mode: members are weighed by backtests."""
    method: ReconcileMethod
    """How levels are reconciled."""
    split_periods: int
    """Recent periods whose demand splits a place to its customers."""
    extra_methods: tuple[str, ...] = ()
    """Methods weighed or averaged beside those of the mode."""
    overrides: tuple[NodeTotal, ...] = ()
    """Totals that people have set, in order."""
    level_only: BoolArray | None = None
    """Item-locations whose segment asks for the level in season, without trend; none: nobody's."""
    adi_limit: float = 1.32
    """Average interval between demands from which a series is forecast as intermittent [periods]."""

    @property
    def places(self) -> int:
        """How many item-locations there are."""
        return int(self.profile.shape[1])

    @property
    def parameters(self) -> ForecastParameters:
        """Methods and limits of the mode."""
        knobs = AUTO_PARAMETERS if self.weighed else ForecastParameters()
        methods = (*knobs.methods, *(name for name in self.extra_methods if name not in knobs.methods))
        return replace(knobs, methods=methods, share_periods=self.split_periods, adi_limit=self.adi_limit)

    @property
    def question(self) -> Question:
        """What the methods are asked."""
        return Question(self.period, len(self.active), self.parameters, self.weighed)

    @property
    def level_question(self) -> Question:
        """What the methods are asked about units that shall be forecast without trend."""
        return replace(self.question, parameters=replace(self.parameters, adi_limit=1.0))

    @property
    def flat(self) -> IntArray:
        """Units that are forecast without trend."""
        if self.level_only is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(self.level_only if self.by_place else self.level_only[self.place])

    @property
    def unit(self) -> IntArray:
        """Which forecast each series is part of: that of its place, or its own."""
        return self.place if self.by_place else np.arange(self.place.size)


@dataclass(frozen=True)
class BaseForecast:
    """The forecast of every series, and what it was made of."""

    mean: Array
    """Forecast, horizon x series [units]."""
    bands: Array
    """Quantiles at `BAND_LEVELS`, level x horizon x series [units]."""
    units: PanelForecast
    """The forecast of the units: places or series."""
    history: Array
    """What was forecast, period x unit [units]."""
    lag: IntArray
    """Periods between the last known one of each unit and the end of history."""
    settled: SettledTree
    """The nodes that took part in reconciling."""
    method: str
    """How levels were reconciled; empty where there was nothing to reconcile."""
    together: float
    """How much of their errors the units have in common, 0 to 1."""


def make_base(task: ForecastTask, memory: ForecastMemory) -> BaseForecast:
    """Forecast units, split them to series, and reconcile with the levels above.

    forecast = combination of methods, by item-location or series; split by recent shares; reconciled with the forecasts
    of the levels above; cut to the share of each period in which the item is sold
    """
    history = sum_by_group(task.history, task.place, task.places) if task.by_place else task.history
    answers = _answers(task, memory, history, task.profile if task.by_place else task.profile[:, task.place])
    units = combine_panel(history, answers, parameters=task.parameters, levels=BAND_LEVELS)
    mean, share = _split(task, units)
    bands = split_bands(units.quantiles, units.forecast.mean, share, task.unit, mean)
    settled = settled_tree(task.levels, _settled(task, units), task.method)
    method, together, whole = "", 0.0, mean
    if settled.tree.aggregates and task.method != "bottom_up":
        method, whole, together = _reconciled(task, units, settled, mean, share, memory)
        bands = carry_quantiles(bands, mean, whole)
    bands = np.round(np.maximum.accumulate(bands, axis=0) * task.active, DECIMALS)
    mean = np.round(whole * task.active, DECIMALS)
    return BaseForecast(mean, bands, units, history, answers.lag, settled, method, together)


def _answers(task: ForecastTask, memory: ForecastMemory, history: Array, profile: Array) -> Answers:
    """What the methods say about the units, each asked as its segment wants."""
    answers, flat = memory.answers(task.question, history, profile), task.flat
    if not flat.size:
        return answers
    packed = answers.pack()
    packed[flat] = memory.answers(task.level_question, history[:, flat], profile[:, flat]).pack()
    return answers.unpack(packed)


def _split(task: ForecastTask, units: PanelForecast) -> tuple[Array, Array]:
    """Forecast of the series before it is cut to their life, and their share of the unit."""
    if not task.by_place:
        return units.forecast.mean, np.ones(task.active.shape)
    share = recent_shares(task.history, task.place, task.places, task.active > 0, task.split_periods)
    return units.forecast.mean[:, task.place] * share, share


def _settled(task: ForecastTask, units: PanelForecast) -> BoolArray:
    return settled_series(task.history, units.forecast.route[task.unit], task.active, task.period)


def _reconciled(
    task: ForecastTask, units: PanelForecast, settled: SettledTree, mean: Array, share: Array, memory: ForecastMemory
) -> tuple[str, Array, float]:
    """Forecast the nodes, and let whole and parts correct each other."""
    nodes = node_histories(task.history, settled)
    nothing = np.full((task.period, nodes.shape[1]), np.nan)
    answers = memory.answers(task.question, nodes, nothing)
    above = _node_forecast(nodes, answers, task, units.pool)
    rows = settled.rows
    residuals = None
    if task.method == "shrunk":
        split = units.forecast.fitted[:, task.unit[rows]] * (share[0, rows] if len(share) else 1.0)
        errors = [residuals_of(nodes, answers.fitted), residuals_of(task.history[:, rows], split)]
        residuals = np.concatenate(errors, axis=1)
        residuals = residuals[np.isfinite(residuals).all(axis=1)]
    method = usable_method(task.method, settled.tree, 0 if residuals is None else len(residuals))
    whole = mean.copy()
    whole[:, rows] = _solved(task, settled, above, mean, method, residuals)
    return method, whole, _together(answers, settled, units, task)


def _solved(
    task: ForecastTask,
    settled: SettledTree,
    above: Array,
    mean: Array,
    method: ReconcileMethod,
    residuals: Array | None,
) -> Array:
    """Reconcile all periods; those with overrides once more, with them."""
    bottom = mean[:, settled.rows]
    free = reconcile(settled.tree, above, bottom, method=method, residuals=residuals).bottom
    periods = np.unique([total.period for total in task.overrides]).astype(np.int64)
    if periods.size:
        free[periods] = _overridden(task, settled, above, mean, method, residuals)[periods]
    return free


def _overridden(
    task: ForecastTask,
    settled: SettledTree,
    above: Array,
    mean: Array,
    method: ReconcileMethod,
    residuals: Array | None,
) -> Array:
    """Reconcile with as many overrides as agree with each other; where they do not, the later ones hold."""
    bottom = mean[:, settled.rows]
    for first in range(len(task.overrides)):
        grown = with_overrides(settled, task.overrides[first:], mean)
        given = np.concatenate([above, grown.settled.tree.add_up(bottom)[:, above.shape[1] :]], axis=1)
        way, errors = ("structural", None) if grown.added else (method, residuals)
        try:
            return reconcile(
                grown.settled.tree, given, bottom, method=way, residuals=errors, overrides=grown.wanted
            ).bottom
        except ModelError:
            continue
    return reconcile(settled.tree, above, bottom, method=method, residuals=residuals).bottom


def _node_forecast(nodes: Array, answers: Answers, task: ForecastTask, pool: Pool) -> Array:
    if not task.weighed:
        return combine(answers, task.parameters).mean
    return combine_panel(nodes, answers, parameters=task.parameters, levels=BAND_LEVELS, pool=pool).forecast.mean


def _together(answers: Answers, settled: SettledTree, units: PanelForecast, task: ForecastTask) -> float:
    """How much of the errors the settled units have in common, from the error of the topmost node."""
    if settled.tree.sizes[0] != 1:
        return 0.0
    top = series_size(answers.error_std[:1], answers.naive[:1])
    return errors_in_common(units.size[np.unique(task.unit[settled.rows])], float(top[0]))


@dataclass(frozen=True)
class LeadTimes:
    """What safety stock has to guard against, by item-location."""

    error: Array
    """Error of the demand over lead time and review, as a standard deviation by period [units]."""
    quantile: Array
    """Demand over lead time and review that is not exceeded with the wanted service [units]."""


def over_lead_times(
    task: ForecastTask,
    base: BaseForecast,
    leads: IntArray,
    service: Array,
    *,
    window: int = 0,
    smoothing: float = 0.0,
) -> LeadTimes:
    """Look at each item-location over its own lead time and one period of review.

    Errors are those measured at earlier origins; with a window, they grow or shrink as the errors of the last periods
    do beside all. Items with demand in few periods get the negative binomial.

    Args:
        task: What was forecast.
        base: The forecast.
        leads: Periods of lead time and review of each place [>= 1].
        service: Wanted chance of no shortage of each place.
        window: Periods of errors looked back on; 0 for all.
        smoothing: Weight of the newest error where errors are smoothed; 0 leaves it to the window.
    """
    own = leads if task.by_place else leads[task.place]
    error = base.units.error_over(own)
    if smoothing:
        off = base.history - base.units.forecast.fitted
        error = error * smoothed_error(off, weight=smoothing, season=task.period)
    elif window:
        error = error * recent_error(base.history - base.units.forecast.fitted, window=window, season=task.period)
    rare = lead_time_demand(base.history, base.units.forecast, own)
    error[rare.rows] = np.sqrt(rare.variance / own[rare.rows])
    if not task.by_place:
        error = spread_errors(error, task.place, task.places)
    expected = _over(scatter_add(base.mean, task.place, task.places), leads)
    root: Array = np.sqrt(leads.astype(np.float64))
    quantile = expected + cycle_service_factor(service) * error * root
    if task.by_place:
        rows = rare.rows
        quantile[rows] = count_quantile(rare.mean, rare.variance, service[rows])
    lowest: Array = np.maximum(quantile, 0.0)
    return LeadTimes(np.round(error, DECIMALS), np.round(lowest, DECIMALS))


def _over(mean: Array, leads: IntArray) -> Array:
    """Forecast summed over the lead time; beyond the horizon it goes on at its mean."""
    if not len(mean):
        return np.zeros(leads.shape)
    inside = np.minimum(leads, len(mean))
    running = np.cumsum(mean, axis=0)
    return cast(Array, running[inside - 1, np.arange(leads.size)] * (leads / inside))
