"""The projection: stock balances, backlog waits."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.inventory.projection import Fulfilment, fulfil_demand, project_inventory


def drawn(seed: int) -> tuple[Array, Array, Array]:
    draw = np.random.default_rng(seed)
    return draw.gamma(1, 20, 5), draw.gamma(1, 20, (9, 5)), draw.gamma(1, 20, (9, 5))


def twin(opening: Array, supply: Array, demand: Array) -> Fulfilment:
    """The recurrence row by row in numpy."""
    shipments, stock, backlog = (np.zeros_like(demand) for _ in range(3))
    have, wait = opening, np.zeros_like(opening)
    for t in range(demand.shape[0]):
        due, have = demand[t] + wait, have + supply[t]
        shipments[t] = np.maximum(np.minimum(due, have), 0.0)
        have, wait = have - shipments[t], due - shipments[t]
        stock[t], backlog[t] = have, wait
    return Fulfilment(shipments, stock, backlog)


@given(st.integers(0, 10_000))
def test_the_kernel_equals_its_twin(seed: int) -> None:
    case = drawn(seed)
    assert all(np.array_equal(one, other) for one, other in zip(fulfil_demand(*case), twin(*case), strict=True))


@given(st.integers(0, 10_000))
def test_stock_and_demand_balance(seed: int) -> None:
    opening, supply, demand = drawn(seed)
    done = fulfil_demand(opening, supply, demand)
    shipped = np.cumsum(done.shipments, axis=0)
    assert np.allclose(opening + np.cumsum(supply, axis=0), shipped + done.projected_inventory)
    assert np.allclose(np.cumsum(demand, axis=0), shipped + done.backlog)
    assert (done.projected_inventory >= 0).all()
    assert (done.backlog >= 0).all()


@given(st.integers(0, 10_000))
def test_stock_less_backlog_is_the_plain_projection(seed: int) -> None:
    case = drawn(seed)
    done = fulfil_demand(*case)
    assert np.allclose(done.projected_inventory - done.backlog, project_inventory(*case))


@given(st.integers(0, 10_000))
def test_nothing_stays_in_stock_while_customers_wait(seed: int) -> None:
    done = fulfil_demand(*drawn(seed))
    assert not ((done.projected_inventory > 0) & (done.backlog > 0)).any()


def test_backlog_is_carried_forward() -> None:
    done = fulfil_demand(np.array([10.0]), np.array([[0.0], [20.0]]), np.array([[15.0], [8.0]]))
    assert done.shipments.ravel().tolist() == [10, 13]
    assert done.backlog.ravel().tolist() == [5, 0]
    assert done.projected_inventory.ravel().tolist() == [0, 7]


def test_a_block_alone_gives_the_same_bits_as_within_a_wider_one() -> None:
    opening, supply, demand = drawn(1)
    wide = fulfil_demand(opening, supply, demand).shipments
    narrow = fulfil_demand(opening[1:3], supply[:, 1:3].copy(), demand[:, 1:3].copy()).shipments
    assert np.array_equal(wide[:, 1:3], narrow)
