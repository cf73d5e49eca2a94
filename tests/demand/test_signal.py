"""From order lines to the demand signal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.demand.signal import OrderLines, active_life, build_signal, net_returns, stockout_flags
from steelyard.errors import ModelError


def lines(*rows: tuple[int, int, float]) -> OrderLines:
    """Order lines of (series, period, quantity) at a price of 10."""
    series, period, quantity = (np.array(column) for column in zip(*rows, strict=True))
    no = np.zeros(len(rows), dtype=bool)
    return OrderLines(series, period, quantity.astype(float), quantity * 10.0, no, no, no)


def reasons(sold: OrderLines, **more: object) -> dict[str, tuple[int, float, float]]:
    signal = build_signal(sold, series=2, periods=4, **more)  # type: ignore[arg-type]
    return {out.reason: (out.lines, out.quantity, out.amount) for out in signal.excluded}


def test_lines_of_a_period_add_up_in_units_and_money() -> None:
    signal = build_signal(lines((0, 1, 5), (0, 1, 3), (1, 0, 2)), series=2, periods=3)
    assert signal.demand_history[1, 0] == 8
    assert signal.revenue_history[1, 0] == 80
    assert signal.excluded == ()


def test_life_is_zero_inside_and_unknown_before() -> None:
    signal = build_signal(lines((0, 1, 5), (0, 3, 3)), series=1, periods=5)
    assert np.isnan(signal.demand_history[0, 0])
    assert signal.demand_history[1:, 0].tolist() == [5, 0, 3, 0]


def test_life_ends_with_the_end_date_but_not_before_the_last_sale() -> None:
    sold = lines((0, 0, 5), (1, 0, 5), (1, 3, 5))
    signal = build_signal(sold, series=2, periods=5, last_period=np.array([1, 1]))
    assert np.isfinite(signal.demand_history[:, 0]).tolist() == [True, True, False, False, False]
    assert np.isfinite(signal.demand_history[:, 1]).tolist() == [True, True, True, True, False]


def test_a_launched_item_without_sales_is_known_to_sell_nothing() -> None:
    life = active_life(np.zeros((4, 2), dtype=bool), np.array([2, 4]), None)
    assert life.T.tolist() == [[False, False, True, True], [False] * 4]


def test_cancelled_lines_are_excluded_and_counted() -> None:
    sold = replace(lines((0, 1, 5), (0, 2, 7)), cancelled=np.array([False, True]))
    assert reasons(sold) == {"cancelled": (1, 7.0, 70.0)}


def test_every_line_counts_once_as_demand_or_as_excluded() -> None:
    sold = lines((0, 1, 5), (-1, 1, 1), (0, -1, 2), (1, 9, 3), (1, 1, float("nan")))
    assert reasons(sold) == {
        "not_a_number": (1, 0.0, 0.0),
        "unknown_series": (1, 1.0, 10.0),
        "before_history": (1, 2.0, 20.0),
        "after_history": (1, 3.0, 30.0),
    }


def test_returns_are_netted_in_their_period_and_then_backwards() -> None:
    signal = build_signal(lines((0, 0, 10), (0, 1, 2), (0, 1, -5)), series=1, periods=2)
    assert signal.demand_history[:, 0].tolist() == [7, 0]
    assert signal.returns[:, 0].tolist() == [0, 5]
    assert signal.revenue_history[1, 0] == -30


def test_returns_can_be_excluded_by_rule() -> None:
    sold = lines((0, 0, 10), (0, 1, -5))
    assert reasons(sold, returns="exclude") == {"return_excluded": (1, -5.0, -50.0)}


def test_a_flagged_return_counts_as_one_whatever_its_sign() -> None:
    sold = replace(lines((0, 0, 10), (0, 0, 4)), returned=np.array([False, True]))
    signal = build_signal(sold, series=1, periods=1)
    assert signal.demand_history[0, 0] == 6
    assert signal.revenue_history[0, 0] == 60


def test_a_return_without_any_sale_is_reported() -> None:
    assert reasons(lines((0, 0, 3), (0, 1, -5))) == {"return_without_sale": (0, -2.0, 0.0)}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 20)), min_size=1, max_size=30))
def test_net_demand_and_unmatched_returns_balance(moves: list[tuple[int, int]]) -> None:
    gross, returned = np.zeros((4, 1)), np.zeros((4, 1))
    for period, quantity in moves:
        (gross if quantity > 0 else returned)[period, 0] += abs(quantity)
    net, unmatched = net_returns(gross, returned)
    assert (net >= 0).all()
    assert net.sum() - unmatched == gross.sum() - returned.sum()


def test_promoted_demand_is_flagged() -> None:
    sold = replace(lines((0, 1, 5), (0, 2, 7)), promoted=np.array([False, True]))
    assert build_signal(sold, series=1, periods=3).promoted[:, 0].tolist() == [False, False, True]


def test_a_stock_out_is_an_empty_period_that_sold_less_than_usual() -> None:
    demand = np.array([[10.0, np.nan], [10.0, 5.0], [3.0, 5.0], [12.0, 5.0]])
    stock = np.array([[5.0, 0.0], [0.0, np.nan], [0.0, np.nan], [0.0, 0.0]])
    assert stockout_flags(stock, demand).T.tolist() == [[False, False, True, False], [False] * 4]


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ModelError):
        replace(lines((0, 1, 5)), amount=np.zeros(2))


def test_no_lines_at_all_give_an_unknown_history() -> None:
    nothing = np.zeros(0)
    empty = OrderLines(nothing.astype(int), nothing.astype(int), nothing, nothing, *[nothing.astype(bool)] * 3)
    assert np.isnan(build_signal(empty, series=2, periods=3).demand_history).all()
