"""Period name: the days a period name stands for, by the period table or by its form."""

import re
from calendar import monthrange
from datetime import date, timedelta

import polars as pl

from steelyard.data.manifest import CalendarKind

Days = tuple[date, date]
DAY = timedelta(days=1)
MEAN_DAYS: dict[CalendarKind, float] = {"months": 365.25 / 12, "weeks": 7.0, "445": 364 / 12, "table": 365.25 / 12}
FORMS: dict[CalendarKind, str] = {
    "months": r"\d{4}-\d{2}",
    "weeks": r"\d{4}-W\d{2}",
    "445": r"FY\d{4}-P(0[1-9]|1[0-2])",
}
"""How periods are called where there is no period table."""
ONE_DAY = r"\d{4}-\d{2}-\d{2}"
LONG = {"quarter": r"\d{4}-Q[1-4]", "quarter of 445": r"FY\d{4}-Q[1-4]", "year": r"(FY)?\d{4}"}
"""How quarters and years are called where the period table does not name them."""
QUARTER = (0, 4, 8)
"""Weeks of a quarter before its first, second and third period of 4, 4 and 5 weeks."""


def period_days(names: pl.Series, periods: pl.DataFrame) -> pl.DataFrame:
    """First and last day of each period that is named: period_id, start, end; names without days are left out.

    The period table goes first, with its quarters and fiscal years; then YYYY-MM is a month, YYYY-Www an ISO week,
    FYyyyy-Pnn a period of 4-4-5 weeks, YYYY-Qn and FYyyyy-Qn a quarter, YYYY and FYyyyy a year, YYYY-MM-DD the day.

    Args:
        names: Names of periods, with repeats.
        periods: The period table; may be empty.
    """
    table = _long_periods(periods)
    table |= {name: (start, end) for name, start, end in periods.select("period_id", "start_date", "end_date").rows()}
    days = {name: table.get(name) or days_of(name) for name in names.drop_nulls().unique().sort().to_list()}
    rows = [(name, *found) for name, found in days.items() if found]
    return pl.DataFrame(rows, schema={"period_id": pl.String, "start": pl.Date, "end": pl.Date}, orient="row")


def _long_periods(periods: pl.DataFrame) -> dict[str, Days]:
    """Quarters and fiscal years that the period table names, where their periods follow each other without a gap."""
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    found: dict[str, Days] = {}
    for level in ("fiscal_year", "quarter"):
        named = periods.filter(pl.col(level).is_not_null())
        ends = named.group_by(level).agg(pl.col("start_date").min(), pl.col("end_date").max(), days=days.sum())
        for name, start, end, total in ends.iter_rows():
            if (end - start).days + 1 == total:
                found[str(name)] = (start, end)
    return found


def days_of(name: str) -> Days | None:
    """First and last day of a month, ISO week, 4-4-5 period, quarter, year or day by its name; None if it is none.

    Example:
        >>> [day.isoformat() for day in days_of("2026-02")]
        ['2026-02-01', '2026-02-28']
    """
    try:
        if re.fullmatch(ONE_DAY, name):
            return date.fromisoformat(name), date.fromisoformat(name)
        if re.fullmatch(FORMS["months"], name):
            year, month = int(name[:4]), int(name[5:])
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        if re.fullmatch(FORMS["weeks"], name):
            monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
            return monday, monday + 6 * DAY
        if re.fullmatch(FORMS["445"], name):
            return _days_of_445(int(name[2:6]), int(name[8:]))
        return _days_of_long(name)
    except ValueError:
        return None
    return None


def _days_of_long(name: str) -> Days | None:
    if re.fullmatch(LONG["quarter"], name):
        year, month = int(name[:4]), 3 * int(name[6:])
        return date(year, month - 2, 1), date(year, month, monthrange(year, month)[1])
    if re.fullmatch(LONG["quarter of 445"], name):
        year, last = int(name[2:6]), 3 * int(name[8:])
        return _days_of_445(year, last - 2)[0], _days_of_445(year, last)[1]
    if re.fullmatch(LONG["year"], name):
        return date(int(name[-4:]), 1, 1), date(int(name[-4:]), 12, 31)
    return None


def _days_of_445(year: int, number: int) -> Days:
    """The year begins with ISO week 1; a week 53 belongs to its last period."""
    quarter, place = divmod(number - 1, 3)
    start = date.fromisocalendar(year, 1, 1) + timedelta(weeks=13 * quarter + QUARTER[place])
    if number == 12:
        return start, date.fromisocalendar(year + 1, 1, 1) - DAY
    return start, start + timedelta(weeks=5 if place == 2 else 4) - DAY


def horizon_days(calendar: CalendarKind, periods: pl.DataFrame, as_of: date, count: int) -> Days:
    """First and last day of the planned periods: from the period that the day after the as-of date lies in."""
    first = as_of + DAY
    if not periods.height and calendar == "months":
        start = first.replace(day=1)
        month = start.year * 12 + start.month - 1 + count
        return start, date(month // 12, month % 12 + 1, 1) - DAY
    return first, first + timedelta(days=round(count * mean_days(calendar, periods))) - DAY


def mean_days(calendar: CalendarKind, periods: pl.DataFrame) -> float:
    """Mean length of a period in days."""
    if not periods.height:
        return MEAN_DAYS[calendar]
    lengths = periods.select((pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1).to_series()
    return float(lengths.sum()) / periods.height


def first_without(covered: pl.DataFrame, horizon: Days) -> date | None:
    """First day of the horizon that no period of a frame with start and end covers; None where all are."""
    day, last = horizon
    for start, end in covered.select("start", "end").sort("start").iter_rows():
        if start > day:
            break
        day = max(day, end + DAY)
    return day if day <= last else None


def days_without(covered: pl.DataFrame, horizon: Days) -> int:
    """Days of the horizon that no period of a frame with start and end covers; its periods do not overlap."""
    first, last = horizon
    inside = covered.unique(["start", "end"]).select(
        (pl.min_horizontal("end", pl.lit(last)) - pl.max_horizontal("start", pl.lit(first))).dt.total_days() + 1
    )
    shown = inside.to_series().clip(0)
    return max((last - first).days + 1 - int(shown.sum()), 0)
