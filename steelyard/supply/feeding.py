"""Feeding: rows that are sources of item-locations, and bring what they receive into the stock of these."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Feeding:
    """Which rows feed the stock of others.

    Args:
        feeds: Row whose stock the receipts of a row go into; its own where it is no source of another.
        start: Where the sources of a row begin in `source`; one longer than rows.
        source: Rows that feed others, by the row they feed.
    """

    feeds: IntArray
    start: IntArray
    source: IntArray

    @classmethod
    def of(cls, feeds: IntArray) -> "Feeding":
        """Group sources by what they feed."""
        source = np.flatnonzero(feeds != np.arange(feeds.size))
        source = source[np.argsort(feeds[source], kind="stable")]
        start = np.searchsorted(feeds[source], np.arange(feeds.size + 1)).astype(np.int64)
        return cls(feeds.astype(np.int64), start, source.astype(np.int64))

    @classmethod
    def none(cls, rows: int) -> "Feeding":
        """Every row is received itself."""
        return cls.of(np.arange(rows))

    @property
    def fed(self) -> BoolArray:
        """Rows that are received through sources."""
        return np.asarray(np.diff(self.start) > 0)

    def gather(self, values: Array) -> Array:
        """Values `[period, row]` with those of fed rows the sum of their sources; the same array where there are none.

        Example:
            >>> Feeding.of(np.array([0, 1, 0, 0])).gather(np.array([[9.0, 1.0, 2.0, 3.0]]))
            array([[5., 1., 2., 3.]])
        """
        if not self.source.size:
            return values
        out = values.copy()
        out[..., self.fed] = 0.0
        for row in self.source.tolist():
            out[..., self.feeds[row]] += values[..., row]
        return out

    def without_fed(self, values: Array) -> Array:
        """Values with nothing for fed rows; the same array where there are none."""
        return np.where(self.fed, 0.0, values) if self.source.size else values
