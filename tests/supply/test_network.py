"""The network: levels, order, rings, reach."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ModelError, NetworkRing
from steelyard.supply.network import SupplyNetwork, build_network, inherit_priority, reach
from tests.supply.companies import supply_company


def chain(*pairs: tuple[int, int], rows: int = 4) -> SupplyNetwork:
    """A network from (consumer, component) pairs."""
    consumer, component = np.array(pairs).T
    return build_network(rows, 3, component=component, consumer=consumer, quantity_per=np.ones(len(pairs)))


def test_low_level_code_is_the_deepest_use() -> None:
    assert chain((0, 1), (1, 2), (0, 2), (2, 3)).level.tolist() == [0, 1, 2, 3]


@given(st.integers(0, 10_000))
def test_consumers_stand_before_their_components(seed: int) -> None:
    network = supply_company(seed).network
    position = np.argsort(network.order)
    for row in range(network.rows):
        below = network.components.row[network.components.start[row] : network.components.start[row + 1]]
        assert (position[below] > position[row]).all()


@given(st.integers(0, 10_000))
def test_both_ways_hold_the_same_arcs(seed: int) -> None:
    network = supply_company(seed).network
    up, down = network.consumers, network.components
    rows = np.arange(network.rows)
    by_component = sorted(zip(np.repeat(rows, np.diff(up.start)), up.row, up.quantity_per, up.valid_from, strict=True))
    by_consumer = sorted(
        zip(down.row, np.repeat(rows, np.diff(down.start)), down.quantity_per, down.valid_from, strict=True)
    )
    assert by_component == by_consumer


def test_the_order_of_the_lines_does_not_matter() -> None:
    one, other = chain((0, 1), (0, 2), (1, 3)), chain((1, 3), (0, 2), (0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(one.consumers, other.consumers, strict=True))


def test_a_ring_is_named() -> None:
    names = ["bike", "frame", "tube", "paint"]
    with pytest.raises(NetworkRing, match="frame > tube > frame"):
        build_network(
            4,
            3,
            component=np.array([1, 2, 1, 3]),
            consumer=np.array([0, 1, 2, 2]),
            quantity_per=np.ones(4),
            name=lambda row: names[row],
        )


def test_an_item_in_itself_is_a_ring() -> None:
    with pytest.raises(NetworkRing, match="1 > 1"):
        chain((0, 1), (1, 1))


def test_a_quantity_of_zero_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="1 in 0"):
        build_network(2, 1, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([0.0]))


def test_an_arc_outside_the_rows_is_refused() -> None:
    with pytest.raises(ModelError, match="outside"):
        build_network(2, 1, component=np.array([2]), consumer=np.array([0]), quantity_per=np.array([1.0]))


def test_a_network_without_arcs_has_one_level() -> None:
    none = np.empty(0, np.int64)
    network = build_network(3, 2, component=none, consumer=none, quantity_per=np.empty(0))
    assert (network.depth, network.arcs, network.order.tolist()) == (1, 0, [0, 1, 2])


def test_reach_goes_down_and_in_order() -> None:
    network = chain((0, 1), (1, 3), (2, 3))
    assert reach(network, np.array([2])).tolist() == [2, 3]
    assert reach(network, np.array([1, 0])).tolist() == [0, 1, 3]


def test_components_inherit_the_best_priority() -> None:
    network = chain((0, 3), (1, 3), (3, 2))
    assert inherit_priority(network, np.array([5.0, 2.0, 9.0, 9.0])).tolist() == [5, 2, 2, 2]
