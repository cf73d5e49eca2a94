"""Currencies: direct, inverse and through the base."""

from datetime import date

import pytest

from steelyard.errors import ConversionMissing
from steelyard.grid.currency import CurrencyConversion

RATES = CurrencyConversion(
    {
        ("USD", "EUR", "plan"): ((date(2026, 1, 1), 0.9), (date(2026, 7, 1), 0.8)),
        ("GBP", "EUR", "plan"): ((date(2026, 1, 1), 1.2),),
    },
    "EUR",
)


def test_rate_holds_from_its_day():
    assert RATES.rate("USD", "EUR", date(2026, 6, 30)) == 0.9
    assert RATES.rate("USD", "EUR", date(2026, 7, 1)) == 0.8
    assert RATES.rate("USD", "EUR", date(2020, 1, 1)) == 0.9


def test_rates_go_back_and_through_the_base():
    assert RATES.rate("EUR", "GBP", date(2026, 2, 1)) == pytest.approx(1 / 1.2)
    assert RATES.rate("USD", "GBP", date(2026, 2, 1)) == pytest.approx(0.9 / 1.2)
    with pytest.raises(ConversionMissing, match="JPY"):
        RATES.rate("JPY", "EUR", date(2026, 2, 1))
