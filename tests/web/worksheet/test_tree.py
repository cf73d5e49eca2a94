import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.grid.series import SeriesIndex
from steelyard.web.worksheet.tree import build_tree


def index(rows, levels=("family", "item", "place")):
    members = pl.DataFrame(sorted(set(rows)), schema=list(levels), orient="row")
    return SeriesIndex(members, tuple(levels), ((0, members.height),))


def names(tree, depths, nodes):
    return ["/".join(tree.levels[d].paths.row(n)) for d, n in zip(depths.tolist(), nodes.tolist(), strict=True)]


def all_open(tree):
    return [np.ones(level.size, dtype=bool) for level in tree.levels[:-1]]


def build(*indexes, levels):
    return build_tree([(one, np.arange(one.size)) for one in indexes], levels)


def test_children_follow_their_parent():
    tree = build(index([("A", "1", "x"), ("A", "2", "x"), ("B", "3", "x")]), levels=["family", "item"])
    assert names(tree, *tree.visible(all_open(tree))) == ["A", "A/1", "A/2", "B", "B/3"]


def test_a_closed_node_hides_everything_below():
    tree = build(index([("A", "1", "x"), ("A", "1", "y"), ("B", "3", "x")]), levels=["family", "item", "place"])
    opened = all_open(tree)
    opened[0][0] = False
    assert names(tree, *tree.visible(opened)) == ["A", "B", "B/3", "B/3/x"]


def test_grains_are_united_as_far_as_they_know_the_levels():
    demand = index([("A", "1", "x")])
    resources = index([("R", "m1")], levels=("family", "item"))
    tree = build(demand, resources, levels=["family", "item", "place"])
    assert [level.size for level in tree.levels] == [2, 2, 1]


def test_a_level_nobody_knows_ends_the_tree():
    assert build(index([("A", "1", "x")]), levels=["nowhere"]).levels == ()


word = st.sampled_from("abcd")


@pytest.mark.parametrize("levels", [["family"], ["family", "item"], ["item", "family", "place"]])
@given(rows=st.lists(st.tuples(word, word, word), min_size=1, max_size=30))
def test_reading_order_is_the_order_of_paths(levels, rows):
    tree = build(index(rows), levels=levels)
    shown = names(tree, *tree.visible(all_open(tree)))
    assert shown == sorted(shown)
    assert len(shown) == sum(level.size for level in tree.levels)
