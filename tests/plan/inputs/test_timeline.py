"""Timelines: the row valid in each period, in base currency, whatever stretch of periods it spans."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from steelyard.errors import ConversionMissing
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.money import timeline

MEMBERS = pl.DataFrame({"item": ["A", "B"]})
RATES = CurrencyConversion({("EUR", "USD", "plan"): ((date(2026, 1, 1), 1.1), (date(2026, 3, 1), 1.2))}, "USD")


def rows(*given):
    names = ["item", "value", "currency", "valid_from", "valid_to"]
    kinds = {"value": pl.Float64, "currency": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    return pl.DataFrame([list(row) for row in given], schema_overrides=kinds, schema=names, orient="row")


def test_the_latest_row_counts_until_it_ends():
    frame = rows(
        ("A", 10.0, None, None, None), ("A", 12.0, None, date(2026, 2, 1), date(2026, 3, 31)),
        ("B", 5.0, "USD", date(2026, 4, 1), None),
    )  # fmt: skip
    found = timeline(frame, MEMBERS, ["item"], Calendar.months("2026-01", 5), RATES)
    assert found[:, 0].tolist() == [10.0, 12.0, 12.0, 10.0, 10.0]
    assert np.isnan(found[:3, 1]).all()
    assert found[3:, 1].tolist() == [5.0, 5.0]


def test_a_foreign_price_follows_the_rate_of_each_month():
    frame = rows(("A", 10.0, "EUR", None, None), ("B", 10.0, None, None, None))
    found = timeline(frame, MEMBERS, ["item"], Calendar.months("2026-01", 4), RATES)
    assert found[:, 0].tolist() == [10.0 * 1.1, 10.0 * 1.1, 10.0 * 1.2, 10.0 * 1.2]
    assert found[:, 1].tolist() == [10.0] * 4


def test_a_missing_rate_is_said():
    with pytest.raises(ConversionMissing, match="GBP"):
        timeline(rows(("A", 1.0, "GBP", None, None)), MEMBERS, ["item"], Calendar.months("2026-01", 2), RATES)
