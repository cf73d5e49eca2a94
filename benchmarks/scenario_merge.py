"""Merging: difference and three-way merge of two scenarios with 10,000 changes each over 100,000 series."""

import json
import time
from datetime import UTC, datetime
from typing import cast

import numpy as np
from _generated_inputs import independent_items

from steelyard.data.extract import Extract
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.merge.difference import compare_changes
from steelyard.plan.merge.proposal import propose_merge
from steelyard.plan.operation import Percent, SetValue
from steelyard.plan.validation import faults_of
from steelyard.plan.wiring import MEASURES, STANDARD

SERIES, CHANGES, COMMON = 100_000, 10_000, 1_000
AT = datetime(2026, 1, 1, tzinfo=UTC)


def changes(inputs: PlanInputs, count: int, seed: int) -> list[Change]:
    """Changes of single items and, one in ten, of families; half of them set, half scale; three periods each."""
    rng = np.random.default_rng(seed)
    series, periods = inputs.series["demand"], inputs.periods("horizon")
    families, items = series.names("product_family"), series.names("item")
    made = []
    for number in range(count):
        start = int(rng.integers(0, periods.size - 3))
        family = not number % 10
        names, level = (families, "product_family") if family else (items, "item")
        scope = {level: names[int(rng.integers(0, len(names)))]}
        operation = SetValue(float(number)) if number % 2 else Percent(5.0)
        window = (periods.labels[start], periods.labels[start + 2])
        made.append(Change(operation, "consensus_demand", scope, window, "bench", AT, id=f"{seed}.{number}.1"))
    return made


def main() -> None:
    """Print one row."""
    inputs = independent_items(SERIES)
    no_tables = cast(Extract, None)  # changes of cells are held against series and periods only
    base, own, other = (changes(inputs, count, seed) for count, seed in ((COMMON, 0), (CHANGES, 1), (CHANGES, 2)))
    start = time.process_time()
    compare_changes([*base, *own], [*base, *other])
    found = propose_merge(
        base,
        [*base, *own],
        [*base, *other],
        inputs=inputs,
        measures=MEASURES,
        faults=lambda change: faults_of(change, inputs, no_tables, STANDARD),
    )
    seconds = time.process_time() - start
    what = f"diff and three-way merge, {CHANGES:,} changes on each side, {len(found.conflicts):,} conflicts"
    print(json.dumps({"what": what, "measured": f"{seconds:.2f} CPU s", "bar": "<= 2 s", "met": seconds <= 2}))


if __name__ == "__main__":
    main()
