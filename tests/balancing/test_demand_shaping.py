"""Demand shaping: price, promotion and moved units."""

import numpy as np
import pytest

from steelyard.balancing.demand_shaping import Promotion, moved_units, priced_demand, promoted_demand
from steelyard.errors import ModelError

RED_TOMATO = np.array([1600.0, 3000, 3200, 3800, 2200, 2200])


def test_a_promotion_in_april_takes_from_may_and_june() -> None:
    after = promoted_demand(RED_TOMATO, 3, Promotion(1.0, 0.1, 0.2))
    assert after.tolist() == pytest.approx([1600, 3000, 3200, 5060, 1760, 1760])


def test_forward_buying_moves_units_and_makes_none() -> None:
    after = promoted_demand(RED_TOMATO, 2, Promotion(1.0, 0.0, 0.3))
    assert after.sum() == pytest.approx(RED_TOMATO.sum())


def test_at_the_end_of_the_horizon_less_comes_forward() -> None:
    after = promoted_demand(RED_TOMATO, 5, Promotion(1.0, 0.5, 0.2))
    assert after[5] == pytest.approx(3300)


def test_a_month_outside_or_a_price_of_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match="no period 9"):
        promoted_demand(RED_TOMATO, 8, Promotion(1.0, 0.1, 0.2))
    with pytest.raises(ModelError, match="fall by all"):
        priced_demand(RED_TOMATO[:, None], np.array([-1.0]), -1.0)


def test_units_move_both_ways() -> None:
    units = np.array([[0.0], [4.0], [0.0]])
    assert moved_units(units, -1).ravel().tolist() == [4.0, 0.0, 0.0]
    assert moved_units(units, 2).sum() == 0.0
