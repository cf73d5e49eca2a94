"""Budgets: schedules balance, credit lines keep the minimum and end where cash allows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ModelError
from steelyard.finance.budget import cash_budget, labour_budget, overhead_budget, stock_schedule
from steelyard.finance.cash import open_balance, spread_payments
from steelyard.finance.investment import annuity, internal_rate, net_present_value, payback_period

AMOUNTS = st.lists(st.floats(0, 1000), min_size=1, max_size=8)


@given(AMOUNTS, st.floats(0, 1), st.floats(0, 500))
def test_a_schedule_balances_in_every_period(need: list[float], share: float, following: float) -> None:
    plan = stock_schedule(np.array(need), ending_share=share, opening=10.0, following_need=following, buffer=5.0)
    assert np.allclose(plan.opening + plan.received, plan.need + plan.ending)
    assert np.allclose(plan.opening[1:], plan.ending[:-1])


def test_stock_may_follow_its_own_need_or_be_stated() -> None:
    need = np.array([100.0, 200.0])
    assert stock_schedule(need, ending_share=0.1, base="own_need", opening=0).ending.tolist() == [10, 20]
    assert stock_schedule(need, ending=30.0, opening=30, last_ending=0).received.tolist() == [100, 170]
    with pytest.raises(ModelError, match="last period"):
        stock_schedule(need, ending_share=0.1)


@given(AMOUNTS, st.lists(st.floats(0, 1000), min_size=8, max_size=8), st.booleans())
def test_cash_never_falls_below_the_minimum_and_balances(into: list[float], out: list[float], whole: bool) -> None:
    receipts, spent = np.array(into), np.array(out[: len(into)])
    budget = cash_budget(
        receipts, spent, opening=50.0, minimum=50.0, interest_rate=0.01, increment=10.0 if whole else 0.0
    )
    assert (budget.ending >= 50 - 1e-6).all()
    moved = receipts - spent + budget.borrowed - budget.repaid - budget.interest
    assert np.allclose(budget.opening + moved, budget.ending)
    assert np.allclose(np.cumsum(budget.borrowed - budget.repaid), budget.debt)
    assert (budget.debt >= -1e-9).all()


def test_interest_each_period_is_paid_on_all_that_is_owed() -> None:
    budget = cash_budget(
        np.array([0.0, 300.0]), np.array([100.0, 0.0]), opening=0.0, interest_rate=0.1, interest_on="outstanding"
    )
    assert budget.borrowed.tolist() == [100, 0]
    assert budget.interest.tolist() == [0, 10]
    assert budget.ending.tolist() == [0, 190]


def test_payments_of_earlier_periods_fall_in() -> None:
    cash = spread_payments(np.array([100.0, 100.0]), np.array([0.5, 0.3, 0.2]), before=np.array([40.0, 60.0]))
    assert cash.tolist() == [50 + 18 + 8, 50 + 30 + 12]
    assert open_balance(np.array([100.0]), np.array([76.0]), opening=34.0, written_off=8.0).tolist() == [50]


def test_labour_and_overhead() -> None:
    labour = labour_budget(np.array([10.0, 100.0]), 1.0, 20.0, guaranteed_hours=40, regular_hours=80, overtime_rate=30)
    assert labour.cost.tolist() == [800, 80 * 20 + 20 * 30]
    overhead = overhead_budget(np.array([100.0, 300.0]), 2.0, 500.0, depreciation=100.0)
    assert overhead.total.tolist() == [700, 1100]
    assert overhead.cash.tolist() == [600, 1000]
    assert overhead.rate == 4.5


def test_worth_over_time() -> None:
    cash = np.array([-1000.0, 400.0, 400.0, 400.0])
    assert np.isclose(net_present_value(cash, internal_rate(cash)), 0, atol=1e-6)
    assert payback_period(cash, rate=0.1) == float("inf")
    assert payback_period(np.array([100.0])) == 0
    assert np.isnan(internal_rate(np.array([1.0, 2.0])))
    assert annuity(900, 0.0, 3) == 300
    with pytest.raises(ModelError):
        annuity(900, 0.1, 0)
