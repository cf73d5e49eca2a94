"""Spread: split a total over the cells below it; locked cells stay, and the parts sum to the total."""

from typing import Literal

import numpy as np

from steelyard.errors import SpreadImpossible
from steelyard.grid.block import Array, BoolArray

SpreadRule = Literal["basis", "history", "equal", "factor"]
"""By a basis measure, by history, equally, or by given split factors; the first two and the last are weights."""


def spread_down(total: float, weights: Array, *, current: Array, locked: BoolArray) -> Array:
    """Split a total over cells in proportion to weights.

        cell = current                                  where locked
        cell = (total - locked sum) * weight / sum of free weights    elsewhere

    Free cells share equally where all their weights are zero. The largest free cell takes the rounding.

    Args:
        total: What all cells shall sum to.
        weights: Weight of each cell, any shape, not negative.
        current: Value of each cell before.
        locked: Cells that keep their value.

    Returns:
        New value of each cell; the sum equals the total to the last bit that float64 addition gives.

    Raises:
        SpreadImpossible: Every cell is locked, or the locked cells hold more than the total.

    Example:
        >>> weights, current = np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 6.0])
        >>> spread_down(12.0, weights, current=current, locked=np.array([False, False, True]))
        array([2., 4., 6.])
    """
    held = float(current[locked].sum())
    rest = total - held
    free = ~locked
    _check_room(total, held, free)
    if not free.any():
        return current.copy()
    share = np.where(free, np.maximum(weights, 0.0), 0.0)
    weight = float(share.sum())
    share = share / weight if weight > 0 else free / free.sum()
    out: Array = np.where(locked, current, rest * share)
    return settle(out, total, free)


def settle(cells: Array, total: float, free: BoolArray) -> Array:
    """Give the rounding of a split to its largest free cell, until the cells sum to the total."""
    if not free.any():
        return cells
    taker = np.unravel_index(np.argmax(np.where(free, np.abs(cells), -1.0)), cells.shape)
    for _ in range(4):
        missing = total - float(cells.sum())
        if missing == 0:
            break
        cells[taker] += missing
    return cells


def _check_room(total: float, held: float, free: BoolArray) -> None:
    if not free.any() and abs(total - held) > 1e-9 * max(1.0, abs(total)):
        raise SpreadImpossible(f"All cells are locked and hold {held:g}, not {total:g}", mend="unlock a cell")
    if total >= 0 and held > total * (1 + 1e-12):
        raise SpreadImpossible(
            f"Locked cells already hold {held:g} of {total:g}", mend="unlock a cell or enter a higher total"
        )
