"""Comparing: two plans of 100,000 series, the 100 cells that differ most; and the chain between two months of the demo.

Give the folder of a company (as `steelyard demo` makes one) to measure the chain between its last published plan and
its base, too.
"""

import json
import sys
import time
from types import MappingProxyType
from typing import cast

import numpy as np
from _generated_inputs import independent_items

from steelyard.grid.block import Blocks, freeze
from steelyard.plan.bridge import bridge
from steelyard.plan.compare import compare
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.numbers import PlanMaker, PlanNumbers
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace

SERIES, TOP = 100_000, 100
CHAIN_BAR, COMPARE_BAR = 1.0, 0.5


def two_plans(inputs: PlanInputs) -> tuple[PlanNumbers, PlanNumbers]:
    """Two plans that differ in every cell of one measure."""
    rng = np.random.default_rng(1)
    size, periods = inputs.series["demand"].cuts, inputs.periods("horizon").size
    one: Blocks = tuple(freeze(rng.gamma(2.0, 50.0, (periods, stop - start))) for start, stop in size)
    other: Blocks = tuple(freeze(block * rng.normal(1.0, 0.1, block.shape)) for block in one)
    no_maker = cast(PlanMaker, None)
    made = [
        PlanNumbers(
            name, inputs, MappingProxyType({"consensus_demand": blocks}), PlanParameters(), (), STANDARD, name, no_maker
        )
        for name, blocks in (("base", one), ("other", other))
    ]
    return made[0], made[1]


def compared() -> None:
    """Print the row of the comparison."""
    before, after = two_plans(independent_items(SERIES))
    start = time.perf_counter()
    held = compare(before, after, measures=["consensus_demand"])
    rows = held.kpis.height + held.cells(TOP).height
    told(f"compare two plans of {SERIES:,} series, top {TOP} differences, {rows} rows", start, COMPARE_BAR)


def chained(folder: str) -> None:
    """Print the rows of the chain: the first number asked between two months, and the numbers asked after it."""
    with Workspace.open(folder) as home:
        after = home.scenario("base").plan()
        before = home.numbers_of(home.published_plan(home.published()[-1].id))
        start = time.perf_counter()
        first = bridge(before, after, "revenue")
        way = f"{len(first.steps)} steps, the plans between calculated in both orders"
        told(f"chain between two months, the first number asked ({way})", start, None)
        families = after.series("revenue").names("product_family")
        start = time.perf_counter()
        for family in families:
            found = bridge(before, after, "gross_margin", scope={"product_family": family})
            assert found.start + sum(step.effect for step in found.steps) == found.end
        each = (time.perf_counter() - start) / len(families)
        what = "chain for one aggregate between two months, once the plans between are known"
        row(what, each, CHAIN_BAR)


def told(what: str, start: float, bar: float | None) -> None:
    """Print a row by the time since `start` [s]."""
    row(what, time.perf_counter() - start, bar)


def row(what: str, seconds: float, bar: float | None) -> None:
    """Print a row."""
    verdict = {} if bar is None else {"bar": f"<= {bar:g} s", "met": seconds <= bar}
    print(json.dumps({"what": what, "measured": f"{seconds:.3f} s", **verdict}))


if __name__ == "__main__":
    compared()
    for company in sys.argv[1:]:
        chained(company)
