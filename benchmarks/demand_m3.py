"""Demand forecast, fast mode, on the 3,003 series of the M3 competition: accuracy, speed, and what cleansing saves.

Run: python benchmarks/demand_m3.py. The M3 data stand in the folder `shared` beside the project. statsforecast is an
optional peer: if it is installed, its DynamicOptimizedTheta runs on the same series in the same process.
"""

import importlib.util
import json
import sys
import time
from collections.abc import Callable

import numpy as np
from _forecast_sets import ForecastSet, Score, judge, m3

from steelyard.demand.accuracy import naive_forecast
from steelyard.demand.cleansing import find_spikes, impute_stockouts
from steelyard.demand.forecast import forecast_series
from steelyard.grid.block import Array, BoolArray

FREPPLE_SMAPE = 13.34
"""Mean sMAPE over all points of all 3,003 series, as published for frePPLe's forecast engine."""


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def show(*cells: object) -> None:
    """Print one line of the table for people."""
    print("".join(f"{cell:<24}" if i == 0 else f"{cell!s:>12}" for i, cell in enumerate(cells)), file=sys.stderr)


def fast(one: ForecastSet) -> Array:
    """The fast statistical forecast."""
    return forecast_series(one.history, period=one.period, horizon=one.horizon).mean


def timed(function: Callable[[ForecastSet], Array], one: ForecastSet) -> tuple[Array, float]:
    """Forecast, and the CPU seconds per 1,000 series that took."""
    before = time.process_time()
    said = function(one)
    return said, (time.process_time() - before) * 1000 / one.size


def row(one: ForecastSet, method: str, function: Callable[[ForecastSet], Array]) -> tuple[Array, Score, float]:
    """Run one method on one set and show its line."""
    said, seconds = timed(function, one)
    score = judge(one, said)
    show(f"{one.name} {method}", f"{seconds:.3f}", f"{score.smape:.2f}", f"{score.mase:.3f}", f"{score.owa:.4f}")
    return said, score, seconds


def all_sets() -> None:
    """Score every frequency, and all points together."""
    show("", "CPU s/1000", "sMAPE", "MASE", "OWA")
    sets = [m3("Monthly", 12), m3("Quarterly", 4), m3("Yearly", 1), m3("Other", 1)]
    fast(sets[0])
    found = []
    for one in sets:
        row(one, "naive", lambda held: naive_forecast(held.history, held.horizon, held.period))
        found.append(row(one, "fast", fast))
    _, monthly, seconds = found[0]
    report("M3 monthly, fast forecast, OWA", f"{monthly.owa:.4f}", "<= 0.815", monthly.owa <= 0.815)
    report("M3 monthly, fast forecast, CPU s per 1,000 series", f"{seconds:.2f}", "<= 0.5", seconds <= 0.5)
    quarterly = found[1][1].mase
    report("M3 quarterly, fast forecast, MASE", f"{quarterly:.3f}", "<= 1.09", quarterly <= 1.09)
    points = [(one.demand.size, score.smape) for one, (_, score, _) in zip(sets, found, strict=True)]
    smape = sum(n * s for n, s in points) / sum(n for n, _ in points)
    report("M3, 3,003 series, mean sMAPE over points", f"{smape:.2f}", f"< {FREPPLE_SMAPE}", smape < FREPPLE_SMAPE)
    peer(sets[0], seconds, monthly)


def dirty_data() -> None:
    """Spoil half the monthly series, clean them, and forecast."""
    one = m3("Monthly", 12)
    spiked, emptied, flags = _spoil(one.history)
    cases = {
        "spikes, raw": spiked,
        "spikes, cleaned": find_spikes(spiked, period=12).apply(spiked),
        "stock-outs, raw": emptied,
        "stock-outs, imputed": impute_stockouts(emptied, flags, period=12).apply(emptied),
        "untouched, cleaned": find_spikes(one.history, period=12).apply(one.history),
    }
    owa = {}
    for name, history in cases.items():
        owa[name] = judge(one, fast(ForecastSet(one.name, history, one.demand, 12))).owa
        show(name, "", "", "", f"{owa[name]:.4f}")
    for name in ("spikes, cleaned", "stock-outs, imputed"):
        report(f"M3 monthly, half the series with {name}, OWA", f"{owa[name]:.4f}", "<= 0.83", owa[name] <= 0.83)


def _spoil(history: Array) -> tuple[Array, Array, BoolArray]:
    """One spike in the last 18 months, or two months sold out in the last 12, in half of the series each."""
    rng = np.random.default_rng(3)
    spiked, emptied, flags = history.copy(), history.copy(), np.zeros(history.shape, dtype=bool)
    for i in np.flatnonzero(rng.random(history.shape[1]) < 0.5):
        spiked[-rng.integers(1, 19), i] *= rng.choice([2.5, 3.0, 0.2])
    for i in np.flatnonzero(rng.random(history.shape[1]) < 0.5):
        at = len(history) - rng.integers(2, 13)
        emptied[at : at + 2, i] *= rng.uniform(0.1, 0.6)
        flags[at : at + 2, i] = True
    return spiked, emptied, flags


def peer(one: ForecastSet, seconds: float, own: Score) -> None:
    """Compare with statsforecast, where it is installed."""
    if importlib.util.find_spec("statsforecast") is None:
        print("statsforecast is not installed: no peer run", file=sys.stderr)
        return
    from statsforecast.models import DynamicOptimizedTheta

    def forecast(held: ForecastSet) -> Array:
        model = DynamicOptimizedTheta(season_length=held.period)
        columns = [held.history[np.isfinite(held.history[:, i]), i] for i in range(held.size)]
        return np.stack([model.forecast(y, held.horizon)["mean"] for y in columns], axis=1)

    _, theirs, cpu = row(one, "DynamicOptimizedTheta", forecast)
    report("M3 monthly, CPU of DynamicOptimizedTheta by ours", f"{cpu / seconds:.1f}x", ">= 7x", cpu >= 7 * seconds)
    report("M3 monthly, OWA against DynamicOptimizedTheta", f"{own.owa - theirs.owa:+.4f}", "< 0", own.owa < theirs.owa)


if __name__ == "__main__":
    all_sets()
    dirty_data()
