"""Receipt limits: the planning fence, and the least and most new orders that planners allow."""

from dataclasses import dataclass

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray


@dataclass(frozen=True, eq=False)
class ReceiptLimits:
    """What planners allow of new orders; only rows for which they say something are held.

    Args:
        fence: First period into which new orders are planned, by row.
        place: Where the limits of a row stand, -1 where there are none.
        least: Least receipts, limited row x period [units]; NaN sets nothing. It goes before fence and most.
        most: Most receipts, likewise.
    """

    fence: IntArray
    place: IntArray
    least: Array
    most: Array

    @classmethod
    def none(cls, rows: int) -> "ReceiptLimits":
        """Nothing is limited."""
        return cls(np.zeros(rows, np.int64), np.full(rows, -1), np.empty((0, 0)), np.empty((0, 0)))

    def padded(self, more: int) -> "ReceiptLimits":
        """With so many more rows behind, which nothing limits."""
        if not more:
            return self
        fence, place = np.zeros(more, np.int64), np.full(more, -1)
        return ReceiptLimits(
            np.concatenate((self.fence, fence)), np.concatenate((self.place, place)), self.least, self.most
        )

    def take(self, rows: IntArray) -> "ReceiptLimits":
        """Those of some rows."""
        return ReceiptLimits(self.fence[rows], self.place[rows], self.least, self.most)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def allowed_lot(lot: float, least: float, most: float) -> float:
    """A lot within what a planner allows; NaN sets nothing, the least goes before the most."""
    if lot > most:
        lot = most
    return least if lot < least else lot
