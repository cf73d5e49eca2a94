"""Levels above the series: who takes part, what the nodes have seen, how bands are shared out."""

import numpy as np

from steelyard.demand.levels import (
    LevelCodes,
    band_of_sum,
    errors_in_common,
    node_histories,
    settled_series,
    settled_tree,
    split_bands,
    usable_method,
)
from steelyard.demand.route import Route
from steelyard.demand.tree import build_tree

TOP, FAMILY, BUYER = np.zeros(8, dtype=np.int64), np.arange(8) // 4, np.arange(8) % 2
LEVELS = LevelCodes(("total", "product_family", "customer"), (TOP, FAMILY, BUYER), ("total", "product_family"))


def test_only_series_sold_for_most_of_the_history_and_on_are_settled() -> None:
    history, active = np.ones((40, 5)), np.ones((6, 5))
    history[:30, 1] = np.nan
    active[3:, 2] = 0.0
    history[-1, 3] = np.nan
    route = np.full(5, Route.REGULAR, dtype=np.int8)
    route[4] = Route.ENDED
    assert settled_series(history, route, active, 12).tolist() == [True, False, False, False, False]


def test_a_period_in_which_nothing_is_sold_any_more_unsettles_nobody() -> None:
    active = np.ones((6, 2))
    active[0] = 0.0
    route = np.full(2, Route.REGULAR, dtype=np.int8)
    assert settled_series(np.ones((40, 2)), route, active, 12).all()


def test_levels_that_gather_nothing_or_the_same_are_left_out() -> None:
    levels = LevelCodes(("total", "brand", "item"), (TOP, TOP, np.arange(8)))
    assert settled_tree(levels, np.ones(8, dtype=bool), "structural").names == ("total",)


def test_the_way_down_takes_only_levels_of_the_product() -> None:
    every = np.ones(8, dtype=bool)
    assert settled_tree(LEVELS, every, "structural").names == ("total", "product_family", "customer")
    assert settled_tree(LEVELS, every, "top_down").names == ("total", "product_family")


def test_a_family_without_settled_series_has_no_node() -> None:
    settled = np.arange(8) >= 4
    assert settled_tree(LEVELS, settled, "structural").tree.sizes == (1, 2)


def test_a_node_begins_when_all_its_series_are_sold() -> None:
    history = np.ones((10, 8))
    history[:4, 1] = np.nan
    nodes = node_histories(history, settled_tree(LEVELS, np.ones(8, dtype=bool), "structural"))
    assert np.isnan(nodes[:4, 0]).all()
    assert nodes[4:, 0].tolist() == [8.0] * 6
    assert nodes[:, 2].tolist() == [4.0] * 10


def test_widths_of_series_squared_and_added_are_the_width_of_the_group_squared() -> None:
    share = np.array([[0.36, 0.64]])
    quantiles, mean = np.array([[[80.0]], [[130.0]]]), np.array([[100.0]])
    ends = split_bands(quantiles, mean, share, np.array([0, 0]), mean * share)
    widths = ends - mean * share
    assert np.allclose((widths**2).sum(axis=2), [[400.0], [900.0]])


def test_a_band_of_a_sum_lies_between_independent_and_common_errors() -> None:
    width, mean = np.array([3.0, 4.0]), np.array([50.0, 60.0])
    highs = [band_of_sum(mean - width, mean, mean + width, share)[1] for share in (0.0, 0.4, 1.0)]
    assert highs[0] == 115.0
    assert highs[2] == 117.0
    assert highs[0] < highs[1] < highs[2]


def test_common_errors_are_found_from_the_error_of_the_sum() -> None:
    rng = np.random.default_rng(2)
    errors = rng.normal(0, 1, (20_000, 6)) + 0.5 * rng.normal(0, 1, (20_000, 1))
    found = errors_in_common(errors.std(axis=0), float(errors.sum(axis=1).std()))
    assert abs(found - 0.25 / 1.25) < 0.02


def test_few_residuals_or_many_nodes_fall_back_to_the_structural_way() -> None:
    tree = build_tree([np.zeros(4, dtype=np.int64)])
    assert usable_method("shrunk", tree, 40) == "shrunk"
    assert usable_method("shrunk", tree, 5) == "structural"
    assert usable_method("top_down", tree, 0) == "top_down"
