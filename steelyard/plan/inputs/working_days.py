"""Working days: how many days of each period a resource is worked, by the calendar it follows."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, BoolArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.rows import PlanRows

WEEK = "12345"
"""Days of the week that are worked where nothing else is said, 1 for Monday."""
_DIGITS = "^[1-7]{1,7}$"
Dates = NDArray[np.datetime64]


def working_days(extract: Extract, rows: PlanRows, calendar: Calendar) -> Array:
    """Days worked in each period by each resource.

    A resource follows its own calendar, else that of the supplier it stands for, else that of its location. Where
    none is named, the period table says how many days are worked, else the week is Monday to Friday.

    Args:
        extract: The accepted tables.
        rows: The series.
        calendar: The periods wanted.

    Returns:
        Days, period x resource.
    """
    followed = _followed(extract, rows)
    of_calendar = {name: days_worked(extract, name, calendar) for name in set(followed)}
    return np.stack([of_calendar[name] for name in followed], axis=1) if followed else np.zeros((calendar.size, 0))


def days_worked(extract: Extract, name: str | None, calendar: Calendar) -> Array:
    """Days worked in each period by one working calendar; by the period table or the usual week where it is None."""
    days = np.arange(calendar.edges[0], calendar.edges[-1])
    worked = _worked(extract, name, days)
    starts = (calendar.edges[:-1] - calendar.edges[0]).astype(np.int64)
    counted = np.add.reduceat(worked.astype(np.float64), starts) if days.size else np.zeros(calendar.size)
    return counted if name is not None else _told_by_periods(extract, calendar, counted)


def _followed(extract: Extract, rows: PlanRows) -> list[str | None]:
    """Working calendar of each resource, None where nobody names one."""
    table = extract.tables["resource"].select("resource_id", "location_id", own="calendar_id")
    suppliers = extract.tables["supplier"].select(resource_id="supplier_id", theirs="calendar_id")
    places = extract.tables["location"].select("location_id", here="calendar_id")
    named = table.join(suppliers, on="resource_id", how="left").join(places, on="location_id", how="left")
    calendar = dict(named.select("resource_id", pl.coalesce("own", "theirs", "here")).iter_rows())
    return [calendar.get(resource) for resource in rows.resources.members["resource"].to_list()]


def _worked(extract: Extract, name: str | None, days: Dates) -> BoolArray:
    """Whether each day is worked; a later exception goes before an earlier one."""
    weeks = extract.tables["working_calendar"].filter(pl.col("calendar_id") == (name or ""))["weekdays"]
    said = weeks.filter(weeks.str.contains(_DIGITS))
    week = str(said[0]) if len(said) else WEEK
    worked = np.is_busday(days, weekmask="".join("1" if str(day) in week else "0" for day in range(1, 8)))
    exceptions = extract.tables["calendar_exception"].filter(pl.col("calendar_id") == (name or "")).sort("start_date")
    for start, end, at_work in exceptions.select("start_date", "end_date", "working").iter_rows():
        worked[_between(days, start, end or start)] = bool(at_work)
    return np.asarray(worked)


def _between(days: Dates, start: date, end: date) -> BoolArray:
    return np.asarray((days >= np.datetime64(start)) & (days <= np.datetime64(end)))


def _told_by_periods(extract: Extract, calendar: Calendar, counted: Array) -> Array:
    """Working days as the period table states them, counted where it does not."""
    table = extract.tables["period"].filter(pl.col("working_days").is_not_null())
    told = dict(table.select("period_id", "working_days").iter_rows())
    return np.array([told.get(label, days) for label, days in zip(calendar.labels, counted.tolist(), strict=True)])
