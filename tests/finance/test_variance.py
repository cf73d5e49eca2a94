"""Variance: the effects of every cell add up to its difference."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.finance.variance import EFFECTS, MoneySide, explain_variance

UNITS = st.floats(0, 1e5).map(lambda value: round(value, 2))
SHAPE = (3, 5)
CELLS = arrays(float, SHAPE, elements=UNITS)
GROUP = np.array([0, 0, 1, 1, 1])


def money(side: MoneySide) -> np.ndarray:
    return side.quantity * (side.price - side.unit_cost)


@settings(max_examples=80, deadline=None)
@given(CELLS, CELLS, CELLS, CELLS, CELLS, CELLS, CELLS)
def test_effects_add_up_in_every_series_and_period(q0, p0, c0, q1, p1, c1, held_price):
    before, after = MoneySide(q0, p0, c0), MoneySide(q1, p1, c1)
    held = MoneySide(q1, held_price, c1)
    found = explain_variance(before, after, GROUP, at_rates_before=held)
    difference = money(after) - money(before)
    assert np.allclose(found.total, difference, rtol=1e-9, atol=1e-3)


@settings(max_examples=80, deadline=None)
@given(CELLS, CELLS, CELLS)
def test_mix_is_nothing_where_all_series_earn_the_same(q0, q1, p0):
    level = np.broadcast_to(p0[:, :1], SHAPE)
    both = q0.any(axis=0) & q1.any(axis=0)
    before, after = MoneySide(q0 * both, level, 0 * q0), MoneySide(q1 * both, level, 0 * q0)
    found = explain_variance(before, after, np.zeros(5, dtype=int))
    scale = np.abs(money(before)).sum() + np.abs(money(after)).sum() + 1
    assert abs(found.mix.sum()) <= 1e-9 * scale


def test_new_and_exit_take_all_their_money():
    before = MoneySide(np.array([[4.0, 0.0]]), np.array([[3.0, 3.0]]), np.array([[1.0, 1.0]]))
    after = MoneySide(np.array([[0.0, 5.0]]), np.array([[9.0, 4.0]]), np.array([[1.0, 1.0]]))
    found = explain_variance(before, after, np.array([0, 0]))
    assert (found.exit.sum(), found.new.sum()) == (-8.0, 15.0)
    assert all(getattr(found, name).sum() == 0 for name in EFFECTS if name not in ("new", "exit"))


def test_sales_mix_variance_of_two_products():
    """Two products, budget 100 and 100, actual 150 and 90: quantity +40 at the mean margin, the rest is mix."""
    before = MoneySide(np.array([[100.0, 100.0]]), np.array([[10.0, 6.0]]), np.array([[4.0, 4.0]]))
    after = before._replace(quantity=np.array([[150.0, 90.0]]))
    found = explain_variance(before, after, np.array([0, 0]))
    assert np.isclose(found.volume.sum(), 40 * 4.0)  # mean margin (6 + 2) / 2
    assert np.isclose(found.mix.sum(), 30 * 6.0 - 30 * 2.0)


def test_rates_are_told_apart_from_prices():
    before = MoneySide(np.array([[10.0]]), np.array([[5.0]]), np.array([[2.0]]))
    after = MoneySide(np.array([[10.0]]), np.array([[6.6]]), np.array([[2.2]]))
    held = MoneySide(np.array([[10.0]]), np.array([[6.0]]), np.array([[2.0]]))
    found = explain_variance(before, after, np.array([0]), at_rates_before=held)
    assert np.isclose(found.price.sum(), 10.0)
    assert np.isclose(found.currency.sum(), 10 * (0.6 - 0.2))
    assert found.cost.sum() == 0
