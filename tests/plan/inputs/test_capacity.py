"""Capacity by shifts: working days of the calendar, shutdowns, machines side by side, utilisation and efficiency."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pytest

from steelyard.grid.block import Array
from steelyard.plan.inputs.capacity import offered_capacity
from steelyard.plan.inputs.demand import demand_lines
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import plan_periods
from steelyard.plan.inputs.rows import plan_rows
from tests.company import LINE, PLANT, _location, _resource, company

Rows = Sequence[Mapping[str, object]]
SHIFTS = {"resource_id": LINE, "shifts": 2.0, "hours_per_shift": 8.0}
JANUARY, FEBRUARY, MARCH = 22, 20, 22
"""Days from Monday to Friday in 2026."""


def hours(periods: int = 3, **tables: Rows) -> Array:
    """Rated hours of the line in the first planned months of 2026."""
    inputs = freeze_inputs(company(items=2, replace=tables), PlanParameters(horizon=periods))
    return np.concatenate(inputs.values["capacity_available"], axis=1)[:, 0]


def test_shifts_are_worked_on_the_working_days_of_a_usual_week() -> None:
    assert hours(resource_capacity=[SHIFTS]).tolist() == [16.0 * days for days in (JANUARY, FEBRUARY, MARCH)]


def test_a_stated_figure_goes_before_the_shifts_beside_it() -> None:
    rows = [SHIFTS, {**SHIFTS, "period_id": "2026-02", "available": 100.0}]
    assert hours(resource_capacity=rows).tolist() == [16.0 * JANUARY, 100.0, 16.0 * MARCH]


def test_shifts_of_a_period_go_on_by_the_working_days_of_later_ones() -> None:
    rows = [{**SHIFTS, "period_id": "2026-01"}]
    assert hours(resource_capacity=rows).tolist() == [16.0 * days for days in (JANUARY, FEBRUARY, MARCH)]


def test_holidays_and_shutdowns_of_the_calendar_are_not_worked() -> None:
    closed = [
        {"calendar_id": "PLANT", "start_date": date(2026, 1, 1), "name": "New Year"},
        {"calendar_id": "PLANT", "start_date": date(2026, 2, 9), "end_date": date(2026, 2, 15), "name": "Shutdown"},
        {"calendar_id": "PLANT", "start_date": date(2026, 3, 7), "working": True, "name": "Saturday for the shutdown"},
    ]
    found = hours(
        resource=[{**_resource(), "calendar_id": "PLANT"}],
        resource_capacity=[SHIFTS],
        working_calendar=[{"calendar_id": "PLANT"}],
        calendar_exception=closed,
    )
    assert found.tolist() == [16.0 * days for days in (JANUARY - 1, FEBRUARY - 5, MARCH + 1)]


def test_a_resource_follows_its_own_calendar_before_that_of_its_location() -> None:
    places = [{**_location(PLANT, "plant", "north"), "calendar_id": "SIX"}, _location("D1", "dc", "north")]
    places.append(_location("D2", "dc", "south"))
    weeks = [{"calendar_id": "SIX", "weekdays": "123456"}, {"calendar_id": "FOUR", "weekdays": "1234"}]
    here = hours(1, location=places, resource_capacity=[SHIFTS], working_calendar=weeks)
    own = hours(
        1,
        location=places,
        resource=[{**_resource(), "calendar_id": "FOUR"}],
        resource_capacity=[SHIFTS],
        working_calendar=weeks,
    )
    assert (here.tolist(), own.tolist()) == ([16.0 * 27], [16.0 * 17])


def test_the_period_table_tells_working_days_where_no_calendar_is_named() -> None:
    months = [(2024 + n // 12, n % 12 + 1) for n in range(27)]
    table = [
        {
            "period_id": f"{year}-{month:02d}", "start_date": date(year, month, 1),
            "end_date": date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1),
            "working_days": 18.0 if (year, month) == (2026, 2) else None,
        }
        for year, month in months
    ]  # fmt: skip
    assert hours(resource_capacity=[SHIFTS], period=table).tolist() == [16.0 * JANUARY, 16.0 * 18, 16.0 * MARCH]


def test_rated_hours_are_side_by_side_utilisation_efficiency_and_downtime() -> None:
    line = {**_resource(), "parallel_units": 3.0, "utilisation": 0.9, "efficiency": 0.8}
    rows = [{**SHIFTS, "planned_downtime": 56.0}]
    found = hours(1, resource=[line], resource_capacity=rows)
    assert found.tolist() == pytest.approx([(3 * 16.0 * JANUARY - 56.0) * 0.72])


def test_machines_side_by_side_do_not_multiply_a_stated_figure() -> None:
    line = {**_resource(), "parallel_units": 3.0}
    assert hours(1, resource=[line], resource_capacity=[{"resource_id": LINE, "available": 70.0}]).tolist() == [70.0]


def test_what_is_offered_is_what_stands_before_utilisation() -> None:
    extract = company(items=2, replace={"resource": [{**_resource(), "utilisation": 0.5}]})
    parameters = PlanParameters(horizon=2)
    rows = plan_rows(extract, demand_lines(extract, parameters), parameters)
    assert offered_capacity(extract, rows, plan_periods(extract, parameters)).tolist() == [[160.0], [160.0]]
