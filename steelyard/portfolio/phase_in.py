"""Phase-in: how demand of a launch grows to full volume, and how that of an ending item fades."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array

CurveKind = Literal["linear", "exponential", "s_curve", "own"]
"""How the gain is shared over the ramp: evenly, most of it first, most of it in the middle, or as given."""

CURVES: tuple[CurveKind, ...] = get_args(CurveKind)
DECAY = 0.5
"""Each period of an exponential ramp gains this share of what the period before gained."""
STEEPNESS = 6.0
"""An S-curve runs over the logistic function from -6 to +6, where it is flat at both ends."""
SUM_TOLERANCE = 1e-6


def phase_in_shares(curve: CurveKind, periods: int, own: Sequence[float] = ()) -> Array:
    """Share of full volume that each period of the ramp gains; the shares sum to 1.

        linear        1 / n
        exponential   0.5^i / sum of 0.5^j
        s_curve       logistic(12 (i + 1) / n - 6) - logistic(12 i / n - 6), scaled to sum to 1
        own           as given

    Args:
        curve: Form of the ramp.
        periods: Periods until full volume, 1 or more; an own curve brings its own number.
        own: Shares of an own curve.

    Raises:
        ModelError: The ramp has no period, or the own shares are negative or do not sum to 1.

    Example:
        >>> phase_in_shares("linear", 4)
        array([0.25, 0.25, 0.25, 0.25])
    """
    if curve == "own":
        return _own(own)
    if periods < 1:
        raise ModelError("A phase-in takes at least one period", where=f"{periods} periods", mend="give 1 or more")
    step = np.arange(periods + 1)
    match curve:
        case "linear":
            gain = np.ones(periods)
        case "exponential":
            gain = DECAY ** step[:-1].astype(np.float64)
        case "s_curve":
            gain = np.diff(1.0 / (1.0 + np.exp(STEEPNESS - 2.0 * STEEPNESS * step / periods)))
        case _:
            raise ModelError(f"There is no phase-in curve {curve!r}", mend=f"use one of {', '.join(CURVES)}")
    return np.asarray(gain / gain.sum())


def _own(own: Sequence[float]) -> Array:
    shares = np.asarray(own, dtype=np.float64)
    if not shares.size or not np.isfinite(shares).all() or (shares < 0).any():
        raise ModelError(
            "An own phase-in curve needs shares of zero or more",
            where=f"shares {[float(s) for s in shares]}",
            mend="give what each period gains, such as 0.2, 0.3, 0.5",
        )
    if abs(float(shares.sum()) - 1.0) > SUM_TOLERANCE:
        raise ModelError(
            f"The phase-in curve sums to {shares.sum():.4g}, not to 1",
            where=f"shares {', '.join(f'{s:g}' for s in shares)}",
            mend="give what each period gains of full volume, so that all gains together are 1",
        )
    return shares


def phase_in(shares: Array, start: int, periods: int, *, first_share: float = 1.0) -> Array:
    """Share of full volume in each period of a timeline.

        factor[t] = sum of shares[0 .. t - start]     0 before the start, 1 after the ramp

    Args:
        shares: What each period of the ramp gains; sums to 1.
        start: Period of the launch on the timeline; may lie before or behind it.
        periods: Length of the timeline.
        first_share: Share of the launch period in which the item is sold [0..1].

    Returns:
        Factor by period [0..1].

    Example:
        >>> phase_in(np.array([0.5, 0.5]), 1, 4)
        array([0. , 0.5, 1. , 1. ])
    """
    reached = np.minimum(np.concatenate(([0.0], np.cumsum(shares))), 1.0)
    reached[-1] = 1.0
    age = np.clip(np.arange(periods) - start + 1, 0, shares.size)
    factor = reached[age]
    if 0 <= start < periods:
        factor[start] *= first_share
    return np.asarray(factor)


def run_down(shares: Array, end: int, periods: int, *, last_share: float = 1.0) -> Array:
    """Share of demand that an ending item keeps: it fades over the last periods and is nothing after the end.

        keep[t] = 1 - sum of shares[0 .. t - (end - n + 1)], half a step late, so that the last period still sells

    Args:
        shares: What each period of the run-down loses; sums to 1. Nothing means a clean cut.
        end: Last period in which it is sold, on the timeline.
        periods: Length of the timeline.
        last_share: Share of the last period in which it is sold [0..1].

    Returns:
        Share kept by period [0..1], falling.

    Example:
        >>> run_down(np.array([0.5, 0.5]), 2, 4)
        array([1.  , 0.75, 0.25, 0.  ])
    """
    lost = np.cumsum(shares) - shares / 2.0
    keep = np.ones(periods)
    at = np.arange(end - shares.size + 1, end + 1)
    inside = (at >= 0) & (at < periods)
    keep[at[inside]] = 1.0 - lost[inside]
    keep[max(end + 1, 0) :] = 0.0
    if 0 <= end < periods:
        keep[end] *= last_share
    return keep
