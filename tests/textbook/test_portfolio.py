"""Portfolio formulas with their sources, or made by hand where the trade has no printed example."""

import numpy as np
import pytest

from steelyard.portfolio.end_of_life import last_buy_quantity, last_buy_risk, obsolescence_exposure
from steelyard.portfolio.hand_over import hand_over_weight, shown_level
from steelyard.portfolio.launch_priority import constraint_hours, margin_per_hour, rank_launches, value_after_hours
from steelyard.portfolio.rationalisation import exit_case
from steelyard.portfolio.supersession import find_ring, move_demand, taken_over
from steelyard.portfolio.vitality import tail_of, vitality

ONE = np.ones(1)


def test_goldratt_pq_ranks_by_throughput_per_constraint_hour() -> None:
    """P and Q (Goldratt, The Haystack Syndrome): B is the constraint, P gives 3 a minute of it and Q only 2."""
    minutes = np.array([[15.0, 10.0], [15.0, 30.0], [15.0, 5.0], [15.0, 5.0]])
    load = np.array([100, 50]) @ minutes.T / 2400.0
    on_b = constraint_hours(minutes, load, 1.0)
    per_minute = margin_per_hour(np.array([45.0, 60.0]), on_b)
    assert on_b.tolist() == [15.0, 30.0]
    assert per_minute.tolist() == [3.0, 2.0]
    assert rank_launches(per_minute, np.array([4500.0, 3000.0])).tolist() == [1, 2]


def test_margin_less_the_worth_of_its_hours_made_by_hand() -> None:
    assert value_after_hours(np.array([60.0]), np.array([[0.5], [1.0]]), np.array([40.0, 0.0])).tolist() == [40.0]


def test_newsvendor_ratio_of_a_last_buy_silver_pyke_thomas() -> None:
    """Underage 3, overage 1: F = 0.75, z = 0.6745; four periods of error 10 add 13.49 units."""
    risk = last_buy_risk(10 * ONE, 4 * ONE, 3 * ONE, ONE)
    assert risk[0] == pytest.approx(0.67449 * 10 * 2, rel=1e-4)
    assert last_buy_quantity(100 * ONE, 30 * ONE, 20 * ONE, risk=risk, lot=ONE)[0] == 64.0


def test_exposure_made_by_hand_counts_the_shelf_before_the_orders() -> None:
    found = obsolescence_exposure(np.array([120.0]), np.array([30.0]), np.array([100.0]), np.array([2.0]))
    assert (found.units[0], found.of_stock[0], found.money[0]) == (50.0, 20.0, 100.0)


def test_hand_over_weight_is_the_shrinkage_of_a_normal_mean_while_the_prior_is_whole() -> None:
    """Gelman et al., Bayesian Data Analysis, 2.5: n / (n + k); with a far end the prior stays nearly whole."""
    assert hand_over_weight(np.array([3.0]), 3.0, 1e9)[0] == pytest.approx(0.5, abs=1e-6)


def test_shown_level_is_the_posterior_mean_of_gamma_and_poisson() -> None:
    """Prior worth 3 periods of 100, six periods sold 900 for 600 promised: (300 + 900) / (300 + 600)."""
    assert shown_level(900 * ONE, 600 * ONE, 6 * ONE, 3.0)[0] == pytest.approx(12 / 9)


def test_supersession_by_hand_moves_a_third_each_month() -> None:
    share = taken_over(0, 2, 4)[:, None]
    loss, gain = move_demand(np.full((4, 1), 90.0), share, np.array([0.5]))
    assert loss[:, 0].tolist() == pytest.approx([-30.0, -60.0, -90.0, -90.0])
    assert gain[:, 0].tolist() == pytest.approx([15.0, 30.0, 45.0, 45.0])


def test_a_long_chain_is_no_ring_and_a_short_ring_is_named() -> None:
    chain = [(f"A{n}", f"A{n + 1}") for n in range(2000)]
    assert find_ring(chain) == ()
    assert find_ring([*chain, ("A7", "A3")])[0] == find_ring([*chain, ("A7", "A3")])[-1]


def test_vitality_index_of_cooper_by_hand() -> None:
    assert vitality(np.array([10.0, 40.0, 50.0]), np.array([True, False, True])) == pytest.approx(0.6)
    assert np.isnan(vitality(np.zeros(2), np.array([True, False])))


def test_tail_holds_what_comes_after_the_head_and_all_that_earns_nothing() -> None:
    assert tail_of(np.array([60.0, 35.0, 5.0, 0.0]), 0.95).tolist() == [False, False, True, True]


def test_exit_by_hand() -> None:
    case = exit_case(
        stock_value=1000 * ONE, order_value=200 * ONE, own_part_value=300 * ONE, margin=400 * ONE, complexity=2 * ONE,
        freed_value=50 * ONE, salvage=0.2, retained=0.25, cost_of_complexity=600.0, carrying_rate=0.1,
    )  # fmt: skip
    assert case.exit_cost[0] == pytest.approx(1200.0)
    assert case.lost_margin[0] == pytest.approx(300.0)
    assert case.saved_cost[0] == pytest.approx(1300.0)
    assert case.benefit[0] == pytest.approx(-150.0)
    assert case.payback_months[0] == pytest.approx(12 * 1200 / 1050)
