import pytest

from steelyard.errors import UnknownPeriod
from steelyard.grid.calendar import Calendar
from steelyard.web.worksheet.columns import lay_columns

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


def test_a_quarter_cut_by_the_view_keeps_what_is_shown():
    assert lay_columns(MONTHS, 6, time="quarter", past=2, totals=False)[0].start == 4


def test_past_cannot_be_edited():
    assert [c.editable for c in lay_columns(MONTHS, 6, time="period", past=2, totals=False)[:3]] == [False, False, True]


def test_an_unknown_time_level_is_refused():
    with pytest.raises(UnknownPeriod):
        lay_columns(MONTHS, 6, time="decade", past=2, totals=False)
