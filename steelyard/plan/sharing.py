"""Sharing: measures of one block that hold the same bits are kept once, and so is a block of one number."""

from collections.abc import Iterable

import numpy as np

from steelyard.grid.block import Array, same, uniform_block

_Print = tuple[tuple[int, ...], bytes]


class SharedBlocks:
    """Blocks by which fresh ones are replaced where they hold the same bits.

    Args:
        known: What stands beside the fresh blocks; all but read-only `[period, series]` blocks are left out.

    Example:
        >>> first, again = np.arange(4.0).reshape(2, 2), np.arange(4.0).reshape(2, 2)
        >>> first.flags.writeable = False
        >>> SharedBlocks([first]).share(again) is first
        True
    """

    def __init__(self, known: Iterable[object]) -> None:
        self._known: dict[_Print, Array] = {}
        for value in known:
            if isinstance(value, np.ndarray):
                self.add(value)

    def add(self, block: Array) -> None:
        """Know one more block."""
        if block.ndim == 2 and block.size and not block.flags.writeable and block.dtype == np.float64:
            self._known.setdefault(_print(block), block)

    def share(self, block: Array) -> Array:
        """A block with the same bits that is known, the common one of a single number, or the block itself."""
        if block.ndim != 2 or not block.size:
            return block
        mark = _print(block)
        twin = self._known.get(mark)
        if twin is not None and same(block, twin):
            return twin
        plain = _plain(block)
        return plain if plain is not None else block


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
