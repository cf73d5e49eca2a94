"""Preparation: history as it comes becomes series that end in the last row and have no gap."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class PreparedHistory:
    """Series aligned at their last known period."""

    values: Array
    """Demand, period x series; zero before `start`, no gap from there on."""
    start: IntArray
    """Row of the first demand; the number of periods where there never was any."""
    lag: IntArray
    """Periods between the last known one and the end of history; the forecast starts that much earlier."""
    filled: IntArray
    """Gaps inside each series that were filled by a straight line."""
    known: IntArray
    """Periods with a number, zero or not."""

    @property
    def length(self) -> IntArray:
        """Periods from the first demand to the last known period."""
        return len(self.values) - self.start


def prepare_history(history: Array) -> PreparedHistory:
    """Align series at their end, fill gaps, cut zeros before the first demand.

    What is not a finite number counts as unknown.

    Args:
        history: Demand, period x series; NaN where unknown.

    Example:
        >>> prepared = prepare_history(np.array([[0.0], [2.0], [np.nan], [4.0], [np.nan]]))
        >>> prepared.values[:, 0], prepared.start, prepared.lag, prepared.filled
        (array([0., 0., 2., 3., 4.]), array([2]), array([1]), array([1]))
    """
    known = np.isfinite(history)
    lag = _trailing(known)
    aligned, present = _shift(history, lag), _shift(known, lag)
    present &= np.arange(len(history))[:, None] >= lag
    filled, gaps = _fill_gaps(np.where(present, aligned, 0.0), present)
    start = _first(filled != 0)
    values = np.where(np.arange(len(history))[:, None] >= start, filled, 0.0)
    inside = (np.arange(len(history))[:, None] >= start) & gaps
    return PreparedHistory(values, start, lag, inside.sum(axis=0), known.sum(axis=0))


def _trailing(known: BoolArray) -> IntArray:
    return np.where(known.any(axis=0), _first(known[::-1]), 0)


def _first(flags: BoolArray) -> IntArray:
    """Row of the first true flag of each series; the number of rows where there is none."""
    if not len(flags):
        return np.zeros(flags.shape[1], dtype=np.int64)
    return np.where(flags.any(axis=0), flags.argmax(axis=0), len(flags))


def _shift(values: NDArray[Number], lag: IntArray) -> NDArray[Number]:
    """Move each series down by its lag; what falls off the end comes round to the top."""
    if not lag.any():
        return values.copy()
    rows = (np.arange(len(values))[:, None] - lag) % max(len(values), 1)
    return np.take_along_axis(values, rows, axis=0)


def _fill_gaps(values: Array, present: BoolArray) -> tuple[Array, BoolArray]:
    """Fill gaps between known periods by a straight line; say which rows were gaps."""
    rows = np.arange(len(values))[:, None]
    before = np.maximum.accumulate(np.where(present, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(present, rows, len(values))[::-1], axis=0)[::-1]
    gaps = ~present & (before >= 0) & (after < len(values))
    if not gaps.any():
        return values, gaps
    left, right = np.where(gaps, before, 0), np.where(gaps, after, 1)
    low, high = (np.take_along_axis(values, side, axis=0) for side in (left, right))
    return np.where(gaps, low + (high - low) * ((rows - left) / (right - left)), values), gaps
