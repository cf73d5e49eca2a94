"""Limits of receipts in a plan: the planning fence, and what planners set of new orders."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from steelyard.grid.block import Blocks, IntArray, is_silent
from steelyard.plan.calculation import Value
from steelyard.supply.layout import cuts_of
from steelyard.supply.receipt_limits import ReceiptLimits

Values = Mapping[str, Value]

LIMITS = ("minimum_receipts", "maximum_receipts")
"""What planners set of new orders; most cells hold nothing."""


def receipt_limits(values: Values) -> ReceiptLimits:
    """Planning fence, least and most receipts of all rows; blocks in which nobody says anything cost nothing."""
    least, most = (cast(Blocks, values[name]) for name in LIMITS)
    fence, found = cast(IntArray, values["planning_fence"]), []
    for (start, _), low, high in zip(cuts_of(least), least, most, strict=True):
        if not (is_silent(low) and is_silent(high)):
            said = np.flatnonzero((np.isfinite(low) | np.isfinite(high)).any(axis=0))
            found.append((said + start, low[:, said].T, high[:, said].T))
    place = np.full(fence.size, -1)
    if not found:
        return ReceiptLimits(fence, place, np.empty((0, 0)), np.empty((0, 0)))
    rows, low_rows, high_rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
    place[rows] = np.arange(rows.size)
    return ReceiptLimits(fence, place, np.ascontiguousarray(low_rows), np.ascontiguousarray(high_rows))
