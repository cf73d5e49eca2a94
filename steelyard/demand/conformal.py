"""Conformal: how far off combined forecasts were at earlier origins, pooled over the panel, as quantiles by lead.

Split conformal prediction (Vovk, Gammerman and Shafer 2005) with a size per series that was known at the origin: the
errors judged are never those the size was taken from, nor those the weights were. Else every series looks calmer than
it is, and intervals are too narrow: on short series by a tenth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from steelyard.demand.combination import mean_errors, member_weights, pooled_errors
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.trial import Trial
from steelyard.grid.block import Array, IntArray

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles that are given unless others are asked for: an 80 % and a 95 % interval, quartiles and the median."""

ASSUMED = 39
"""Normal scores mixed into the errors of the panel: they decide where it is tiny, and vanish where it is large."""

DRIFT = 0.3
"""How fast the assumed errors grow: variance 1 + (lead - 1) x drift squared, as simple smoothing has."""

NORMAL_90 = 1.6448536
"""Deviations on either side of the mean between which a normal stays nine times in ten."""


@dataclass(frozen=True)
class Pool:
    """What the whole panel says about the members and their errors; hand it on to forecast any part of the panel."""

    members: tuple[str, ...]
    """The methods."""
    errors: tuple[float, ...]
    """Scaled error of each method, mean over the panel."""
    levels: tuple[float, ...]
    """Quantile levels, ascending."""
    table: Array
    """Quantiles of the error by the size of the series, level x lead."""
    over: Array
    """Error of the sum over 1, 2, ... leads by size and root of their number, as the deviation of a normal of the same
    90 % interval."""
    ratio: float
    """Size of a series by the standard deviation of its one-step error, median of the panel."""
    trials: int
    """Series and origins behind the table."""


def series_size(spread: Array, naive: Array) -> Array:
    """Size that the errors of a series are measured by: geometric mean of one-step error and seasonal naive error.

    The first says how well the series is understood, the second how much it moves over a season; the mean of both is
    steadier than either. Where one is unknown or zero the other stands alone.

    Args:
        spread: Standard deviation of the one-step error, by series.
        naive: Mean absolute seasonal naive error, by series.

    Example:
        >>> series_size(np.array([4.0, 4.0]), np.array([9.0, np.nan]))
        array([6., 4.])
    """
    both = (spread > 0) & (naive > 0)
    return np.where(both, np.sqrt(np.where(both, spread, 1.0) * np.where(both, naive, 1.0)), np.fmax(spread, naive))


def pool_trials(
    trials: Sequence[Trial], members: tuple[str, ...], series: int, *, horizon: int, levels: Sequence[float]
) -> Pool:
    """Learn from all trials of a panel.

    Args:
        trials: What the members said at earlier origins.
        members: Their names.
        series: How many series the panel has.
        horizon: Leads wanted.
        levels: Quantile levels, ascending.
    """
    errors = pooled_errors(mean_errors(trials, len(members), series))
    scores = [_scaled_errors(trials, k, len(members), series) for k in range(len(trials))]
    ratios = [_ratio(trial) for trial in trials]
    known = np.concatenate([np.zeros(0), *ratios])
    return Pool(
        members,
        tuple(errors.tolist()),
        tuple(levels),
        _table(horizon, scores, levels),
        _errors_over(horizon, scores),
        float(np.median(known)) if known.size else 1.0,
        sum(score.shape[1] for score in scores),
    )


def _scaled_errors(trials: Sequence[Trial], judged: int, members: int, series: int) -> Array:
    """Errors of the combination at one origin by size, lead x series; weighed by the other origins only."""
    others = mean_errors([trial for k, trial in enumerate(trials) if k != judged], members, series)
    trial = trials[judged]
    weights = member_weights(others, pooled_errors(others))[:, trial.rows]
    said = ordered_sum(weights[:, None, :] * trial.said)
    size = series_size(trial.spread, trial.scale)
    sound = size > 0
    scaled: Array = (trial.demand - said)[:, sound] / size[sound]
    return scaled


def _ratio(trial: Trial) -> Array:
    sound = (trial.spread > 0) & (trial.scale > 0)
    return series_size(trial.spread[sound], trial.scale[sound]) / trial.spread[sound]


def _assumed(horizon: int) -> Array:
    """Normal scores, growing with the lead; rounded, so that every machine gives the same bits."""
    scores = np.round(ndtri((np.arange(ASSUMED) + 0.5) / ASSUMED), 6)
    grown: Array = scores * _growth(horizon)[:, None]
    return grown


def _growth(horizon: int) -> Array:
    """How much wider the assumed errors are than one step ahead, by lead."""
    return np.asarray(np.sqrt(1.0 + DRIFT * DRIFT * np.arange(horizon)))


def _table(horizon: int, scores: Sequence[Array], levels: Sequence[float]) -> Array:
    """Quantiles of all errors by lead; a lead nobody was tried at widens the last one as the assumed errors widen."""
    assumed, judged = _assumed(horizon), np.concatenate([np.zeros((horizon, 0)), *scores], axis=1)
    table, last = np.zeros((len(levels), horizon)), -1
    for lead, row in enumerate(judged):
        known = row[np.isfinite(row)]
        if known.size or last < 0:
            mixed = np.concatenate([assumed[lead], known])
            table[:, lead] = np.quantile(mixed, np.array(levels), method="weibull")
            last = lead if known.size else -1
        else:
            table[:, lead] = table[:, last] * (_growth(horizon)[lead] / _growth(horizon)[last])
    return table


def _errors_over(horizon: int, scores: Sequence[Array]) -> Array:
    """Half width of the 90 % interval of the error of a sum, as a standard deviation, by number of leads."""
    grown = np.sqrt(np.cumsum(_growth(horizon) ** 2))
    normal = np.round(ndtri((np.arange(ASSUMED) + 0.5) / ASSUMED), 6)
    sums = np.cumsum(np.concatenate([np.zeros((horizon, 0)), *scores], axis=1), axis=0)
    out, last = np.zeros(horizon), -1
    for lead, row in enumerate(sums):
        known, root = row[np.isfinite(row)], np.sqrt(lead + 1.0)
        if known.size or last < 0:
            mixed = np.abs(np.concatenate([normal * grown[lead], known])) / root
            out[lead] = np.quantile(mixed, 0.9, method="weibull") / NORMAL_90
            last = lead if known.size else -1
        else:
            out[lead] = out[last] * (grown[lead] / root) / (grown[last] / np.sqrt(last + 1.0))
    return out


def interval_quantiles(mean: Array, size: Array, lag: IntArray, pool: Pool) -> Array:
    """Spread each forecast by its size and the table of the pool; never negative, levels in order.

    Args:
        mean: Forecast, horizon x series [units].
        size: Size of the errors of each series [units].
        lag: Periods that the end of history of each series lies back; its leads are that much longer.
        pool: What the panel says.

    Returns:
        Quantiles, level x horizon x series [units].
    """
    leads = np.minimum(np.arange(len(mean))[:, None] + lag, pool.table.shape[1] - 1)
    return np.maximum(mean + size * pool.table[:, leads], 0.0)
