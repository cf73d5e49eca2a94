"""Serial systems: bounds enclose the optimum, simulation agrees with the recursion."""

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.inventory.multi_echelon.serial import serial_base_stock, serial_newsvendor_bounds
from steelyard.inventory.simulation import draw_courses, simulate_serial


@pytest.mark.parametrize("holding", [[0.25, 0.25, 0.25, 0.25], [0.25, 2.5, 2.5, 0.25], [1.0, 0.25, 0.25, 1.0]])
def test_newsvendor_bounds_enclose_the_best_levels(holding: list[float]) -> None:
    system = {
        "echelon_holding": np.array(holding), "lead_time": np.full(4, 0.25), "backorder_cost": 39.0, "mean": 16.0,
        "law": "poisson",
    }  # fmt: skip
    best, bounds = serial_base_stock(**system), serial_newsvendor_bounds(**system)
    assert (bounds.low <= best.echelon_base_stock).all()
    assert (best.echelon_base_stock <= bounds.high).all()


def test_one_stage_is_a_newsvendor() -> None:
    policy = serial_base_stock(
        echelon_holding=np.array([0.18]), lead_time=np.array([4.0]), backorder_cost=0.7, mean=50, deviation=8, review=1
    )
    assert np.isclose(policy.echelon_base_stock[0], 264.767, atol=0.2)
    assert np.isclose(policy.cost, 4.46678, rtol=1e-4)


def test_simulation_agrees_with_the_recursion() -> None:
    policy = serial_base_stock(
        echelon_holding=np.array([3.0, 2.0, 2.0]), lead_time=np.array([1.0, 1.0, 2.0]), backorder_cost=37.12, mean=5,
        deviation=1,
    )  # fmt: skip
    courses = draw_courses(mean=5, deviation=1, periods=1000, courses=100, seed=1)
    found = simulate_serial(
        policy.local_base_stock, np.array([1, 1, 2]), courses, local_holding=np.array([7.0, 4.0, 2.0]),
        backorder_cost=37.12, charged="before_demand",
    )  # fmt: skip
    assert abs(found.mean - policy.cost) <= 4 * found.standard_error


def test_a_stage_without_cost_is_refused() -> None:
    with pytest.raises(ModelError, match="holding cost"):
        serial_base_stock(
            echelon_holding=np.array([0.0]), lead_time=np.array([1.0]), backorder_cost=1, mean=1, law="poisson"
        )
