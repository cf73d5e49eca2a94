"""Season: whether a series repeats itself by phase, and by how much, shrunk towards no season when noise is large.

Rows count back from the end: row `t` has phase `(t - periods) % period`, so the first period to forecast has phase 0.
"""

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array, BoolArray, IntArray

CRITICAL = 1.645
"""One-sided 95 % point of the normal distribution, as in the M4 competition's test."""


def row_phases(periods: int, period: int) -> IntArray:
    """Number the phase of each row.

    Example:
        >>> row_phases(5, 3)
        array([1, 2, 0, 1, 2])
    """
    return (np.arange(periods) - periods) % period


def is_seasonal(values: Array, start: IntArray, period: int) -> BoolArray:
    """Test each series for autocorrelation at the seasonal lag (Bartlett's limit, as in the M4 competition).

    Args:
        values: Demand, period x series; rows before `start` are ignored.
        start: First row of each series.
        period: Periods in a season; 1 is never seasonal.

    Returns:
        One flag a series; false where there are fewer than three seasons.
    """
    periods, count = values.shape
    length = periods - start
    if period < 2 or periods < 3 * period:
        return np.zeros(count, dtype=bool)
    centred = _centre(values, start)
    variance = ordered_sum(centred * centred)
    known = np.where(variance > 0, variance, 1.0)
    squares = np.zeros(count)
    for lag in range(1, period):
        correlation = ordered_sum(centred[lag:] * centred[:-lag]) / known
        squares += correlation * correlation
    last = ordered_sum(centred[period:] * centred[:-period]) / known
    limit = CRITICAL * np.sqrt((1.0 + 2.0 * squares) / length)
    return np.asarray((length >= 3 * period) & (np.abs(last) > limit) & (variance > 0))


def _centre(values: Array, start: IntArray) -> Array:
    inside = np.arange(len(values))[:, None] >= start
    mean = ordered_sum(np.where(inside, values, 0.0)) / (len(values) - start)
    return np.where(inside, values - mean, 0.0)


def seasonal_indices(values: Array, start: IntArray, period: int, *, multiplicative: bool) -> Array:
    """Estimate seasonal indices by classical decomposition, shrunk towards no season.

    The centred moving average is taken out; what is left is averaged by phase. The indices are then shrunk by the
    James-Stein rule (Miller and Williams 2003): the noisier the phases against their spread, the nearer to neutral.

    Args:
        values: Demand, period x series; positive where multiplicative.
        start: First row of each series.
        period: Periods in a season.
        multiplicative: Whether indices multiply (mean 1) or add (mean 0).

    Returns:
        Indices, phase x series.
    """
    neutral = 1.0 if multiplicative else 0.0
    if period < 2 or len(values) <= period:
        return np.full((period, values.shape[1]), neutral)
    half = period // 2
    level = centred_average(values, period)
    middle = values[half : half + len(level)]
    valid = np.arange(half, half + len(level))[:, None] >= start + half
    if multiplicative:
        ratio = np.divide(middle, level, out=np.ones_like(level), where=valid & (level > 0))
    else:
        ratio = np.where(valid, middle - level, 0.0)
    return _shrunk(ratio, valid, row_phases(len(values), period)[half : half + len(level)], period, neutral)


def centred_average(values: Array, period: int) -> Array:
    """Average over one season centred on each row; the first row of the result belongs to row `period // 2`."""
    periods = len(values)
    if period % 2:
        windows = [values[k : periods - period + 1 + k] for k in range(period)]
        return ordered_sum(np.stack(windows)) / period
    inner = ordered_sum(np.stack([values[k : periods - period + k] for k in range(1, period)]))
    return (inner + 0.5 * (values[: periods - period] + values[period:])) / period


def _shrunk(ratio: Array, valid: BoolArray, phases: IntArray, period: int, neutral: float) -> Array:
    indices = np.full((period, ratio.shape[1]), neutral)
    noise = np.zeros(ratio.shape[1])
    for phase in range(period):
        rows, present = ratio[phases == phase], valid[phases == phase]
        count = present.sum(axis=0)
        mean = np.divide(ordered_sum(np.where(present, rows, 0.0)), count, out=indices[phase].copy(), where=count > 0)
        spread = ordered_sum(np.where(present, (rows - mean) ** 2, 0.0))
        noise += spread / np.maximum(count, 1) / np.maximum(count - 1, 1)
        indices[phase] = mean
    indices = _normalised(indices, neutral)
    signal = ordered_sum((indices - neutral) ** 2)
    weight = np.clip(max(period - 3, 0) / (period - 1) * noise / np.where(signal > 0, signal, 1.0), 0.0, 1.0)
    return neutral + (1.0 - weight) * (indices - neutral)


def _normalised(indices: Array, neutral: float) -> Array:
    mean = ordered_sum(indices) / len(indices)
    if neutral == 0.0:
        return indices - mean
    return indices / np.where(mean > 0, mean, 1.0)
