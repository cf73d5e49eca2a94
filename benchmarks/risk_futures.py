"""Futures: 1,000 draws of 8,000 item-locations x 24 months, supply fixed; load, late receipts and receivables too."""

import json
import time

import numpy as np

from steelyard.risk.futures import DemandError
from steelyard.risk.simulation import FixedSupply, simulate

SERIES, PERIODS, DRAWS, RESOURCES = 8_000, 24, 1_000, 40


def main() -> None:
    """Print one row."""
    rng = np.random.default_rng(1)
    demand = rng.gamma(2.0, 50.0, (PERIODS, SERIES))
    number = np.arange(SERIES)
    supply = FixedSupply(
        demand, 1.02 * demand, 0.5 * demand[0], np.full_like(demand, 10.0), np.full_like(demand, 6.0), number,
        (number, number % RESOURCES, rng.uniform(0.02, 0.2, SERIES)), RESOURCES,
        lateness=rng.uniform(0.0, 0.5, SERIES), open_share=np.tile([1.0, 0.5], (SERIES, 1)),
    )  # fmt: skip
    error = DemandError(rng.uniform(0.1, 0.6, SERIES), number // 100)
    simulate(supply, error, draws=2, seed=1)
    start = time.process_time()
    simulate(supply, error, draws=DRAWS, seed=1)
    seconds = time.process_time() - start
    what = f"Monte Carlo, {DRAWS:,} draws, {SERIES:,} item-locations x {PERIODS} months, supply fixed"
    print(json.dumps({"what": what, "measured": f"{seconds:.1f} CPU s", "bar": "<= 15 s", "met": seconds <= 15}))


if __name__ == "__main__":
    main()
