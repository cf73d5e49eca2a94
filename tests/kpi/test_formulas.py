"""KPI formulas on cases worked by hand."""

import numpy as np

from steelyard.kpi import formulas


def test_accuracy_and_bias_weigh_by_volume() -> None:
    forecast, actual = np.array([[90.0, 12.0]]), np.array([[100.0, 2.0]])
    assert np.isclose(formulas.forecast_accuracy(forecast, actual), 100 - 100 * 20 / 102)
    assert formulas.forecast_bias(forecast, actual) == 0


def test_late_shipments_do_not_count_for_the_fill_rate() -> None:
    demand = np.array([[10.0], [10.0], [10.0]])
    served, backlog = np.array([[5.0], [12.0], [13.0]]), np.array([[5.0], [3.0], [0.0]])
    assert np.isclose(formulas.fill_rate(demand, served, backlog), 100 * (5 + 7 + 10) / 30)


def test_turns_and_days_tell_the_same() -> None:
    cogs, value = np.full((6, 2), 50.0), np.full((6, 2), 100.0)
    assert formulas.inventory_turns(cogs, value) == 6
    assert np.isclose(formulas.days_of_supply(cogs, value), 365 / 6)
    assert formulas.inventory_turns(cogs, value, periods_per_year=52) == 26


def test_backlog_and_stock_count_at_the_end_of_the_horizon() -> None:
    assert formulas.backlog_value(np.array([[99.0], [3.0]]), np.array([[1.0], [7.0]])) == 21
    assert formulas.closing_value(np.array([[99.0, 1.0], [3.0, 4.0]])) == 7


def test_the_bottleneck_is_the_most_loaded_resource_over_the_horizon() -> None:
    load, hours = np.array([[90.0, 10.0, 5.0], [30.0, 150.0, 5.0]]), np.array([[100.0, 100.0, 0.0]] * 2)
    assert formulas.bottleneck_utilisation(load, hours) == 80
    assert formulas.overload_hours(load, hours) == 60


def test_budget_counts_only_where_there_is_one() -> None:
    revenue, budget = np.array([[90.0], [500.0]]), np.array([[100.0], [0.0]])
    assert np.isclose(formulas.revenue_against_budget(revenue, budget), -10)


def test_nothing_to_divide_by_is_unknown() -> None:
    zero = np.zeros((2, 1))
    numbers = [
        formulas.forecast_accuracy(zero, zero),
        formulas.fill_rate(zero, zero, zero),
        formulas.inventory_turns(zero, zero),
        formulas.margin_percent(zero, zero),
        formulas.revenue_against_budget(zero, zero),
        formulas.plan_stability(zero, zero),
        formulas.bottleneck_utilisation(zero, zero),
    ]
    assert np.isnan(numbers).all()


def test_margin_and_stability() -> None:
    assert formulas.margin_percent(np.array([100.0, 50.0]), np.array([60.0, 45.0])) == 30
    assert formulas.plan_stability(np.array([[8.0, 12.0]]), np.array([[10.0, 10.0]])) == 80


def test_adherence_stays_between_nothing_and_all_whatever_came() -> None:
    """One item that came ten times over does not turn the others' adherence below zero."""
    planned, came = np.array([10.0, 10.0]), np.array([10.0, 100.0])
    assert formulas.adherence(planned, came) == 50.0
    assert formulas.adherence(planned, np.array([0.0, 500.0])) == 0.0
    assert formulas.adherence(planned, planned) == 100.0
    rng = np.random.default_rng(3)
    for _ in range(50):
        share = formulas.adherence(rng.gamma(1.0, 9.0, 20) * (rng.random(20) > 0.4), rng.gamma(1.0, 9.0, 20))
        assert 0.0 <= share <= 100.0
    assert np.isnan(formulas.adherence(np.zeros(2), np.zeros(2)))


def test_a_budgeted_loss_that_is_smaller_than_planned_is_better_than_budget() -> None:
    assert formulas.money_against_budget(np.array([[-50.0]]), np.array([[-100.0]])) == 50.0
    assert np.isnan(formulas.money_against_budget(np.empty((0, 0)), np.empty((0, 0))))
