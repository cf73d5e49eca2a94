"""The allocation: fair, complete, and never more than is due."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.finance.allocation import allocate_shipments, rank_series
from steelyard.grid.block import Array, IntArray


def drawn(seed: int) -> tuple[Array, Array, IntArray]:
    """Shipments that do not exceed what is due, as a projection gives them."""
    draw = np.random.default_rng(seed)
    place, demand = np.sort(draw.integers(0, 3, 8)), draw.gamma(1, 10, (6, 8)) * (draw.random((6, 8)) < 0.8)
    shipments, open_quantity = np.zeros((6, 3)), np.zeros(3)
    for t in range(6):
        for s in range(8):
            open_quantity[place[s]] += demand[t, s]
        shipments[t] = open_quantity * draw.choice([0.0, 0.3, 1.0], 3)
        open_quantity = open_quantity - shipments[t]
    return shipments, demand, place


def test_the_short_are_served_in_proportion() -> None:
    done = allocate_shipments(np.array([[9.0], [9.0]]), np.array([[10.0, 5.0], [0.0, 3.0]]), np.array([0, 0]))
    assert np.allclose(done.constrained_demand, [[6, 3], [4, 5]])
    assert np.allclose(done.open_demand, [[4, 2], [0, 0]])


@given(st.integers(0, 10_000))
def test_shares_add_up_to_the_shipments_to_the_last_bit_when_short(seed: int) -> None:
    shipments, demand, place = drawn(seed)
    served = allocate_shipments(shipments, demand, place).constrained_demand
    total = np.zeros_like(shipments)
    for s in range(demand.shape[1]):
        total[:, place[s]] += served[:, s]
    assert np.allclose(total, shipments, rtol=1e-14, atol=1e-12)
    first = total[0] == shipments[0]
    assert first[np.isin(np.arange(3), place)].all()


@given(st.integers(0, 10_000))
def test_nobody_gets_more_than_is_due_and_nothing_is_lost(seed: int) -> None:
    shipments, demand, place = drawn(seed)
    done = allocate_shipments(shipments, demand, place)
    due = demand + np.vstack([np.zeros((1, 8)), done.open_demand[:-1]])
    assert (done.constrained_demand <= due).all()
    assert (done.open_demand >= 0).all()
    assert np.allclose(np.cumsum(demand, axis=0), np.cumsum(done.constrained_demand, axis=0) + done.open_demand)


@given(st.integers(0, 10_000))
def test_all_of_a_place_are_served_to_the_same_share(seed: int) -> None:
    shipments, demand, place = drawn(seed)
    done = allocate_shipments(shipments, demand, place)
    share = done.constrained_demand[0] / np.where(demand[0] > 0, demand[0], 1)
    for p in range(3):
        mine = share[(place == p) & (demand[0] > 0)]
        assert np.allclose(mine, mine[:1] if mine.size else mine)


def test_plenty_serves_everybody_exactly() -> None:
    demand = np.array([[0.1, 0.2, 0.3]])
    done = allocate_shipments(np.array([[demand[0].sum() + 1]]), demand, np.zeros(3, np.int64))
    assert np.array_equal(done.constrained_demand, demand)
    assert not done.open_demand.any()


@pytest.mark.parametrize("seed", range(6))
def test_a_queue_serves_lower_ranks_first_and_gives_all_there_is(seed: int) -> None:
    draw = np.random.default_rng(seed)
    place, demand = draw.integers(0, 3, 9), draw.uniform(0, 40, (5, 9)) * (draw.random((5, 9)) > 0.2)
    rank = draw.integers(0, 3, (5, 9)).astype(np.float64)
    due = np.stack([np.bincount(place, row, 3) for row in demand])
    shipments = np.minimum(due * draw.uniform(0.2, 1.0, (5, 3)), due)
    done = allocate_shipments(shipments, demand, place, rank)
    given = done.constrained_demand
    assert (given >= 0).all()
    assert (done.open_demand >= 0).all()
    assert np.allclose(np.stack([np.bincount(place, row, 3) for row in given]), shipments)
    for t in range(5):
        for p in range(3):
            inside = np.flatnonzero(place == p)
            served = [r for r in inside if given[t, r] > 1e-9]
            waits = [r for r in inside if done.open_demand[t, r] > 1e-9]
            assert all(rank[t, s] <= rank[t, w] for s in served for w in waits)
    flat = allocate_shipments(shipments, demand, place, np.full_like(rank, 2.0))
    assert np.array_equal(flat.constrained_demand, allocate_shipments(shipments, demand, place).constrained_demand)


def test_ranks_by_profit_count_at_each_place() -> None:
    margin = np.array([[1.0, 7.0, 7.0, -2.0], [3.0, 2.0, 1.0, 0.0]])
    ranks = rank_series("profit", margin, np.array([0, 0, 0, 1]))
    assert ranks.tolist() == [[2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 1.0]]
