"""The statistical forecast of a plan: incremental as whole, intervals in order, levels that agree."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from steelyard.demand.levels import LevelCodes
from steelyard.grid.block import Array, Blocks, cut, join
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.plan.executor import Serial
from steelyard.plan.forecasting.memory import ForecastMemory
from steelyard.plan.forecasting.override import ForecastOverrides
from steelyard.plan.forecasting.view import unit_reason
from steelyard.plan.stages.forecast import BANDS, ForecastNotes, ForecastStage

SERIES, PLACES, HORIZON, PERIOD = 24, 12, 9, 12
PLACE = np.arange(SERIES) // 2
CUTS, PLACE_CUTS = ((0, 8), (8, 24)), ((0, 4), (4, 12))
ORDER = ("forecast_low_95", "forecast_low_80", "forecast_high_80", "forecast_high_95")


def history(periods: int = 60, seed: int = 3) -> Array:
    """Steady, growing, rare, young and finished items, two customers each."""
    rng = np.random.default_rng(seed)
    season = 1.0 + 0.3 * np.sin(np.arange(periods)[:, None] * np.pi / 6)
    level = rng.uniform(20, 200, SERIES) * (1 + 0.004 * np.arange(periods)[:, None] * rng.uniform(-1, 2, SERIES))
    made = np.maximum(level * season * rng.normal(1.0, 0.15, (periods, SERIES)), 0.0)
    made[:, 16:18] = rng.poisson(0.4, (periods, 2)) * 6.0
    made[:54, 18:20] = 0.0
    made[20:, 20:22] = 0.0
    return made


def values(
    past: Array | None = None, *, mode: str = "fast", method: str = "structural", level: str = "item_location"
) -> dict[str, Value]:
    """Everything the stage reads."""
    made = history() if past is None else past
    life = np.ones(made.shape)
    life[:54, 18:20] = 0.0
    families = PLACE // 3
    levels = LevelCodes(
        ("total", "product_family", "customer"),
        (np.zeros(SERIES, dtype=np.int64), families, np.arange(SERIES) % 2),
        ("total", "product_family"),
    )
    return {
        "baseline_history": cut(made, CUTS), "life_history": cut(life, CUTS),
        "active": cut(np.ones((HORIZON, SERIES)), CUTS),
        "place_of_demand": tuple(PLACE[a:b] - first for (a, b), (first, _) in zip(CUTS, PLACE_CUTS, strict=True)),
        "season_profile": cut(np.full((PERIOD, PLACES), np.nan), PLACE_CUTS),
        "forecast_levels": levels, "season": PERIOD, "forecast_level": level, "forecast_mode": mode,
        "reconciliation": method, "split_periods": 12, "error_window": 0, "error_smoothing": 0.0,
        "extra_methods": "", "forecast_overrides": ForecastOverrides(), "level_only": np.zeros(PLACES), "adi_cut": 1.32,
        "lead_time_days": cut(np.full(PLACES, 45.0), PLACE_CUTS), "days_per_period": 30.0,
        "service_level": cut(np.full(PLACES, 0.95), PLACE_CUTS),
    }  # fmt: skip


def stage() -> ForecastStage:
    """A stage with a memory of its own."""
    return ForecastStage(memory=ForecastMemory(executor=Serial()))


def whole(outcome: NetworkOutcome, name: str) -> Array:
    blocks = outcome.values[name]
    assert isinstance(blocks, tuple)
    return join(blocks)


def edited() -> Array:
    """History with one number of the third series changed."""
    made = history()
    made[-3, 2] *= 1.5
    return made


def assert_same(left: NetworkOutcome, right: NetworkOutcome) -> None:
    for name in ForecastStage().outputs:
        if name != "forecast_notes":
            assert np.array_equal(whole(left, name), whole(right, name)), name


@pytest.mark.parametrize("mode", ["fast", "auto"])
@pytest.mark.parametrize("method", ["structural", "shrunk", "top_down", "bottom_up"])
@pytest.mark.parametrize("level", ["item_location", "demand"])
def test_an_update_equals_a_forecast_of_everything_bit_for_bit(mode: str, method: str, level: str) -> None:
    one = stage()
    before = values(mode=mode, method=method, level=level)
    after = dict(before) | {"baseline_history": cut(edited(), CUTS)}
    dirty = Dirty()
    dirty.mark("baseline_history", before["baseline_history"], after["baseline_history"])
    updated = one.update(after, one.full(before), before, dirty)
    assert_same(updated, stage().full(after))


def test_a_history_that_did_not_change_is_not_forecast_again() -> None:
    one = stage()
    one.full(values())
    asked = one.memory.asked
    one.full(values())
    assert one.memory.asked == asked
    one.full(values(edited()))
    nodes_above = 3
    assert one.memory.asked == asked + 1 + nodes_above


def test_a_memory_too_small_to_keep_anything_changes_nothing() -> None:
    forgetful = ForecastStage(memory=ForecastMemory(size=0, executor=Serial()))
    assert_same(forgetful.full(values()), stage().full(values()))


def test_a_change_of_lead_times_keeps_the_blocks_of_the_forecast() -> None:
    one, before = stage(), values()
    outcome = one.full(before)
    after = dict(before) | {"lead_time_days": cut(np.full(PLACES, 90.0), PLACE_CUTS)}
    dirty = Dirty()
    dirty.mark("lead_time_days", before["lead_time_days"], after["lead_time_days"])
    later = one.update(after, outcome, before, dirty)
    assert later.values["statistical_forecast"] is outcome.values["statistical_forecast"]
    assert (whole(later, "lead_time_quantile") > whole(outcome, "lead_time_quantile"))[: PLACES - 2].all()
    assert_same(later, stage().full(after))


@pytest.mark.parametrize("level", ["item_location", "demand"])
def test_safety_stock_follows_the_errors_of_a_rolling_window(level: str) -> None:
    wild = history()
    wild[-12:, :2] *= np.where(np.arange(12)[:, None] % 2, 1.9, 0.1)
    one, before = stage(), values(wild, level=level)
    outcome = one.full(before)
    after = dict(before) | {"error_window": 12}
    dirty = Dirty()
    dirty.mark("error_window", 0, 12)
    later = one.update(after, outcome, before, dirty)
    assert later.values["statistical_forecast"] is outcome.values["statistical_forecast"]
    assert whole(later, "forecast_error")[0] > 1.1 * whole(outcome, "forecast_error")[0]
    assert whole(later, "lead_time_quantile")[0] > whole(outcome, "lead_time_quantile")[0]
    assert_same(later, stage().full(after))


@pytest.mark.parametrize("mode", ["fast", "auto"])
@pytest.mark.parametrize("method", ["structural", "shrunk", "top_down", "bottom_up"])
def test_intervals_are_in_order_and_never_negative(mode: str, method: str) -> None:
    made = stage().full(values(mode=mode, method=method))
    ends = [whole(made, name) for name in ORDER]
    assert BANDS == ORDER
    assert (ends[0] >= 0).all()
    for low, high in pairwise(ends):
        assert (low <= high).all()
    mean, regular = whole(made, "statistical_forecast"), slice(0, 16)
    assert (ends[1][:, regular] <= mean[:, regular]).all()
    assert (mean[:, regular] <= ends[2][:, regular]).all()


def test_customers_share_the_forecast_of_their_place() -> None:
    made = stage().full(values(method="bottom_up"))
    notes = made.values["forecast_notes"]
    assert isinstance(notes, ForecastNotes)
    assert np.allclose(whole(made, "statistical_forecast")[:, :2].sum(axis=1), notes.forecast.mean[:, 0], atol=1e-5)


def test_young_and_finished_items_are_not_moved_by_the_levels_above() -> None:
    alone, levelled = stage().full(values(method="bottom_up")), stage().full(values(method="structural"))
    notes = levelled.values["forecast_notes"]
    assert isinstance(notes, ForecastNotes)
    apart = np.setdiff1d(np.arange(SERIES), notes.settled)
    assert set(range(18, 22)) <= set(apart.tolist())
    name = "statistical_forecast"
    assert np.array_equal(whole(alone, name)[:, apart], whole(levelled, name)[:, apart])
    assert not np.array_equal(whole(alone, name), whole(levelled, name))
    assert notes.levels == ("total", "product_family", "customer")


def test_blocks_cut_elsewhere_give_the_same_numbers() -> None:
    other = values()
    cuts, places = ((0, 24),), ((0, 12),)
    for name, value in other.items():
        if name == "place_of_demand":
            other[name] = (PLACE,)
        elif isinstance(value, tuple):
            blocks: Blocks = value
            other[name] = cut(join(blocks), cuts if blocks[0].shape[-1] == 8 else places)
    assert_same(stage().full(values()), stage().full(other))


def test_rare_demand_gets_whole_units_over_its_lead_time() -> None:
    made = stage().full(values(method="bottom_up"))
    quantile = whole(made, "lead_time_quantile")
    assert quantile[8] == np.round(quantile[8])
    assert quantile[8] > 0


@pytest.mark.parametrize("mode", ["fast", "auto"])
def test_a_segment_may_ask_for_the_level_only(mode: str) -> None:
    asked = values(mode=mode, method="bottom_up") | {"level_only": np.eye(PLACES)[0]}
    made, usual = stage().full(asked), stage().full(values(mode=mode, method="bottom_up"))
    mean, other = whole(made, "statistical_forecast"), whole(usual, "statistical_forecast")
    assert not np.array_equal(mean[:, :2], other[:, :2])
    if mode == "fast":
        assert np.array_equal(mean[:, 2:], other[:, 2:])
    notes = made.values["forecast_notes"]
    assert isinstance(notes, ForecastNotes)
    assert set(notes.forecast.method_shares(0)) == {"intermittent"}
    assert "level only" in unit_reason(notes, 0, None, 0)


def test_what_is_kept_in_notes_has_a_row_for_every_unit() -> None:
    notes = stage().full(values(mode="auto")).values["forecast_notes"]
    assert isinstance(notes, ForecastNotes)
    assert {entry.name for entry in fields(notes)} >= {"forecast", "unit", "method", "together"}
    assert notes.backtest_error.shape == (PLACES,)
    assert 0.0 <= notes.together <= 1.0
