"""Chance: random numbers that belong to a series, a period and a draw, whatever else is drawn."""

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_UNIT = 1.0 / 9007199254740992.0


@numba.njit(nogil=True, cache=True, inline="always")
def mix(state: np.uint64) -> np.uint64:
    """Scramble 64 bits (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))


@numba.njit(nogil=True, cache=True, inline="always")
def uniform(key: np.uint64, count: np.uint64) -> float:
    """A number between 0 and 1, both left out, that a key gives at a count."""
    return (np.float64(mix(key + (count + np.uint64(1)) * _GOLDEN) >> np.uint64(11)) + 0.5) * _UNIT


@numba.njit(nogil=True, cache=True)
def key_of(seed: int, draw: int, series: np.uint64) -> np.uint64:
    """The key of one series in one draw."""
    return mix(mix(np.uint64(seed) + _GOLDEN) + mix(np.uint64(draw) * _FIRST + _GOLDEN) + series)


@numba.njit(nogil=True, cache=True)
def normals(key: np.uint64, size: int, out: Array) -> None:
    """Fill `out` with standard normal numbers of a key, two at a time (Box and Muller 1958)."""
    for pair in range((size + 1) // 2):
        count = np.uint64(2 * pair)
        radius = np.sqrt(-2.0 * np.log(uniform(key, count)))
        angle = 2.0 * np.pi * uniform(key, count + np.uint64(1))
        out[2 * pair] = radius * np.cos(angle)
        if 2 * pair + 1 < size:
            out[2 * pair + 1] = radius * np.sin(angle)


def standard_normals(seed: int, draw: int, series: IntArray, periods: int) -> Array:
    """Standard normal numbers by period and series, the same for a series whatever stands beside it.

    Args:
        seed: Seed of all draws.
        draw: Number of the draw.
        series: A number that names each series, such as part of a digest of its key.
        periods: How many periods.

    Returns:
        Numbers, period x series.

    Example:
        >>> two = standard_normals(7, 0, np.array([11, 12]), 3)
        >>> bool((standard_normals(7, 0, np.array([12]), 3)[:, 0] == two[:, 1]).all())
        True
    """
    out = np.empty((series.size, periods))
    _fill(seed, draw, series.astype(np.uint64), out)
    return np.ascontiguousarray(out.T)


@numba.njit(nogil=True, cache=True)
def _fill(seed: int, draw: int, series: np.ndarray, out: Array) -> None:
    for i in range(series.size):
        normals(key_of(seed, draw, series[i]), out.shape[1], out[i])
