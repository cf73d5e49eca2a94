"""Beside: another plan on the lines and columns of a sheet, and what differs from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Grain
from steelyard.plan.plan import Plan
from steelyard.web.worksheet.address import Pairs
from steelyard.web.worksheet.columns import Column
from steelyard.web.worksheet.cube import Cube, Scope
from steelyard.web.worksheet.tree import Level

Variant = Literal["", "delta", "percent"]
VARIANTS: tuple[Variant, ...] = ("", "delta", "percent")
"""What the lines of a measure tell where another plan stands beside: the number, the difference, and in percent."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Another plan that a sheet is held against."""

    name: str
    """As people call it."""
    cube: Cube

    def differences(self, own: Cube, measure: str, level: Level, variant: Variant) -> Array | None:
        """The sheet's numbers less those of the other plan, or in percent of those: `[column, node]`.

        Where only one of the plans has a number, the other counts as zero; a ratio needs both.
        """
        here = own.values(measure, level)
        there = self.cube.values(measure, level) if measure in self.cube.plan.measures else None
        if here is None or there is None:
            return None
        if not own.plan.measure(measure).is_ratio:
            known = np.isfinite(here) | np.isfinite(there)
            here, there = np.where(known, np.nan_to_num(here), np.nan), np.where(known, np.nan_to_num(there), np.nan)
        delta = here - there
        if variant == "delta":
            return delta
        base = np.where(there == 0, np.nan, np.abs(there))
        return np.asarray(100.0 * delta / base)


def lay_beside(name: str, other: Plan, plan: Plan, columns: Sequence[Column], view_filter: Pairs) -> Beside:
    """Lay another plan on the columns of a sheet; periods are matched by label.

    Args:
        name: What it is called.
        other: The other plan; it may stand on another month's calendar.
        plan: The plan of the sheet.
        columns: The sheet's columns.
        view_filter: The members the view is narrowed to.
    """
    moved = tuple(_on(other.calendar, plan.calendar, column) for column in columns)
    scopes: dict[Grain, Scope] = {}
    for grain, series in other.inputs.series.items():
        if series.has(dict(view_filter)):
            scopes[grain] = {level: tuple(m for m in ms if series.has_member(level, m)) for level, ms in view_filter}
    return Beside(name, Cube(other, moved, scopes))


def _on(calendar: Calendar, own: Calendar, column: Column) -> Column:
    """The same periods in another calendar; none where it lacks one of them."""
    labels = own.labels[column.start : column.stop]
    known = {label: place for place, label in enumerate(calendar.labels)}
    if not labels or not all(label in known for label in labels):
        return replace(column, start=0, stop=0)
    return replace(column, start=known[labels[0]], stop=known[labels[-1]] + 1)
