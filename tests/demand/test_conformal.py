"""Conformal: sizes, the pool and the quantiles it gives."""

import numpy as np

from steelyard.demand.conformal import LEVELS, pool_trials, series_size
from steelyard.demand.trial import Trial


def trials(*, series: int, spread: float = 1.0, seed: int = 4) -> list[Trial]:
    """Three origins of two members that say zero, where demand is normal with a standard deviation of `spread`."""
    rng, rows = np.random.default_rng(seed), np.arange(series)
    return [
        Trial(k, rows, rng.normal(0, spread, (4, series)), np.zeros((2, 4, series)), np.ones(series), np.ones(series))
        for k in (4, 6, 8)
    ]


def test_the_size_is_the_geometric_mean_of_both_errors_or_the_one_that_is_known() -> None:
    assert series_size(np.array([4.0, 0.0, 2.0]), np.array([1.0, 3.0, np.nan])).tolist() == [2.0, 3.0, 2.0]


def test_a_large_panel_gives_the_quantiles_of_its_errors() -> None:
    pool = pool_trials(trials(series=4000, spread=2.0), ("a", "b"), 4000, horizon=4, levels=LEVELS)
    assert np.allclose(pool.table[:, 0], [-3.92, -2.56, -1.35, 0.0, 1.35, 2.56, 3.92], atol=0.12)
    assert pool.trials == 12000
    assert pool.ratio == 1.0


def test_no_panel_at_all_gives_normal_quantiles_that_widen_with_the_lead() -> None:
    pool = pool_trials([], ("a",), 0, horizon=6, levels=LEVELS)
    assert np.allclose(pool.table[[1, 3, 5], 0], [-1.28, 0.0, 1.28], atol=0.08)
    assert (np.diff(pool.table[-1]) > 0).all()


def test_quantiles_are_in_order() -> None:
    pool = pool_trials(trials(series=3), ("a", "b"), 3, horizon=4, levels=LEVELS)
    assert (np.diff(pool.table, axis=0) >= 0).all()


def test_the_order_of_series_does_not_change_the_pool() -> None:
    one = trials(series=50)
    turned = [Trial(t.number, t.rows, t.demand[:, ::-1], t.said, t.scale, t.spread) for t in one]
    pools = [pool_trials(some, ("a", "b"), 50, horizon=4, levels=LEVELS) for some in (one, turned)]
    assert np.array_equal(pools[0].table, pools[1].table)
    assert pools[0].errors == pools[1].errors
