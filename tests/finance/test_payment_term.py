"""Payment terms by hand: half a month more is half of last month's invoices more."""

import numpy as np
import pytest

from steelyard.finance.payment_term import cash_paid, open_invoices


@pytest.mark.parametrize(("days", "expected"), [(0.0, 0.0), (15.0, 50.0), (30.0, 100.0), (45.0, 140.0), (90.0, 210.0)])
def test_invoices_of_the_last_days_are_open(days: float, expected: float) -> None:
    found = open_invoices(np.array([[100.0]]), np.array([days]), np.array([[30.0], [80.0]]), 30.0)
    assert found[0, 0] == pytest.approx(expected)


def test_what_was_open_is_paid_and_nothing_is_lost() -> None:
    rng = np.random.default_rng(3)
    amount, days = rng.uniform(0, 9, (24, 5)), np.array([0.0, 10.0, 30.0, 47.0, 75.0])
    none = np.zeros((0, 5))
    left = open_invoices(amount, days, none, 30.0)
    paid = cash_paid(amount, left, np.zeros(5))
    assert (paid >= -1e-9).all()
    assert paid.sum(axis=0) + left[-1] == pytest.approx(amount.sum(axis=0))
