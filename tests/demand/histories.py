"""Histories for the tests of the demand area: seeded series of many kinds."""

import numpy as np

from steelyard.grid.block import Array


def seasonal(*, periods: int = 60, series: int = 8, noise: float = 0.1, seed: int = 1) -> Array:
    """Monthly demand with level, mild trend, season and lognormal noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(periods)[:, None]
    level, slope = rng.uniform(50, 500, series), rng.uniform(-0.002, 0.01, series)
    season = 1 + 0.4 * np.sin(2 * np.pi * t / 12 + rng.uniform(0, 6, series))
    return level * (1 + slope * t) * season * np.exp(rng.normal(0, noise, (periods, series)))


def mixed(*, periods: int = 48, seed: int = 7) -> Array:
    """One series of every kind: seasonal, intermittent, young, short, single, constant, zero, unknown, ended, gappy."""
    rng = np.random.default_rng(seed)
    history = np.full((periods, 12), np.nan)
    history[:, :2] = seasonal(periods=periods, series=2, seed=seed)
    history[:, 2] = rng.poisson(5, periods) * (rng.random(periods) < 0.4)
    history[-18:, 3] = rng.uniform(80, 120, 18)
    history[-6:, 4] = rng.uniform(5, 15, 6)
    history[-1, 5] = 42.0
    history[:, 6] = 7.0
    history[:, 7] = 0.0
    history[:20, 9] = rng.uniform(10, 20, 20)
    history[20:, 9] = 0.0
    history[:, 10] = rng.uniform(10, 20, periods)
    history[5:8, 10] = np.nan
    history[-4:, 11] = np.nan
    history[:-4, 11] = rng.uniform(1, 3, periods - 4)
    return history
