import pytest

from steelyard.errors import UnknownPeriod
from steelyard.grid.calendar import Calendar
from steelyard.web.worksheet.columns import lay_columns
from steelyard.web.worksheet.editing import column_span

MONTHS = Calendar.months("2026-01-01", 30)


def keys(**asked):
    given = {"time": "period", "past": 2, "totals": False} | asked
    return [column.key for column in lay_columns(MONTHS, 6, **given)]


def test_only_the_wanted_past_is_shown():
    assert keys()[:3] == ["2026-05", "2026-06", "2026-07"]
    assert len(keys()) == 26


def test_a_year_ends_with_its_total():
    shown = keys(totals=True)
    assert shown.index("total:FY2026") == shown.index("2026-12") + 1
    assert shown[-1] == "total:FY2028"


def test_quarters_gather_periods():
    columns = lay_columns(MONTHS, 6, time="quarter", past=6, totals=False)
    assert [(c.key, c.start, c.stop, c.kind) for c in columns[:3]] == [
        ("2026-Q1", 0, 3, "history"),
        ("2026-Q2", 3, 6, "history"),
        ("2026-Q3", 6, 9, "horizon"),
    ]


def test_a_quarter_cut_by_the_view_is_shown_whole():
    assert lay_columns(MONTHS, 6, time="quarter", past=2, totals=False)[0].start == 3


def test_past_and_future_of_a_year_are_not_added_up():
    columns = lay_columns(MONTHS, 6, time="period", past=2, totals=True)
    assert [(c.key, c.label, c.start, c.stop, c.editable) for c in columns if c.kind == "total"][:3] == [
        ("total:FY2026:to_date", "FY2026 to date", 0, 6, False),
        ("total:FY2026", "FY2026 to go", 6, 12, True),
        ("total:FY2027", "FY2027", 12, 24, True),
    ]


def test_a_quarter_that_runs_is_told_in_two():
    columns = lay_columns(MONTHS, 7, time="quarter", past=7, totals=False)
    assert [(c.key, c.label, c.kind, c.start, c.stop) for c in columns[2:4]] == [
        ("2026-Q3:to_date", "Q3 26 to date", "history", 6, 7),
        ("2026-Q3", "Q3 26 to go", "horizon", 7, 9),
    ]


def test_the_key_of_a_column_leads_back_to_its_periods():
    for column in lay_columns(MONTHS, 7, time="quarter", past=7, totals=True):
        first, last = column_span(MONTHS, column.key, 7)
        assert (max(first, 7) if column.editable else first, last) == (column.start, column.stop - 1)


def test_past_cannot_be_edited():
    assert [c.editable for c in lay_columns(MONTHS, 6, time="period", past=2, totals=False)[:3]] == [False, False, True]


def test_an_unknown_time_level_is_refused():
    with pytest.raises(UnknownPeriod):
        lay_columns(MONTHS, 6, time="decade", past=2, totals=False)
