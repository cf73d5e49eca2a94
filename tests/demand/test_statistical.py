"""The statistical forecast of one block."""

import numpy as np
import pytest

from steelyard.demand.parameters import ForecastLevel
from steelyard.demand.statistical import statistical_forecast
from steelyard.grid.block import Array, IntArray
from tests.demand.histories import seasonal

PLACE = np.array([0, 0, 1, 1, 1, 2, 2, 2])


def block(
    history: Array, place: IntArray = PLACE, *, active: Array | None = None, level: ForecastLevel = "item_location"
) -> tuple[Array, Array]:
    """Forecast six periods of a block whose rows are all alive and borrow nothing."""
    sold = np.ones((6, history.shape[1])) if active is None else active
    profile = np.full((12, int(place.max()) + 1), np.nan)
    return statistical_forecast(history, np.ones(history.shape), sold, place, profile, 12, level, 12)


@pytest.mark.parametrize("level", ["item_location", "demand"])
def test_a_block_gives_a_forecast_by_series_and_an_error_by_place(level: ForecastLevel) -> None:
    mean, error = block(seasonal(), level=level)
    assert mean.shape == (6, 8)
    assert error.shape == (3,)
    assert (mean > 0).all()
    assert (error > 0).all()


@pytest.mark.parametrize("level", ["item_location", "demand"])
def test_blocks_cut_at_places_give_the_same_bits(level: ForecastLevel) -> None:
    history = seasonal()
    mean, error = block(history, level=level)
    right, right_error = block(history[:, 5:], PLACE[5:] - 2, level=level)
    assert np.array_equal(mean[:, 5:], right)
    assert np.array_equal(error[2:], right_error)


def test_a_period_in_which_an_item_is_sold_for_half_gets_half_the_forecast() -> None:
    active = np.ones((6, 8))
    active[3, :2] = 0.5
    whole, part = block(seasonal())[0], block(seasonal(), active=active)[0]
    assert np.allclose(part[3, :2], whole[3, :2] / 2, atol=1e-5)
    assert np.array_equal(part[:3], whole[:3])


def test_rows_outside_their_life_are_not_taken_for_zero_demand() -> None:
    history, life = np.full((36, 1), 10.0), np.ones((36, 1))
    history[:24], life[:24] = 0.0, 0.0
    profile = np.full((12, 1), np.nan)
    mean, _ = statistical_forecast(history, life, np.ones((6, 1)), np.array([0]), profile, 12, "item_location", 12)
    assert np.allclose(mean, 10.0, atol=1e-6)
