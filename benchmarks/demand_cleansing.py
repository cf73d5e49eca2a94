"""Cleansing as a plan does it: M3 monthly series with spikes and stock-outs put into them, cleaned and forecast.

Run: python benchmarks/demand_cleansing.py. The M3 data stand in the folder `shared` beside the project. Spikes: one
month of the last 18 of half the series times 2.5, 3 or 0.2. Stock-outs: two months of the last 12 of half the series at
10 to 60 percent, flagged. Level shifts: the months before one of the last 8 to 20 of 30 percent of the series halved
or doubled.
"""

import json
import sys
import time

import numpy as np
from _forecast_sets import ForecastSet, judge, m3

from steelyard.demand.correction import automatic_correction, cleaned_demand
from steelyard.demand.forecast import forecast_series
from steelyard.demand.level_shift import level_shift
from steelyard.grid.block import Array

BAR = 0.83
SEASON = 12


def cleaned(history: Array, flagged: Array) -> Array:
    """History as the statistical forecast of a plan sees it."""
    life, none = np.isfinite(history).astype(np.float64), np.zeros(history.shape)
    demand = np.nan_to_num(history)
    automatic, _, _ = automatic_correction(demand, life, flagged, none, none + 1, SEASON)
    sound = cleaned_demand(demand, automatic)
    return np.where(life > 0, sound + level_shift(sound, none, life, none, none + 1, SEASON, True), np.nan)


def spoil(history: Array) -> dict[str, tuple[Array, Array]]:
    """Spoil the history in three ways; each with the flags that a company would have."""
    random = np.random.default_rng(2026)
    none, size, periods = np.zeros(history.shape), history.shape[1], len(history)
    spiked, emptied, shifted, flags = history.copy(), history.copy(), history.copy(), none.copy()
    for series in np.flatnonzero(random.random(size) < 0.5):
        spiked[periods - random.integers(1, 19), series] *= random.choice([2.5, 3.0, 0.2])
    for series in np.flatnonzero(random.random(size) < 0.5):
        start = periods - random.integers(2, 13)
        emptied[start : start + 2, series] *= random.uniform(0.1, 0.6)
        flags[start : start + 2, series] = 1.0
    for series in np.flatnonzero(random.random(size) < 0.3):
        shifted[: periods - random.integers(8, 21), series] *= random.choice([0.5, 2.0])
    return {
        "as they are": (history, none),
        "spikes": (spiked, none),
        "flagged stock-outs": (emptied, flags),
        "level shifts": (shifted, none),
    }


def owa(one: ForecastSet, history: Array) -> float:
    """Score the fast forecast of a history."""
    return judge(one, forecast_series(history, period=SEASON, horizon=one.horizon).mean).owa


def main() -> None:
    """Score every case raw and cleaned."""
    one = m3("Monthly", SEASON)
    print(f"{'OWA':<22}{'raw':>8}{'cleaned':>9}{'CPU s/1000':>12}", file=sys.stderr)
    for case, (history, flags) in spoil(one.history).items():
        before = time.process_time()
        sound = cleaned(history, flags)
        seconds = (time.process_time() - before) * 1000 / one.size
        raw, clean = owa(one, history), owa(one, sound)
        print(f"{case:<22}{raw:>8.4f}{clean:>9.4f}{seconds:>10.3f}", file=sys.stderr)
        if case in ("spikes", "flagged stock-outs"):
            what = f"M3 monthly with {case}, cleaned by rule, OWA"
            row = {"what": what, "measured": f"{clean:.4f}", "bar": f"<= {BAR}", "met": clean <= BAR}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
