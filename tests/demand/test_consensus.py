"""From statistical forecast to demand plan."""

import numpy as np

from steelyard.demand.consensus import consensus_demand, demand_plan, unconstrained_demand, weigh_streams


def test_unconstrained_demand_is_never_below_zero() -> None:
    assert unconstrained_demand(np.array([[10.0, 10.0]]), np.array([[-15.0, 5.0]]), np.zeros((1, 2))).tolist() == [
        [0.0, 15.0]
    ]


def test_consensus_starts_as_unconstrained_demand() -> None:
    demand = np.array([[1.0, 2.0]])
    assert consensus_demand(demand) is demand


def test_open_orders_consume_the_forecast_and_come_on_top_beyond_it() -> None:
    assert demand_plan(np.array([[100.0, 100.0]]), np.array([[30.0, 130.0]])).tolist() == [[100.0, 130.0]]


def test_streams_without_a_voice_leave_their_weight_to_the_others() -> None:
    streams = np.array([[[10.0, np.nan]], [[20.0, np.nan]]])
    mean = weigh_streams(streams, np.array([1.0, 3.0]))
    assert mean[0, 0] == 17.5
    assert np.isnan(mean[0, 1])
