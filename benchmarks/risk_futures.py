"""Futures: 1,000 draws of 8,000 item-locations x 24 months, supply fixed; load, late components, receivables too."""

import json
import time

import numpy as np

from steelyard.grid.block import Array
from steelyard.risk.futures import DemandError
from steelyard.risk.simulation import FixedSupply, MadeFrom, simulate

SERIES, PERIODS, DRAWS, RESOURCES = 8_000, 24, 1_000, 40
COMPONENTS, PARTS = 2_000, 3
"""How many series are components, the last ones, and how many of them each other series is made of."""


def main() -> None:
    """Print one row."""
    rng = np.random.default_rng(1)
    demand = rng.gamma(2.0, 50.0, (PERIODS, SERIES))
    number = np.arange(SERIES)
    made_from, issues = _made_from(rng, 1.02 * demand)
    supply = FixedSupply(
        demand, 1.02 * demand + issues, 0.5 * demand[0], np.full_like(demand, 10.0), np.full_like(demand, 6.0), number,
        (number, number % RESOURCES, rng.uniform(0.02, 0.2, SERIES)), RESOURCES,
        lateness=rng.uniform(0.0, 0.5, SERIES), open_share=np.tile([1.0, 0.5], (SERIES, 1)),
        issues=issues, keep=3 * demand, made_from=made_from,
    )  # fmt: skip
    error = DemandError(rng.uniform(0.1, 0.6, SERIES), number // 100)
    simulate(supply, error, draws=2, seed=1)
    start = time.process_time()
    simulate(supply, error, draws=DRAWS, seed=1)
    seconds = time.process_time() - start
    what = f"Monte Carlo, {DRAWS:,} draws, {SERIES:,} item-locations x {PERIODS} months, supply fixed"
    print(json.dumps({"what": what, "measured": f"{seconds:.1f} CPU s", "bar": "<= 15 s", "met": seconds <= 15}))


def _made_from(rng: np.random.Generator, receipts: Array) -> tuple[MadeFrom, Array]:
    """Each end product of three components, a period before its receipt, and what is issued for them."""
    made = np.arange(SERIES - COMPONENTS)
    part = rng.integers(SERIES - COMPONENTS, SERIES, made.size * PARTS)
    issues, lead = np.zeros_like(receipts), np.ones(made.size, np.int64)
    np.add.at(issues.T, part, np.repeat(np.vstack([receipts[1:], 0 * receipts[:1]])[:, made].T, PARTS, axis=0))
    always = np.full(part.size, PERIODS)
    order = np.concatenate([np.arange(SERIES - COMPONENTS, SERIES), made])
    first = PARTS * np.arange(made.size + 1)
    return MadeFrom(made, receipts[:, made].T.copy(), lead, first, part, 0 * always, always, order), issues


if __name__ == "__main__":
    main()
