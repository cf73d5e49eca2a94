"""From statistical forecast to demand plan."""

import numpy as np

from steelyard.demand.consensus import (
    StreamRanks,
    consensus_demand,
    keep_commitments,
    unconstrained_demand,
)
from steelyard.grid.block import silent_block


def test_unconstrained_demand_is_never_below_zero() -> None:
    none = np.zeros((1, 2))
    forecast, uplift = np.array([[10.0, 10.0]]), np.array([[-15.0, 5.0]])
    assert unconstrained_demand(forecast, uplift, none, none, none, none, none).tolist() == [[0.0, 15.0]]


ONE, NONE = np.ones((1, 2)), silent_block((1, 2))


def agreed(*opinions: np.ndarray, commitment: np.ndarray = NONE, finance_weight: float = 0.0) -> list[float]:
    streams = [*opinions, *[NONE] * (4 - len(opinions))]
    weights = [ONE, ONE, ONE, ONE, ONE * finance_weight]
    return consensus_demand(ONE * 100, *streams, *weights, commitment, StreamRanks())[0].tolist()


def test_consensus_is_unconstrained_demand_where_nobody_has_an_opinion() -> None:
    demand = ONE * 100
    assert consensus_demand(demand, NONE, NONE, NONE, NONE, ONE, ONE, ONE, ONE, ONE, NONE, StreamRanks()) is demand


def test_streams_that_speak_share_the_consensus_by_weight() -> None:
    assert agreed(np.array([[140.0, np.nan]])) == [120.0, 100.0]


def test_a_stream_of_no_weight_is_not_heard() -> None:
    assert agreed(NONE, NONE, NONE, ONE * 400) == [100.0, 100.0]
    assert agreed(NONE, NONE, NONE, ONE * 400, finance_weight=1.0) == [250.0, 250.0]


def test_a_commitment_is_a_floor_and_no_ceiling() -> None:
    assert agreed(ONE * 140, commitment=np.array([[130.0, 90.0]])) == [130.0, 120.0]


def test_a_stream_that_goes_first_is_heard_alone_where_it_speaks() -> None:
    sales = np.array([[140.0, np.nan]])
    ranks = StreamRanks(((1,), (0, 2, 3, 4)))
    heard = consensus_demand(ONE * 100, sales, ONE * 60, NONE, NONE, ONE, ONE, ONE, ONE, ONE, NONE, ranks)
    assert heard.tolist() == [[140.0, 80.0]]


def test_commitments_raise_demand_only_where_they_stand() -> None:
    assert keep_commitments(ONE * 100, np.array([[120.0, np.nan]])).tolist() == [[120.0, 100.0]]
    assert keep_commitments(ONE, NONE) is ONE
