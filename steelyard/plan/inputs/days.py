"""Days: how validity in days becomes periods of a plan."""

from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from steelyard.grid.block import IntArray
from steelyard.grid.calendar import Calendar

NEVER = date(9999, 12, 31)
ALWAYS = date(1900, 1, 1)


def first_period(days: pl.Series, calendar: Calendar, *, after: bool = False) -> IntArray:
    """First period that starts on or after a day; `after` asks for the first that starts later than the day."""
    side: Literal["left", "right"] = "right" if after else "left"
    day = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.searchsorted(calendar.edges[:-1].astype(np.int64), day, side=side).astype(np.int64)
