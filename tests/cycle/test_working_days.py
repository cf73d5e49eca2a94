"""Working days: holidays of countries, the company's own days, counting."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.cycle.working_days import WorkingDays, days_from_json, days_json
from steelyard.errors import CycleInvalid

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_german_may_day_is_no_working_day() -> None:
    germany = WorkingDays(("DE",))
    assert not germany.is_worked(date(2026, 5, 1))
    assert germany.nth(date(2026, 5, 1), 1) == date(2026, 5, 4)
    assert "Labor Day" in germany.holiday(date(2026, 5, 1))


def test_a_holiday_in_one_country_or_part_of_it_closes_the_company() -> None:
    both = WorkingDays(("DE-BY", "US"))
    assert not both.is_worked(date(2026, 11, 26))
    assert not both.is_worked(date(2026, 1, 6))
    assert WorkingDays(("DE", "US")).is_worked(date(2026, 1, 6))


def test_own_days_are_closed_and_worked() -> None:
    own = WorkingDays(closed=frozenset({date(2026, 11, 2)}), worked=frozenset({date(2026, 11, 1)}))
    assert own.nth(date(2026, 11, 1), 2) == date(2026, 11, 3)


def test_an_unknown_country_is_told() -> None:
    with pytest.raises(CycleInvalid, match="QQ"):
        WorkingDays(("QQ",))


def test_a_week_without_working_days_is_refused() -> None:
    with pytest.raises(CycleInvalid, match="at least one working day"):
        WorkingDays(weekend=frozenset(range(7)))


def test_days_come_back_as_they_were_kept() -> None:
    days = WorkingDays(("US",), frozenset({date(2026, 12, 24)}), frozenset({date(2026, 11, 7)}), frozenset({4, 5}))
    assert days_from_json(days_json(days)) == days


@given(DAYS, st.integers(1, 60))
def test_counting_to_the_nth_working_day_gives_n(start: date, number: int) -> None:
    days = WorkingDays(("US",))
    first = days.nth(start, 1)
    assert days.between(first, days.nth(start, number)) == number - 1


@given(DAYS, st.integers(-30, 30))
def test_every_day_found_is_worked(start: date, number: int) -> None:
    assert WorkingDays(("DE",)).is_worked(WorkingDays(("DE",)).nth(start, number))


@given(DAYS, DAYS)
def test_counting_backwards_is_the_negative(one: date, other: date) -> None:
    days = WorkingDays()
    assert days.between(one, other) == -days.between(other, one)
