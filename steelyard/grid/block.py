"""Block: all periods of about a thousand series of one measure, immutable and shared by reference."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.kernel_cache import keep_kernels_fresh

keep_kernels_fresh()

Array = NDArray[np.float64]
"""Numbers as `[period, series]`, or `[series]` for what does not change over time."""

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Blocks = tuple[Array, ...]
"""One measure, cut into blocks along the series."""

BLOCK_SERIES = 1000
"""Series per block that edits aim for: a block then stays in the second-level cache."""

SILENT = float("nan")
"""What a cell holds in which nobody has said anything; one object, so that blocks of it are found again."""


def freeze(values: NDArray[np.generic]) -> Array:
    """Make an array read-only, contiguous and float64, without a copy where it is already so.

    Example:
        >>> freeze(np.array([1, 2])).flags.writeable
        False
    """
    frozen: Array = np.ascontiguousarray(values, dtype=np.float64)
    if frozen.flags.writeable:
        frozen = frozen if frozen.base is None else frozen.copy()
        frozen.flags.writeable = False
    return frozen


def cut(values: NDArray[np.generic], cuts: Sequence[tuple[int, int]]) -> Blocks:
    """Cut `[period, series]` or `[series]` into blocks at `cuts` (start, stop pairs)."""
    return tuple(freeze(np.array(values[..., start:stop], dtype=np.float64)) for start, stop in cuts)


def join(blocks: Iterable[Array]) -> Array:
    """Join blocks into one array along the series."""
    return np.concatenate(list(blocks), axis=-1)


@lru_cache(maxsize=4096)
def uniform_block(shape: tuple[int, ...], value: float) -> Array:
    """A block that holds one value everywhere; the same object for all who ask for it.

    Example:
        >>> uniform_block((2, 3), 1.0) is uniform_block((2, 3), 1.0)
        True
    """
    return freeze(np.full(shape, value))


def shared_block(block: Array) -> Array:
    """The block itself, or the common one where it holds a single number.

    Example:
        >>> shared_block(np.zeros((2, 3))) is uniform_block((2, 3), 0.0)
        True
    """
    if not block.size or np.isnan(block.flat[0]) or not (block == block.flat[0]).all():
        return block
    return uniform_block(block.shape, float(block.flat[0]))


def silent_block(shape: tuple[int, ...]) -> Array:
    """A block in which nobody has said anything."""
    return uniform_block(shape, SILENT)


def is_silent(block: Array) -> bool:
    """Whether a block is known to hold nothing, without looking at its cells."""
    return block is silent_block(block.shape)


def is_zero(block: Array) -> bool:
    """Whether a block is known to hold zeros alone, without looking at its cells."""
    return block is uniform_block(block.shape, 0.0)


def same(left: Array, right: Array) -> bool:
    """Say whether two blocks hold the same bytes; NaN equals NaN."""
    if left is right:
        return True
    if left.shape != right.shape:
        return False
    return bool(_same_bits(_bits(left), _bits(right)))


def _bits(block: Array) -> IntArray:
    return np.ascontiguousarray(block).view(np.int64).reshape(-1)


@numba.njit(nogil=True, cache=True)
def _same_bits(left: IntArray, right: IntArray) -> bool:
    for start in range(0, left.size, 1024):
        differ = 0
        for i in range(start, min(start + 1024, left.size)):
            differ |= left[i] ^ right[i]
        if differ:
            return False
    return True


def block_digest(block: Array) -> str:
    """Digest a block by shape and content (sha256, hexadecimal)."""
    digest = hashlib.sha256(repr((block.dtype.str, block.shape)).encode())
    digest.update(np.ascontiguousarray(block).data)
    return digest.hexdigest()
