"""Demand forecast at scale: 10,000 series x 36 months, and one block of 1,000 as an edit of history recomputes it."""

import json
import resource
import time

import numpy as np

from steelyard.demand.forecast import forecast_series
from steelyard.demand.split import forecast_by_item
from steelyard.grid.block import Array


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def generated(series: int, periods: int, *, seed: int = 1) -> Array:
    """Lognormal level, trend, season of amplitude 0, 0.2 or 0.4, noise 0.15; one in ten intermittent."""
    rng = np.random.default_rng(seed)
    t = np.arange(periods)[:, None]
    level, slope = rng.lognormal(4.5, 1.0, series), rng.uniform(-0.005, 0.015, series)
    season = 1 + rng.choice([0.0, 0.2, 0.4], series) * np.sin(2 * np.pi * t / 12 + rng.uniform(0, 2 * np.pi, series))
    history = level * (1 + slope * t) * season * np.exp(rng.normal(0, 0.15, (periods, series)))
    rare = rng.random(series) < 0.1
    return np.round(np.where(rare & (rng.random((periods, series)) < 0.6), 0.0, history))


def main() -> None:
    """Run all."""
    history = generated(10_000, 36)
    forecast_series(history[:, :500], period=12, horizon=24)
    start = time.perf_counter()
    whole = forecast_series(history, period=12, horizon=24)
    seconds = time.perf_counter() - start
    report("fast forecast of 10,000 series x 36 months", f"{seconds:.2f} s", "<= 5 s", seconds <= 5)
    start = time.perf_counter()
    block = forecast_series(history[:, 3000:4000], period=12, horizon=24)
    seconds = time.perf_counter() - start
    report("fast forecast of one block of 1,000 series", f"{seconds * 1000:.0f} ms", "<= 500 ms", seconds <= 0.5)
    same = np.array_equal(block.mean, whole.mean[:, 3000:4000])
    report("a block alone equals the block within all, bit for bit", str(same), "True", same)
    start = time.perf_counter()
    forecast_by_item(history, np.arange(10_000) // 4, 2_500, period=12, horizon=24)
    seconds = time.perf_counter() - start
    report("2,500 item-locations split to 10,000 customers' series", f"{seconds:.2f} s", "<= 5 s", seconds <= 5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    report("peak memory of these", f"{peak:.2f} GB", "<= 1 GB", peak <= 1)


if __name__ == "__main__":
    main()
