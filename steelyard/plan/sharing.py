"""Sharing: measures of one block that hold the same bits are kept once, and so is a block of one number."""

from collections.abc import Mapping
from itertools import islice

import numpy as np

from steelyard.grid.block import Array, same, uniform_block

_Print = tuple[tuple[int, ...], bytes]


class SharedBlocks:
    """Blocks by which fresh ones are replaced where they hold the same bits.

    Args:
        known: What stands beside the fresh blocks, by name; all but read-only `[period, series]` blocks are left out.
            What is put there later counts, too; nothing is taken away.

    Example:
        >>> first, again = np.arange(4.0).reshape(2, 2), np.arange(4.0).reshape(2, 2)
        >>> first.flags.writeable = False
        >>> SharedBlocks({"first": first}).share(again) is first
        True
    """

    def __init__(self, known: Mapping[str, object]) -> None:
        self._beside, self._seen = known, 0
        self._known: dict[_Print, Array] = {}

    def _look(self) -> None:
        """Know what has come to stand beside."""
        seen, self._seen = self._seen, len(self._beside)
        for value in islice(self._beside.values(), seen, None):
            if isinstance(value, np.ndarray) and _is_shareable(value):
                self._known.setdefault(_print(value), value)

    def share(self, block: Array) -> Array:
        """A block with the same bits that is known, the common one of a single number, or the block itself."""
        if block.ndim != 2 or not block.size:
            return block
        self._look()
        mark = _print(block)
        twin = self._known.get(mark)
        if twin is not None and same(block, twin):
            return twin
        plain = _plain(block)
        return plain if plain is not None else block


def _is_shareable(block: Array) -> bool:
    return bool(block.ndim == 2 and block.size and not block.flags.writeable and block.dtype == np.float64)


def _print(block: Array) -> _Print:
    """Shape and some of the numbers, to find what may be the same."""
    middle = block[block.shape[0] // 2]
    return block.shape, middle[:: max(middle.size // 16, 1)].tobytes()


def _plain(block: Array) -> Array | None:
    """The common block of the number that fills it."""
    first = float(block[0, 0])
    if first != float(block[-1, -1]) or first != float(block[block.shape[0] // 2, block.shape[1] // 2]):
        return None
    plain = uniform_block(block.shape, first)
    return plain if same(block, plain) else None
