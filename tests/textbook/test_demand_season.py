"""Moving averages and seasonal indices as printed in textbooks."""

import numpy as np

from steelyard.demand.season import centred_average, find_season


def test_centred_average_of_australian_beer() -> None:
    """Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd ed., table 6.2 (2x4-MA, from 1992 Q3)."""
    beer = np.array([443.0, 410, 420, 532, 433, 421, 410, 512])[:, None]
    assert centred_average(beer, 4)[:, 0].tolist() == [450.0, 450.125, 450.25, 446.5]


def test_indices_of_a_multiplicative_season_are_ratios_to_the_moving_average() -> None:
    """A level of 100 with quarters at 80, 120, 110 and 90 percent has exactly these indices."""
    sales = np.tile([80.0, 120.0, 110.0, 90.0], 4)[:, None]
    season = find_season(sales, np.array([0]), 4, multiplicative=True)
    assert np.allclose(season.indices[:, 0], [0.8, 1.2, 1.1, 0.9])


def test_james_stein_shrinks_by_noise_over_signal() -> None:
    """Miller and Williams 2003: weight = (m - 3) / (m - 1) x noise of the indices / their squared distance from one."""
    sales = np.array([80.0, 120, 110, 90, 84, 116, 112, 88, 78, 122, 108, 92, 81, 119, 111, 89])[:, None]
    raw = np.array([sales[k + 2 : k + 3] for k in range(12)]).reshape(12)
    ratio = raw / centred_average(sales, 4)[:, 0]
    by_phase = ratio.reshape(3, 4)[:, [2, 3, 0, 1]]
    index = by_phase.mean(axis=0) / by_phase.mean()
    within = ((by_phase - by_phase.mean(axis=0)) ** 2).sum() / (12 - 4)
    weight = 1 / 3 * (4 * within / 3) / ((index - 1) ** 2).sum()
    season = find_season(sales, np.array([0]), 4, multiplicative=True)
    assert np.allclose(season.indices[:, 0], 1 + (1 - weight) * (index - 1))
