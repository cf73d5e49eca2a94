"""Ledger: what a plan reckons with where no budget speaks."""

import pytest

from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.money.ledger import expected_ledger
from tests.company import company


def test_the_usual_expense_of_a_week_is_the_mean_of_a_year_not_of_twelve_weeks() -> None:
    months = [f"2025-{month:02}" for month in range(1, 13)]
    rows = [
        {"period_id": month, "measure": "operating_expense", "amount": 3100.0 if month == "2025-12" else 100.0}
        for month in months
    ]
    extract = company(replace={"actuals_gl": rows})
    history, ahead = Calendar.weeks("2024-12-30", 52), Calendar.weeks("2025-12-29", 4)
    rates = CurrencyConversion({}, extract.base_currency)
    found = expected_ledger(extract, history, ahead, rates, "operating_expense", ("budget",))
    assert found.values.tolist() == pytest.approx([4200.0 / 52] * 4, rel=0.1)
