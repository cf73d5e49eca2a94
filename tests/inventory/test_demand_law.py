"""Laws of demand: each keeps the same promises as its own random numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ModelError
from steelyard.inventory.demand_law import (
    DemandLaw,
    DiscreteDemand,
    ExponentialDemand,
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
    UniformDemand,
    empirical_demand,
    whole_chances,
)

FORTY, TEN = np.array(40.0), np.array(10.0)
LAWS: dict[str, DemandLaw] = {
    "normal": NormalDemand(FORTY, TEN),
    "lognormal": LognormalDemand(FORTY, TEN),
    "gamma": GammaDemand(FORTY, TEN),
    "poisson": PoissonDemand(FORTY),
    "negative_binomial": NegativeBinomialDemand(FORTY, TEN),
    "uniform": UniformDemand(np.array(20.0), np.array(60.0)),
    "exponential": ExponentialDemand(FORTY),
}


def drawn(name: str, count: int = 400_000) -> np.ndarray:
    chance = np.random.default_rng(3)
    spread = np.sqrt(np.log1p(1 / 16))
    return {
        "normal": lambda: chance.normal(40, 10, count),
        "lognormal": lambda: chance.lognormal(np.log(40) - spread**2 / 2, spread, count),
        "gamma": lambda: chance.gamma(16, 2.5, count),
        "poisson": lambda: chance.poisson(40, count),
        "negative_binomial": lambda: chance.negative_binomial(1600 / 60, 40 / 100, count),
        "uniform": lambda: chance.uniform(20, 60, count),
        "exponential": lambda: chance.exponential(40, count),
    }[name]()


@pytest.mark.parametrize("name", LAWS)
def test_chance_shortage_and_deviation_are_those_of_random_demand(name: str) -> None:
    law, sample = LAWS[name], drawn(name)
    assert np.isclose(law.mean, sample.mean(), rtol=0.01)
    assert np.isclose(law.deviation, sample.std(), rtol=0.02)
    for level in (25.0, 40.0, 55.0):
        assert np.isclose(law.chance(np.array(level)), (sample <= level).mean(), atol=0.004)
        assert np.isclose(law.shortage(np.array(level)), np.maximum(sample - level, 0).mean(), atol=0.08)


@pytest.mark.parametrize("name", LAWS)
@given(share=st.floats(0.01, 0.99))
def test_the_quantile_is_the_smallest_level_with_enough_chance(name: str, share: float) -> None:
    law = LAWS[name]
    level = law.quantile(np.array(share))
    assert law.chance(level + 1e-9) >= share - 1e-6
    step = 1.0 if name in ("poisson", "negative_binomial") else 1e-3
    assert law.chance(level - step) <= share + 1e-6


@pytest.mark.parametrize("name", LAWS)
def test_below_all_demand_the_shortage_is_mean_less_level(name: str) -> None:
    law = LAWS[name]
    if name != "normal":
        assert np.isclose(law.shortage(np.array(-5.0)), 45.0)


def test_counts_without_bursts_are_poisson() -> None:
    plain, bursts = PoissonDemand(FORTY), NegativeBinomialDemand(FORTY, np.array(3.0))
    assert np.isclose(plain.chance(np.array(45.0)), bursts.chance(np.array(45.0)), atol=1e-3)


def test_a_table_of_chances_answers_like_the_table() -> None:
    law = DiscreteDemand(np.array([30.0, 10.0, 20.0]), np.array([0.2, 0.5, 0.3]))
    assert float(law.mean) == 17
    assert law.quantile(np.array([0.5, 0.51, 0.8, 0.81])).tolist() == [10, 20, 20, 30]
    assert np.isclose(law.shortage(np.array(20.0)), 2)
    assert np.isclose(empirical_demand(np.array([1.0, 3.0])).deviation, 1)


@pytest.mark.parametrize("chances", [[0.5, 0.4], [1.5, -0.5], [1.0]])
def test_chances_that_are_none_are_refused(chances: list[float]) -> None:
    with pytest.raises(ModelError, match="summing to 1"):
        DiscreteDemand(np.array([1.0, 2.0]), np.array(chances))


def test_whole_chances_sum_to_one_and_keep_the_mean() -> None:
    chances = whole_chances(PoissonDemand(np.array(6.0)))
    assert np.isclose(chances.sum(), 1)
    assert np.isclose(chances @ np.arange(chances.size), 6, atol=1e-6)
