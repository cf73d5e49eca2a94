"""Trials: the members at earlier ends of history."""

import numpy as np
import pytest

from steelyard.demand.trial import Trial, origins, run_trials
from steelyard.grid.block import Array
from tests.demand.histories import seasonal


def some_trials(values: Array) -> tuple[Trial, ...]:
    series = values.shape[1]
    start = np.zeros(series, dtype=np.int64)
    return tuple(run_trials(values, start, np.arange(series), period=12, horizon=6, names=("theta", "holt_winters")))


def test_a_trial_knows_nothing_after_its_origin() -> None:
    values = seasonal(periods=60)
    changed = values.copy()
    changed[-6:] *= 9
    for one, other in zip(some_trials(values), some_trials(changed), strict=True):
        assert np.array_equal(one.said, other.said)
        assert np.array_equal(one.spread, other.spread)
        assert np.array_equal(one.scale, other.scale)


def test_a_trial_keeps_what_came() -> None:
    values = seasonal(periods=60)
    assert origins(12, 6) == (6, 12, 18)
    assert [one.number for one in some_trials(values)] == [0, 1, 2]
    assert np.array_equal(some_trials(values)[1].demand, values[48:54])


@pytest.mark.parametrize(("periods", "count"), [(60, 3), (36, 1), (30, 0)])
def test_a_series_too_young_at_an_origin_is_not_tried_there(periods: int, count: int) -> None:
    assert len(some_trials(seasonal(periods=periods))) == count


def test_a_borrowed_season_keeps_its_phase_at_every_origin() -> None:
    profile = np.linspace(0.5, 1.5, 12)[:, None]
    values = 2.0 * np.tile(profile, (5, 1))[:51]
    turned = np.roll(profile, -(51 % 12), axis=0)
    start, rows = np.zeros(1, dtype=np.int64), np.arange(1)
    for one in run_trials(values, start, rows, period=12, horizon=6, names=("theta",), profile=turned):
        assert np.allclose(one.said[0], one.demand, rtol=0.02)


def test_a_series_too_young_for_a_whole_horizon_is_tried_at_the_leads_that_are_known() -> None:
    values = seasonal(periods=36)
    (near,) = run_trials(values, np.zeros(8, dtype=np.int64), np.arange(8), period=12, horizon=18, names=("theta",))
    assert near.number == origins(12, 18).index(6)
    assert np.array_equal(near.demand[:6], values[30:])
    assert np.isnan(near.demand[6:]).all()
    assert np.isfinite(near.error).all()


def test_members_are_not_judged_by_less_than_four_leads() -> None:
    came = np.array([[5.0], [6.0], [7.0], [np.nan], [np.nan]])
    trial = Trial(0, np.arange(1), came, np.zeros((2, 5, 1)), np.ones(1), np.ones(1))
    assert np.isnan(trial.error).all()
