"""Reconciliation: coherence, overrides, non-negativity, and what it gains on real series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.demand.forecast import forecast_series
from steelyard.demand.reconcile import (
    Reconciled,
    ReconcileMethod,
    carry_quantiles,
    reconcile,
    residuals_of,
)
from steelyard.demand.tree import Tree, build_tree
from steelyard.errors import ModelError
from steelyard.grid.block import Array
from tests.demand.histories import seasonal

METHODS: tuple[ReconcileMethod, ...] = ("structural", "shrunk", "top_down", "bottom_up")


def nested(series: int = 12) -> Tree:
    every = np.arange(series)
    return build_tree([every * 0, every // 6, every // 3])


def crossed(series: int = 12) -> Tree:
    every = np.arange(series)
    return build_tree([every * 0, every // 6, every % 3])


def forecasts(tree: Tree, *, periods: int = 4, seed: int = 1) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    bottom = rng.lognormal(2, 1, (periods, tree.series))
    aggregate = tree.add_up(bottom) * rng.uniform(0.8, 1.2, (periods, tree.aggregates))
    return aggregate, bottom, rng.normal(0, 1, (30, tree.nodes))


def everything(done: Reconciled) -> Array:
    return np.concatenate([done.aggregate, done.bottom], axis=1)


def free(tree: Tree, periods: int = 4) -> Array:
    return np.full((periods, tree.nodes), np.nan)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(METHODS), st.integers(0, 10_000))
def test_what_is_reconciled_adds_up_and_is_not_negative(method: ReconcileMethod, seed: int) -> None:
    tree = nested()
    aggregate, bottom, residuals = forecasts(tree, seed=seed)
    done = reconcile(tree, aggregate * 0.2, bottom, method=method, residuals=residuals)
    assert np.array_equal(done.aggregate, tree.add_up(done.bottom))
    assert (done.bottom >= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_what_adds_up_already_stays_as_it_is(method: ReconcileMethod) -> None:
    tree = nested()
    _, bottom, residuals = forecasts(tree)
    done = reconcile(tree, tree.add_up(bottom), bottom, method=method, residuals=residuals)
    assert np.allclose(done.bottom, bottom, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(METHODS), st.integers(0, 10_000), st.integers(0, 18), st.integers(0, 18), st.floats(0, 1e4))
def test_overrides_are_honoured(method: ReconcileMethod, seed: int, first: int, second: int, value: float) -> None:
    tree = nested()
    aggregate, bottom, residuals = forecasts(tree, seed=seed)
    overrides = free(tree)
    overrides[1, first] = value
    overrides[2, second] = value
    done = reconcile(tree, aggregate, bottom, method=method, residuals=residuals, overrides=overrides)
    wished = np.isfinite(overrides)
    assert np.allclose(everything(done)[wished], overrides[wished], rtol=1e-8, atol=1e-6)
    assert np.array_equal(done.aggregate, tree.add_up(done.bottom))
    assert (done.bottom >= 0).all()


def test_overrides_on_crossing_levels_are_honoured_together() -> None:
    tree = crossed()
    aggregate, bottom, _ = forecasts(tree)
    overrides = free(tree)
    overrides[:, 1], overrides[:, 4], overrides[:, tree.aggregates + 7] = 90.0, 70.0, 5.0
    done = reconcile(tree, aggregate, bottom, overrides=overrides)
    assert np.allclose(everything(done)[:, [1, 4, tree.aggregates + 7]], [90.0, 70.0, 5.0], rtol=1e-8)


def test_an_override_does_not_move_what_it_says_nothing_about() -> None:
    tree = build_tree([np.array([0, 0, 1, 1])])
    _, bottom, _ = forecasts(tree)
    overrides = free(tree)
    overrides[0, 0] = 500.0
    done = reconcile(tree, tree.add_up(bottom), bottom, overrides=overrides)
    assert np.allclose(done.bottom[:, 2:], bottom[:, 2:])
    assert np.allclose(done.bottom[1:], bottom[1:])


def test_an_override_that_repeats_its_parts_is_no_contradiction() -> None:
    tree = build_tree([np.array([0, 0])])
    overrides = np.array([[7.0, 3.0, 4.0]])
    done = reconcile(tree, np.array([[9.0]]), np.array([[2.0, 2.0]]), overrides=overrides)
    assert np.allclose(everything(done), overrides, rtol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_overrides_that_contradict_each_other_are_refused_with_their_place(method: ReconcileMethod) -> None:
    tree = nested()
    aggregate, bottom, residuals = forecasts(tree)
    overrides = free(tree)
    overrides[2, 0], overrides[2, 1], overrides[2, 2] = 100.0, 10.0, 20.0
    with pytest.raises(ModelError, match="contradicts") as raised:
        reconcile(tree, aggregate, bottom, method=method, residuals=residuals, overrides=overrides)
    assert "period 2" in str(raised.value)


def test_levels_that_cross_have_no_way_down() -> None:
    aggregate, bottom, _ = forecasts(crossed())
    with pytest.raises(ModelError, match="cross"):
        reconcile(crossed(), aggregate, bottom, method="top_down")


def test_top_down_keeps_the_top_and_the_shares_of_the_forecasts() -> None:
    tree = build_tree([np.array([0, 0, 0]), np.array([0, 0, 1])])
    done = reconcile(tree, np.array([[100.0, 30.0, 10.0]]), np.array([[1.0, 2.0, 9.0]]), method="top_down")
    assert np.allclose(everything(done), [[100.0, 75.0, 25.0, 25.0, 50.0, 25.0]])


def test_no_levels_leave_the_series_alone() -> None:
    tree = build_tree([], series=3)
    bottom = np.ones((2, 3))
    for method in METHODS:
        done = reconcile(tree, np.zeros((2, 0)), bottom, method=method, residuals=np.ones((5, 3)))
        assert np.array_equal(done.bottom, bottom)


@pytest.mark.parametrize(
    "wrong",
    [
        {"aggregate": np.ones((4, 3))},
        {"bottom": np.full((4, 12), np.nan)},
        {"overrides": np.full((4, 19), -1.0)},
        {"overrides": np.ones((4, 3))},
        {"method": "shrunk"},
        {"residuals": np.ones((9, 4))},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    aggregate, bottom, _ = forecasts(nested())
    given_values: dict[str, object] = {"aggregate": aggregate, "bottom": bottom, **wrong}
    with pytest.raises(ModelError):
        reconcile(nested(), **given_values)  # type: ignore[arg-type]


def test_quantiles_stay_in_order_and_around_the_forecast() -> None:
    quantiles = np.sort(np.random.default_rng(1).uniform(0, 9, (5, 4, 3)), axis=0)
    mean, now = np.array([0.0, 2.0, 5.0]) * np.ones((4, 1)), np.array([3.0, 1.0, 8.0]) * np.ones((4, 1))
    carried = carry_quantiles(quantiles, mean, now)
    assert (np.diff(carried, axis=0) >= 0).all()
    assert np.allclose(carried[:, :, 1], quantiles[:, :, 1] / 2)


@pytest.mark.parametrize("method", ["structural", "shrunk"])
def test_reconciling_gains_over_adding_up_noisy_series(method: ReconcileMethod) -> None:
    rng, tree = np.random.default_rng(6), nested(60)
    common = seasonal(periods=84, series=1, noise=0.02)
    history = common / 10 * rng.lognormal(0, 0.5, (84, 60))
    whole = np.concatenate([tree.add_up(history), history], axis=1)
    base = forecast_series(whole[:72], period=12, horizon=12)
    parts = base.mean[:, : tree.aggregates], base.mean[:, tree.aggregates :]
    errors = residuals_of(whole[:72], base.fitted)
    done = reconcile(tree, *parts, method=method, residuals=errors)
    miss = [np.abs(whole[72:, 0] - top).mean() for top in (done.aggregate[:, 0], parts[1].sum(axis=1))]
    assert miss[0] < miss[1]
