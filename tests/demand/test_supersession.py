"""An item that takes over carries on the history."""

import numpy as np

from steelyard.demand.supersession import chain_links, inherit

DEMAND = np.array([[8.0, 0.0, 0.0], [0.0, 6.0, 0.0], [0.0, 0.0, 5.0]])


def test_a_chain_hands_on_from_the_oldest_to_the_youngest() -> None:
    links, ring = chain_links(np.array([1, 0]), np.array([2, 1]), np.array([2.0, 0.5]))
    assert inherit(DEMAND, links).tolist() == [[0, 4, 8], [0, 0, 12], [0, 0, 0]]
    assert not ring.any()


def test_two_items_may_become_one() -> None:
    links, _ = chain_links(np.array([0, 1]), np.array([2, 2]), np.array([1.0, 1.0]))
    assert inherit(DEMAND, links)[:, 2].tolist() == [8, 6, 0]


def test_a_ring_hands_on_nothing_and_is_named() -> None:
    links, ring = chain_links(np.array([0, 1, 2]), np.array([1, 0, 0]), np.ones(3))
    assert ring.tolist() == [True, True, False]
    assert (links.old.tolist(), links.new.tolist()) == ([2], [0])
