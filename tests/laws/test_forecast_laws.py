"""Laws of the forecast of a plan: any history, any season, either mode gives something sane with a named reason."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.demand.levels import LevelCodes
from steelyard.grid.block import Array, join
from steelyard.plan.calculation import NetworkOutcome, Value
from steelyard.plan.executor import Serial
from steelyard.plan.forecasting.memory import ForecastMemory
from steelyard.plan.forecasting.override import ForecastOverrides
from steelyard.plan.forecasting.view import unit_reason
from steelyard.plan.stages.forecast import ForecastNotes, ForecastStage

SERIES, PLACES = 6, 3
PERIODS = (1, 4, 12, 13, 52)
LENGTHS = (1, 2, 5, 11, 12, 25, 48, 60, 130, 240, 270)
KINDS = ("zeros", "constant", "leading zeros", "gaps", "drawn", "one demand", "tiny", "huge", "falling")


def past(kind: str, periods: int, drawn: Array) -> Array:
    """A history of one kind, made from drawn numbers; NaN is outside the life of the series."""
    t = np.arange(periods, dtype=np.float64)
    made = np.resize(np.abs(drawn), periods)
    match kind:
        case "zeros":
            return np.zeros(periods)
        case "constant":
            return np.full(periods, 7.0)
        case "leading zeros":
            return np.where(t < periods * 0.7, 0.0, made)
        case "gaps":
            return np.where(t % 5 == 3, np.nan, made)
        case "one demand":
            return np.where(t == periods // 2, 100.0, 0.0)
        case "tiny":
            return made * 1e-9
        case "huge":
            return made * 1e9
        case "falling":
            return np.maximum(100.0 - 3.0 * t, 0.0)
        case _:
            return made


def outcome(history: Array, *, period: int, horizon: int, mode: str, method: str, active: Array) -> NetworkOutcome:
    """Run the stage on one block of six series at three places."""
    place, life = np.arange(SERIES) // 2, np.isfinite(history)
    known: dict[str, Value] = {
        "baseline_history": (np.where(life, history, 0.0),), "life_history": (life.astype(np.float64),),
        "active": (active,), "place_of_demand": (place,),
        "season_profile": (np.full((period, PLACES), np.nan),),
        "forecast_levels": LevelCodes(("total",), (np.zeros(SERIES, dtype=np.int64),), ("total",)),
        "season": period, "forecast_level": "item_location", "forecast_mode": mode, "reconciliation": method,
        "split_periods": 12, "error_window": 0, "error_smoothing": 0.0,
        "extra_methods": "", "forecast_overrides": ForecastOverrides(),
        "level_only": np.zeros(PLACES), "adi_cut": 1.32,
        "lead_time_days": (np.array([0.0, 45.0, 900.0]),), "days_per_period": 30.0,
        "service_level": (np.array([0.5, 0.95, 0.9999]),),
    }  # fmt: skip
    return ForecastStage(memory=ForecastMemory(executor=Serial())).full(known)


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    st.sampled_from(LENGTHS),
    st.sampled_from(PERIODS),
    st.integers(1, 26),
    st.sampled_from(("fast", "auto")),
    st.sampled_from(("structural", "shrunk", "top_down", "bottom_up")),
)
def test_any_history_gives_a_sane_forecast_with_ordered_intervals_and_a_reason(
    data: st.DataObject, periods: int, period: int, horizon: int, mode: str, method: str
) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=SERIES, max_size=SERIES))
    drawn = data.draw(arrays(np.float64, 40, elements=st.floats(0, 1e4)))
    history = np.stack([past(kind, periods, np.roll(drawn, 7 * i)) for i, kind in enumerate(kinds)], axis=1)
    active = np.ones((horizon, SERIES))
    active[horizon // 2 :, 1] = 0.0
    made = outcome(history, period=period, horizon=horizon, mode=mode, method=method, active=active)
    ends = [
        join(made.values[name])  # type: ignore[arg-type]
        for name in ("forecast_low_95", "forecast_low_80", "forecast_high_80", "forecast_high_95")
    ]
    mean = join(made.values["statistical_forecast"])  # type: ignore[arg-type]
    for numbers in (mean, *ends):
        assert numbers.shape == (horizon, SERIES)
        assert np.isfinite(numbers).all()
        assert (numbers >= 0).all()
        assert (numbers[horizon // 2 :, 1] == 0).all()
    assert (np.diff(np.stack(ends), axis=0) >= 0).all()
    for name in ("forecast_error", "lead_time_quantile"):
        by_place = join(made.values[name])  # type: ignore[arg-type]
        assert np.isfinite(by_place).all()
        assert (by_place >= 0).all()
    notes = made.values["forecast_notes"]
    assert isinstance(notes, ForecastNotes)
    assert all(unit_reason(notes, unit, None, 0) for unit in range(PLACES))


@pytest.mark.parametrize("mode", ["fast", "auto"])
def test_a_period_in_which_an_item_is_sold_for_half_gets_half_the_forecast(mode: str) -> None:
    rng = np.random.default_rng(5)
    history, active = rng.uniform(50, 100, (48, SERIES)), np.ones((6, SERIES))
    whole = outcome(history, period=12, horizon=6, mode=mode, method="bottom_up", active=active)
    active[3] = 0.5
    part = outcome(history, period=12, horizon=6, mode=mode, method="bottom_up", active=active)
    for name in ("statistical_forecast", "forecast_high_80"):
        full, cut_short = (join(made.values[name]) for made in (whole, part))  # type: ignore[arg-type]
        assert np.allclose(cut_short[3], full[3] / 2, atol=1e-5)
        assert np.array_equal(np.delete(cut_short, 3, axis=0), np.delete(full, 3, axis=0))


def test_rows_outside_their_life_are_not_taken_for_zero_demand() -> None:
    history = np.full((36, SERIES), 10.0)
    history[:24] = np.nan
    made = outcome(history, period=12, horizon=6, mode="fast", method="structural", active=np.ones((6, SERIES)))
    assert np.allclose(join(made.values["statistical_forecast"]), 10.0, atol=1e-6)  # type: ignore[arg-type]
