"""Series from outside that lead demand."""

import numpy as np
import pytest

from steelyard.demand.indicator import indicator_effect, measure_influence
from steelyard.errors import ModelError

PERIODS, GROUPS, LEAD = 60, 30, 3


def market(seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Demand of which half follows the second of three indicators, three periods later."""
    random = np.random.default_rng(seed)
    indicators = np.cumsum(random.normal(0, 0.1, (PERIODS, 3)), axis=0)
    time = np.arange(PERIODS)[:, None]
    log_demand = 5 + 0.004 * time + 0.2 * np.sin(time / 6 * np.pi) + random.normal(0, 0.04, (PERIODS, GROUPS))
    log_demand[LEAD:, : GROUPS // 2] += 0.8 * indicators[:-LEAD, [1]]
    return np.exp(log_demand), indicators


def test_the_indicator_is_found_with_its_lead_and_response() -> None:
    demand, indicators = market()
    found = measure_influence(demand, indicators, np.ones((3, GROUPS), dtype=bool), period=12)
    led = slice(0, GROUPS // 2)
    assert (found.chosen[led] == 1).all()
    assert (found.lead[1, led] == LEAD).all()
    assert np.allclose(found.response[1, led], 0.8, atol=0.25)
    assert (found.skill[1, led] > 0.3).all()


def test_what_does_not_help_out_of_sample_is_not_used() -> None:
    chosen = []
    for seed in range(5):
        demand, indicators = market(seed)
        found = measure_influence(demand, indicators, np.ones((3, GROUPS), dtype=bool), period=12)
        chosen.append((found.chosen[GROUPS // 2 :] >= 0).mean())
    assert np.mean(chosen) < 0.1


def test_an_indicator_is_only_held_against_the_groups_it_concerns() -> None:
    demand, indicators = market()
    applies = np.ones((3, GROUPS), dtype=bool)
    applies[1, 0] = False
    found = measure_influence(demand, indicators, applies, period=12)
    assert found.chosen[0] != 1
    assert np.isnan(found.skill[1, 0])


def test_too_short_a_history_proves_nothing() -> None:
    demand, indicators = market()
    found = measure_influence(demand[:14], indicators[:14], np.ones((3, GROUPS), dtype=bool), period=12)
    assert (found.chosen == -1).all()


def test_no_indicator_at_all_is_no_fault() -> None:
    demand, _ = market()
    found = measure_influence(demand, np.empty((PERIODS, 0)), np.ones((0, GROUPS), dtype=bool), period=12)
    assert (found.chosen == -1).all()


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ModelError, match="differ in length"):
        measure_influence(np.ones((5, 1)), np.ones((4, 1)), np.ones((1, 1), dtype=bool), period=12)


def test_values_known_today_move_the_periods_they_lead() -> None:
    factor = indicator_effect(np.array([0.0, 0.0, 1.0, np.nan, np.nan]), lead=2, response=0.5, history=3)
    assert np.allclose(factor, [1, 1, 1, 1, np.exp(0.5)])


def test_an_indicator_nobody_knows_moves_nothing() -> None:
    assert indicator_effect(np.full(4, np.nan), lead=1, response=2.0, history=2).tolist() == [1, 1, 1, 1]
