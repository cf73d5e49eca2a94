"""LightGBM: boosted trees on lags, through mlforecast; needs the extra `steelyard[lightgbm]`.

Trees are usually trained on all series together. Behind this door each series is learnt from by itself: a forecast may
not change because another item did. That costs accuracy where series are short, so it suits long, busy histories.
"""

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from mlforecast import MLForecast
from mlforecast.target_transforms import Differences

from steelyard.demand.peers.one_by_one import Answer, OneByOne
from steelyard.grid.block import Array

LAGS = [1, 2, 3, 6]
"""Periods back that the trees see."""

TREES, LEAVES, RATE = 40, 4, 0.05
"""Size of the model; small, because one series has few rows."""

LEAST_ROWS = 12
"""Rows a model must learn from."""


def _trees(demand: Array, _season: int, horizon: int) -> Answer:
    if demand.size < max(LAGS) + 1 + LEAST_ROWS:
        raise ValueError("too few rows to learn from")
    frame = pd.DataFrame({"unique_id": 0, "ds": np.arange(demand.size), "y": demand})
    model = LGBMRegressor(
        n_estimators=TREES, boost_from_average=False, num_leaves=LEAVES, learning_rate=RATE, min_child_samples=8,
        random_state=0, deterministic=True, force_row_wise=True, n_jobs=1, verbosity=-1,
    )  # fmt: skip
    learner = MLForecast({"trees": model}, freq=1, lags=LAGS, target_transforms=[Differences([1])], num_threads=1)
    learner.fit(frame, fitted=True)
    told = learner.forecast_fitted_values()
    past = np.full(demand.size, np.nan)
    past[told["ds"].to_numpy()] = told["trees"].to_numpy()
    return learner.predict(horizon)["trees"].to_numpy(dtype=np.float64), past


TREES_ON_LAGS = OneByOne("lightgbm", _trees, own_season=False)
"""Boosted trees on the last periods of a series without its season."""
