"""Periods of a plan: where history ends, and calendars that are not plain months."""

import dataclasses
from datetime import date, timedelta

import polars as pl
import pytest

from steelyard.data.extract import Extract
from steelyard.errors import PlanError
from steelyard.plan.inputs import PlanInputs, PlanParameters, freeze_inputs
from tests.company import company, extract_of

SHORT = PlanParameters(horizon=6)


def month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def fiscal_table(first: date, count: int) -> list[dict[str, object]]:
    """Months of a fiscal year that begins in July and is named after the year in which it ends."""
    rows: list[dict[str, object]] = []
    for _ in range(count):
        year, quarter = first.year + (first.month >= 7), (first.month - 7) % 12 // 3 + 1
        rows.append({
            "period_id": f"{first:%Y-%m}", "start_date": first, "end_date": month_after(first) - timedelta(days=1),
            "fiscal_year": f"FY{year}", "quarter": f"FY{year}-Q{quarter}",
        })  # fmt: skip
        first = month_after(first)
    return rows


def frozen(extract: Extract) -> PlanInputs:
    return freeze_inputs(extract, SHORT)


@pytest.mark.parametrize(
    ("as_of", "last"),
    [(date(2025, 12, 31), "2025-12"), (date(2025, 12, 30), "2025-11"), (date(2026, 1, 1), "2025-12")],
)
def test_a_period_is_history_once_it_has_ended(as_of, last):
    inputs = frozen(dataclasses.replace(company(), as_of=as_of))
    assert inputs.periods("history").labels[-1] == last


def test_fiscal_years_and_quarters_go_on_as_the_period_table_counts_them():
    inputs = frozen(company(replace={"period": fiscal_table(date(2024, 1, 1), 24)}))
    levels = dict(zip(inputs.calendar.labels, inputs.calendar.levels["fiscal_year"], strict=True))
    assert (levels["2026-06"], levels["2025-07"]) == ("FY2026", "FY2026")
    quarters = dict(zip(inputs.calendar.labels, inputs.calendar.levels["quarter"], strict=True))
    assert (quarters["2026-01"], quarters["2026-04"]) == ("FY2026-Q3", "FY2026-Q4")
    longer = freeze_inputs(company(replace={"period": fiscal_table(date(2024, 1, 1), 24)}), PlanParameters(horizon=8))
    assert longer.calendar.levels["fiscal_year"][-2:] == ("FY2027", "FY2027")


def test_a_period_table_has_the_same_levels_whether_it_has_to_be_continued_or_not():
    short, long = (frozen(company(replace={"period": fiscal_table(date(2024, 1, 1), n)})) for n in (24, 48))
    assert short.calendar.labels == long.calendar.labels
    assert short.calendar.levels == long.calendar.levels


def test_months_of_weeks_are_named_by_the_year_they_lie_in():
    inputs = frozen(dataclasses.replace(company(periods=12), calendar="445"))
    assert inputs.calendar.labels[0] == "FY2025-P01"
    assert inputs.periods("horizon").labels[0] == "FY2026-P01"


def test_weeks_of_a_period_table_roll_up_to_months():
    monday = date(2024, 1, 1)
    weeks = [
        {"period_id": f"W{n}", "start_date": monday + timedelta(7 * n), "end_date": monday + timedelta(7 * n + 6)}
        for n in range(110)
    ]
    calendar = frozen(company(replace={"period": weeks})).calendar
    assert dict(zip(calendar.labels, calendar.levels["month"], strict=True))["W100"] == "2025-12"


def ready_made(*rows: tuple[str, float], calendar: str = "months") -> Extract:
    tables = {
        "item": [{"item_id": "A", "description": "A", "base_uom": "EA", "item_type": "finished"}],
        "location": [{"location_id": "P", "location_type": "plant"}],
        "demand_history": [
            {"item_id": "A", "location_id": "P", "period_id": p, "measure": "ordered", "quantity": q} for p, q in rows
        ],
    }
    return dataclasses.replace(extract_of(tables, as_of=date(2026, 3, 31)), calendar=calendar)


def history_of(extract: Extract) -> dict[str, float]:
    inputs = frozen(extract)
    return dict(zip(inputs.periods("history").labels, inputs.values["demand_history"][0][:, 0].tolist(), strict=True))


def test_ready_made_history_stands_in_its_month():
    assert history_of(ready_made(("2026-01", 5.0), ("2026-03", 7.0))) == {
        "2026-01": 5.0,
        "2026-02": 0.0,
        "2026-03": 7.0,
    }


def test_ready_made_history_stands_in_its_week():
    found = history_of(ready_made(("2026-W11", 5.0), ("2026-03-16", 7.0), calendar="weeks"))
    assert found == {"2026-W11": 5.0, "2026-W12": 7.0, "2026-W13": 0.0}


def test_ready_made_history_of_an_unknown_period_is_not_lost_silently():
    with pytest.raises(PlanError, match=r"P07.*period table"):
        frozen(ready_made(("2026-01", 5.0), ("P07", 7.0)))


def test_ready_made_history_is_not_added_to_sales_lines():
    both = company(items=1)
    history = ready_made(("2025-01", 1e6)).tables["demand_history"]
    history = history.with_columns(pl.lit("I0").alias("item_id"), pl.lit("D1").alias("location_id"))
    mixed = dataclasses.replace(both, tables={**both.tables, "demand_history": history})
    assert frozen(mixed).digest == frozen(both).digest
