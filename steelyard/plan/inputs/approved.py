"""Approved receipts: new orders of a published plan, laid on the periods and item-locations of another plan."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Array, freeze
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows


@dataclass(frozen=True, eq=False)
class ApprovedReceipts:
    """New orders of a published plan.

    Args:
        places: Its item-locations (item, location).
        periods: Names of its planned periods.
        quantity: Constrained receipts, `[period, place]` [units].
    """

    places: pl.DataFrame
    periods: tuple[str, ...]
    quantity: Array


Approved = Callable[[str], ApprovedReceipts]
"""Opens the new orders of a published plan by its id."""


def approved_receipts(
    parameters: PlanParameters, approved: Approved | None, rows: PlanRows, calendar: Calendar
) -> Array:
    """New orders of the plan approved last, `[period, place]` [units].

    Args:
        parameters: Settings; `approved_plan` names the published plan.
        approved: Opens it.
        rows: The series of this plan.
        calendar: Its planned periods.

    Returns:
        NaN where that plan says nothing; an empty array where no plan is named.

    Raises:
        ChangeInvalid: The plan is not here.
    """
    if not parameters.approved_plan or approved is None:
        return freeze(np.empty((0, 0)))
    try:
        found = approved(parameters.approved_plan)
    except NotFound as fault:
        what = f"The parameter approved_plan names {parameters.approved_plan}, which is not here"
        raise ChangeInvalid(what, mend="name a published plan, or leave it empty") from fault
    row = rows.find("item_location", found.places)
    there = {label: t for t, label in enumerate(found.periods)}
    out = np.full((calendar.size, rows.places.size), np.nan)
    for t, label in enumerate(calendar.labels):
        if label in there:
            out[t, row[row >= 0]] = found.quantity[there[label], row >= 0]
    return freeze(out)
