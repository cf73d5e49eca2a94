"""Track record: how often a source of intelligence was right, by how much it erred, and what its word is worth.

Sources: Brier 1950 (probability score); Efron and Morris 1975 (shrinkage towards what is believed without evidence).
"""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray

PRIOR_OUTCOMES = 4.0
"""A source without outcomes is believed as if this many of its entries had come true as said."""


@dataclass(frozen=True)
class TrackRecord:
    """What became of the entries of one source."""

    outcomes: int
    """Entries whose periods are over."""
    hit_rate: float
    """Share of them whose effect came to lie in the range that was given [ratio]; NaN without outcomes."""
    mean_error: float
    """Mean of what was said to be likely less what came [percent points]; positive when too hopeful."""
    mean_absolute_error: float
    """The same without signs [percent points]."""
    brier: float
    """Mean square of confidence less what came true, 0 (best) to 1."""
    weight: float
    """By how much the source's likely effect counts, 0 to 1."""


def measure_track_record(likely: Array, low: Array, high: Array, confidence: Array, realised: Array) -> TrackRecord:
    """Measure the track record of one source.

    Args:
        likely: Effect said to be likely, by entry [percent].
        low: Low end of the range [percent].
        high: High end of the range [percent].
        confidence: Probability the source gave its range, 0 to 1.
        realised: Effect that came, by entry [percent]; NaN where it is not known yet.

    Example:
        >>> said, confident = np.array([10.0, 10.0]), np.array([0.8, 0.8])
        >>> record = measure_track_record(said, said - 5, said + 5, confident, np.array([8.0, -2.0]))
        >>> record.outcomes, record.hit_rate, record.mean_error, round(record.brier, 2), round(record.weight, 3)
        (2, 0.5, 7.0, 0.34, 0.767)
    """
    known = np.isfinite(realised)
    if not known.any():
        return TrackRecord(0, np.nan, np.nan, np.nan, np.nan, 1.0)
    said, came = likely[known], realised[known]
    hit = came_true(low[known], high[known], came)
    error = said - came
    return TrackRecord(
        int(known.sum()),
        float(hit.mean()),
        float(error.mean()),
        float(np.abs(error).mean()),
        brier_score(confidence[known], hit),
        source_weight(said, came),
    )


def came_true(low: Array, high: Array, realised: Array) -> BoolArray:
    """Whether what came lies in the range that was given, by entry.

    Example:
        >>> came_true(np.array([2.0, 2.0]), np.array([8.0, 8.0]), np.array([8.0, 9.0]))
        array([ True, False])
    """
    inside: BoolArray = (realised >= np.minimum(low, high)) & (realised <= np.maximum(low, high))
    return inside


def brier_score(probability: Array, happened: BoolArray) -> float:
    """Mean square of stated probability less what happened (Brier 1950): 0 is perfect, 0.25 is always saying one half.

    Example:
        >>> round(brier_score(np.array([0.9, 0.6]), np.array([True, False])), 3)
        0.185
    """
    return float(np.mean((probability - happened) ** 2))


def source_weight(likely: Array, realised: Array, *, prior: float = PRIOR_OUTCOMES) -> float:
    """What part of a source's likely effect to expect: its slope of outcome on claim, shrunk towards full belief.

        weight = (sum claim x outcome + prior x mean claim^2) / (sum claim^2 + prior x mean claim^2), within 0 to 1

    An outcome counts with at most the size of its claim, either way: more than that came from elsewhere.

    Args:
        likely: Effect claimed, by entry [percent].
        realised: Effect that came, by entry [percent].
        prior: Outcomes of full truth that a source is credited with before it has any.

    Example:
        >>> source_weight(np.array([10.0]), np.array([0.0])), source_weight(np.array([]), np.array([]))
        (0.8, 1.0)
    """
    claimed = float(np.sum(likely * likely))
    if not claimed:
        return 1.0
    credit = prior * claimed / likely.size
    size = np.abs(likely)
    slope = (float(np.sum(likely * np.clip(realised, -size, size))) + credit) / (claimed + credit)
    return float(np.clip(slope, 0.0, 1.0))
