"""Capacity options: hours where they pay, no more than are missing, as many steps as earn."""

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.supply.capacity_option import CapacityOption, relieve

PRICE, MISSING = np.array([0.0, 50.0, 80.0, 10.0]), np.array([0.0, 30.0, 100.0, 20.0])


def test_overtime_works_where_an_hour_is_worth_more_than_it_costs() -> None:
    worth = relieve(PRICE, MISSING, CapacityOption("overtime", "overtime", hours=40, cost_per_hour=20))
    assert worth.hours.tolist() == [0, 30, 40, 0]
    assert worth.cash.tolist() == [0, 900, 2400, 0]
    assert worth.cost_per_relieved_hour == 20


def test_what_takes_time_helps_later() -> None:
    line = CapacityOption("line", "line", hours=100, cost_per_hour=0, lead_periods=2, capex=1000, residual_share=0.5)
    worth = relieve(PRICE, MISSING, line)
    assert worth.hours.tolist() == [0, 0, 100, 20]
    assert worth.cash.tolist() == [-1000, 0, 8000, 200 + 500]


def test_steps_are_added_while_they_earn() -> None:
    crew = CapacityOption("crew", "hiring", hours=40, cost_per_hour=5, fixed_cost=100, steps=5)
    assert relieve(PRICE, MISSING, crew).steps == 3
    dear = CapacityOption("crew", "hiring", hours=40, cost_per_hour=5, fixed_cost=5000, steps=5)
    assert relieve(PRICE, MISSING, dear).steps == 1


def test_a_shift_that_must_stay_costs_when_it_is_idle() -> None:
    shift = CapacityOption("shift", "shift", hours=40, cost_per_hour=60, fixed_cost=100, least_periods=2)
    assert relieve(PRICE, MISSING, shift).cash.tolist() == [0, 0, 40 * 20 - 100, -100]


@pytest.mark.parametrize("wrong", [{"hours": 0.0}, {"capex": -1.0}, {"steps": 0}, {"residual_share": 2.0}])
def test_what_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    fields = {"hours": 10.0, "cost_per_hour": 1.0} | wrong
    with pytest.raises(ModelError, match="night shift"):
        CapacityOption("night shift", "shift", **fields)


def test_a_negative_hour_price_is_refused() -> None:
    with pytest.raises(ModelError, match="below zero"):
        relieve(-PRICE, MISSING, CapacityOption("overtime", "overtime", hours=1, cost_per_hour=1))
