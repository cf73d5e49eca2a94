"""Coverage: how long stock lasts, and what is too much."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.inventory.coverage import forward_demand, run_out
from steelyard.inventory.excess import excess_quantity, excess_value, inventory_value


def forward_twin(demand: Array, window: int) -> Array:
    periods = demand.shape[0]
    rows = [demand[min(t + 1, periods - 1) : min(t + 1 + window, periods)] for t in range(periods - 1)]
    return np.stack([row.sum(axis=0) / row.shape[0] for row in [*rows, demand[-1:]]])


def run_out_twin(stock: float, coming: list[float]) -> float:
    gone = 0.0
    for need in coming:
        if stock <= 0:
            return gone
        if stock < need:
            return gone + stock / need
        stock -= need
        gone += 1
    return np.inf


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_forward_demand_equals_its_twin(seed: int, window: int) -> None:
    demand = np.random.default_rng(seed).gamma(1, 10, (7, 3))
    assert np.allclose(forward_demand(demand, window=window), forward_twin(demand, window), rtol=1e-15)


@given(st.integers(0, 10_000))
def test_run_out_equals_its_twin(seed: int) -> None:
    draw = np.random.default_rng(seed)
    stock, demand = draw.choice([0.0, 5.0, 30.0], (6, 3)), draw.choice([0.0, 2.0, 10.0], (6, 3))
    wanted = [[run_out_twin(stock[t, s], demand[t + 1 :, s].tolist()) for s in range(3)] for t in range(6)]
    assert np.allclose(run_out(stock, demand), wanted)


def test_excess_is_what_neither_safety_nor_demand_asks_for() -> None:
    assert excess_quantity(np.array([50.0, 20.0]), np.array([10.0, 10.0]), np.array([15.0, 15.0])).tolist() == [25, 0]
    value = excess_value(np.array([50.0]), np.array([10.0]), np.array([5.0]), np.array([2.0]), periods=2.0)
    assert value.tolist() == [60]
    assert inventory_value(np.array([50.0]), np.array([2.0])).tolist() == [100]
