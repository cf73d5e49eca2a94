"""Like-item: what a new item would sell at full volume, read from items that resemble it."""

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add


def continued(timeline: Array, alive: BoolArray, season: int) -> Array:
    """Carry the demand of an item on beyond its end, each period as one season before.

    A like-item that has ended still tells its season. Where there is no season before, its mean over life stands in;
    before its first sale it says nothing.

    Args:
        timeline: History followed by forecast, period x series [units].
        alive: Whether the item was sold, or may be, period x series.
        season: Periods in a season.

    Returns:
        Timeline without gaps after the first living period, period x series [units].

    Example:
        >>> sold = np.array([[2.0], [4.0], [0.0], [0.0]])
        >>> continued(sold, np.array([[True], [True], [False], [False]]), 2)[:, 0]
        array([2., 4., 2., 4.])
    """
    known = np.where(alive, timeline, 0.0)
    count = np.maximum(alive.sum(axis=0), 1)
    mean = known.cumsum(axis=0)[-1] / count if len(known) else known
    born = np.maximum.accumulate(alive, axis=0)
    out = known.copy()
    for t in range(len(out)):
        before = out[t - season] if t >= season else mean
        seen = born[t - season] if t >= season else np.zeros_like(born[t])
        out[t] = np.where(alive[t], known[t], np.where(born[t], np.where(seen, before, mean), 0.0))
    return out


def full_volume(
    reference: Array, source: IntArray, target: IntArray, weight: Array, offset: IntArray, rows: int
) -> Array:
    """What each new series would sell at full volume: the weighted demand of its like-items, moved in time.

        full[t, new] = sum over like-items of weight x reference[t - offset, like]

    Beyond the ends of the timeline the nearest season-free value, the first or last period, stands in.

    Args:
        reference: Demand of the like-items, timeline x series [units].
        source: Series each link reads.
        target: Series each link writes.
        weight: Weight of each link [ratio].
        offset: Periods by which the like-item ran ahead, by link.
        rows: How many series are written.

    Returns:
        Demand at full volume, timeline x rows [units].

    Example:
        >>> full_volume(np.array([[10.0], [20.0], [30.0]]), np.array([0]), np.array([0]), np.array([0.5]),
        ...             np.array([1]), 1)[:, 0]
        array([ 5.,  5., 10.])
    """
    periods = len(reference)
    at = np.clip(np.arange(periods)[:, None] - offset, 0, periods - 1)
    return scatter_add(reference[at, source] * weight, target, rows)


def scaled_to_volume(full: Array, group: IntArray, volume: Array, window: slice) -> Array:
    """Scale the series of a launch so that together they sell a given mean volume at full volume.

        factor = volume / mean over the window of the sum of the group's series

    A group whose like-items sell nothing shares the volume equally over its series and periods.

    Args:
        full: Demand at full volume, timeline x series [units].
        group: Launch of each series.
        volume: Mean units a period of each launch at full volume; NaN keeps what the like-items say.
        window: Periods over which the mean is taken, usually the planned ones.

    Returns:
        Demand at full volume, timeline x series [units].

    Example:
        >>> scaled_to_volume(np.array([[1.0, 3.0]]), np.array([0, 0]), np.array([40.0]), slice(0, 1))
        array([[10., 30.]])
    """
    count = np.bincount(group, minlength=volume.size)
    total = scatter_add(full[window].mean(axis=0)[None], group, volume.size)[0]
    given = np.isfinite(volume)
    factor = np.where(given & (total > 0), np.nan_to_num(volume) / np.where(total > 0, total, 1.0), 1.0)
    equal = np.where(given & (total <= 0), np.nan_to_num(volume) / np.maximum(count, 1), 0.0)
    return np.asarray(full * factor[group] + equal[group])
