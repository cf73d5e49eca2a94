"""Tree: nodes above series."""

import numpy as np
import pytest

from steelyard.demand.tree import Tree, build_tree
from steelyard.errors import ModelError


def tree() -> Tree:
    return build_tree([np.zeros(4, dtype=np.int64), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])


def test_nodes_are_numbered_level_by_level_and_then_the_series() -> None:
    assert tree().offsets == (0, 1, 3, 5)
    assert (tree().aggregates, tree().nodes) == (5, 9)
    assert [tree().place(node) for node in (0, 2, 3, 5, 8)] == [
        "level 0, group 0", "level 1, group 1", "level 2, group 0", "series 0", "series 3",
    ]  # fmt: skip


def test_series_add_up_to_every_level_also_where_levels_cross() -> None:
    assert tree().add_up(np.array([[1.0, 2.0, 4.0, 8.0]])).tolist() == [[15.0, 3.0, 12.0, 5.0, 10.0]]
    assert tree().counts().tolist() == [4.0, 2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("level", [[0, 2], [1, 1], [-1, 0]])
def test_groups_are_numbered_from_0_without_a_gap(level: list[int]) -> None:
    with pytest.raises(ModelError, match="Level 0"):
        build_tree([np.array(level)])


def test_levels_of_different_length_are_refused() -> None:
    with pytest.raises(ModelError, match="Level 1"):
        build_tree([np.array([0, 0]), np.array([0])])
