"""Calendars: periods without gaps, exact moves between weeks and months."""

from datetime import date

import numpy as np
import pytest

from steelyard.errors import CalendarInvalid, UnknownPeriod
from steelyard.grid.calendar import Calendar, convert_periods


def test_months_are_labelled_on_every_level():
    cal = Calendar.months("2026-11-15", 4, fiscal_start=4)
    assert cal.labels == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert cal.levels["quarter"] == ("2026-Q4", "2026-Q4", "2027-Q1", "2027-Q1")
    assert cal.levels["fiscal_year"] == ("FY2027",) * 4


def test_fiscal_year_that_is_the_calendar_year():
    assert Calendar.months("2026-12-01", 2).levels["fiscal_year"] == ("FY2026", "FY2027")


def test_days_count_leap_years():
    assert Calendar.months("2028-02-01", 1).days.tolist() == [29.0]


def test_445_year_has_52_weeks():
    cal = Calendar.weeks_445("2026-02-02", 2)
    assert cal.size == 24
    assert cal.days.reshape(-1, 3).tolist() == [[28.0, 28.0, 35.0]] * 8
    assert cal.members("quarter")[0][:2] == ("FY2026-Q1", "FY2026-Q2")


def test_pattern_that_is_no_quarter_is_refused():
    with pytest.raises(CalendarInvalid, match="13 weeks"):
        Calendar.weeks_445("2026-02-02", 1, pattern=(4, 4, 4))


def test_imported_table_with_a_gap_names_the_periods():
    with pytest.raises(CalendarInvalid, match=r"gap.*P1 and P2"):
        Calendar.from_table([date(2026, 1, 1), date(2026, 2, 3)], [date(2026, 1, 31), date(2026, 2, 28)], ["P1", "P2"])


def test_imported_table_finds_its_season():
    starts = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]
    ends = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]
    assert Calendar.from_table(starts, ends, ["A", "B", "C"]).periods_per_year == 4


def test_dates_outside_are_nowhere():
    cal = Calendar.months("2026-01-01", 2)
    days = np.array(["2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "NaT"], dtype="datetime64[D]")
    assert cal.locate(days).tolist() == [-1, 0, 1, -1, -1]


def test_shifted_calendar_keeps_its_labels():
    cal = Calendar.months("2005-07-01", 3)
    moved = cal.shifted(2007)
    assert moved.labels == cal.labels
    assert moved.starts[0] == np.datetime64("2010-12-29")


def test_weeks_go_to_months_and_totals_stay_exact():
    weeks = Calendar.weeks("2026-11-02", 8)
    months = Calendar.months("2026-11-01", 3)
    values = np.random.default_rng(1).random((8, 5)) * 1000 / 7
    out = convert_periods(values, weeks, months)
    assert np.allclose(out.sum(axis=0), values.sum(axis=0), rtol=1e-15)


def test_months_go_to_days_and_back_exactly():
    months = Calendar.months("2026-01-01", 3)
    days = Calendar.from_table(
        [d.astype(date) for d in np.arange("2026-01-01", "2026-04-01", dtype="datetime64[D]")],
        [d.astype(date) for d in np.arange("2026-01-01", "2026-04-01", dtype="datetime64[D]")],
        [f"D{i}" for i in range(90)],
    )
    values = np.array([[100.0], [1.0], [7.0]]) / 3
    back = convert_periods(convert_periods(values, months, days), days, months)
    assert np.allclose(back, values, rtol=1e-14)


def test_unknown_period_gets_a_hint():
    with pytest.raises(UnknownPeriod, match="2026-01"):
        Calendar.months("2026-01-01", 3).position("2026-1")


def test_window_and_span_agree():
    cal = Calendar.months("2026-01-01", 6)
    span = cal.span("2026-02", "2026-04")
    assert cal.window(span.start, span.stop).labels == cal.labels[span]
    with pytest.raises(UnknownPeriod, match="before"):
        cal.span("2026-04", "2026-02")
