"""Inventory policies: safety stock of a million series by cycle service and by fill rate, lots, and a stock budget."""

import json
import time
from collections.abc import Callable

import numpy as np

from steelyard.inventory.dynamic_lot import lots_of
from steelyard.inventory.safety_stock import (
    cycle_service_factor,
    fill_rate_factor,
    lead_time_deviation,
    normal_loss,
    safety_stock,
)
from steelyard.inventory.service_curve import StockedSeries, spend_budget

SERIES, REPEATS = 1_000_000, 3


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def best(function: Callable[[], object]) -> float:
    """Least processor time of a few runs [s]; the first one compiles and does not count."""
    function()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    chance = np.random.default_rng(0)
    mean = chance.gamma(2, 50, SERIES)
    error = mean * chance.uniform(0.2, 0.8, SERIES)
    lead, late = chance.uniform(0.5, 3, SERIES), chance.uniform(0, 0.5, SERIES)
    level, review = chance.uniform(0.9, 0.99, SERIES), np.ones(SERIES)
    sigma = lead_time_deviation(error=error, demand=mean, lead_time=lead, lead_time_deviation=late, review=review)

    def by_cycle_service() -> None:
        safety_stock(error, mean[None], lead, late, review, cycle_service_factor(level))

    def by_fill_rate() -> None:
        found = lead_time_deviation(error=error, demand=mean, lead_time=lead, lead_time_deviation=late, review=review)
        fill_rate_factor(level, lot_size=mean, deviation=found) * found

    seconds = best(by_cycle_service)
    report("safety stock of 1 M series, cycle service", f"{seconds:.3f} s", "<= 0.1 s", seconds <= 0.1)
    seconds = best(by_fill_rate)
    report("safety stock of 1 M series, fill rate", f"{seconds:.3f} s", "<= 0.4 s", seconds <= 0.4)
    factor = fill_rate_factor(level, lot_size=mean, deviation=sigma)
    off = float(np.abs(1.0 - sigma * normal_loss(factor) / mean - level).max())
    report("largest error of those fill rates", f"{off:.1e}", "<= 1e-9", off <= 1e-9)

    demand = chance.gamma(2, 50, (24, 20_000)).round()
    seconds = best(lambda: lots_of(demand, np.full(20_000, 200.0), np.full(20_000, 1.0)))
    report("Wagner-Whitin, 20,000 series x 24 periods", f"{seconds:.3f} s", "<= 0.5 s", seconds <= 0.5)

    rows = slice(0, 100_000)
    cost = chance.uniform(1, 100, 100_000)
    series = StockedSeries(sigma[rows], mean[rows], mean[rows], cost, 2 * cost)
    budget = float((cost * sigma[rows]).sum())
    seconds = best(lambda: spend_budget(series, budget))
    report("stock budget over 100,000 series", f"{seconds:.2f} s", "<= 2 s", seconds <= 2.0)


if __name__ == "__main__":
    main()
