"""Gap and sites: what is late, and stock one site can give to another."""

import numpy as np
import pytest

from steelyard.balancing.gap import late_or_lost, served_on_time
from steelyard.balancing.site import match_sites, spare_stock


@pytest.mark.parametrize("seed", range(5))
def test_in_time_and_late_make_all_demand(seed: int) -> None:
    draw = np.random.default_rng(seed)
    demand, supply = draw.uniform(0, 20, (8, 3)), draw.uniform(0, 20, (8, 3))
    owed, shipped, backlog = np.zeros(3), np.zeros((8, 3)), np.zeros((8, 3))
    for t in range(8):
        owed += demand[t]
        shipped[t] = np.minimum(owed, supply[t])
        owed -= shipped[t]
        backlog[t] = owed
    late = late_or_lost(demand, backlog, np.zeros((8, 3)))
    assert np.allclose(served_on_time(demand, shipped, backlog) + late, demand)


@pytest.mark.parametrize("seed", range(5))
def test_moves_take_no_more_than_is_spare_and_bring_no_more_than_lacks(seed: int) -> None:
    draw = np.random.default_rng(seed)
    item, spare, lacks = draw.integers(0, 3, 9), draw.uniform(0, 30, 9), draw.uniform(0, 30, 9)
    moves = match_sites(item, spare, lacks)
    assert (np.bincount(moves.giver, moves.quantity, 9) <= spare + 1e-9).all()
    assert (np.bincount(moves.taker, moves.quantity, 9) <= lacks + 1e-9).all()
    assert (item[moves.giver] == item[moves.taker]).all()


def test_what_a_site_will_need_is_not_spare() -> None:
    demand = np.array([[10.0], [80.0]])
    assert spare_stock(np.array([100.0]), np.zeros((2, 1)), demand, np.zeros((2, 1))).tolist() == [10.0]
