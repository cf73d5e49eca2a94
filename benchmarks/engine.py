"""Engine: full recalculation, edits, branches, pivots and publishing at 100,000 series x 36 periods.

Everything from the statistical forecast on; the forecast itself repeats only where history changes. The floor is one
compiled pass that reads as many arrays as the plan reads and writes as many as it writes, with the same threads.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numba
import numpy as np
import pandas as pd
import polars as pl
from _generated_inputs import downstream_wiring, independent_items, linked_items

from steelyard.grid.block import Array, Blocks, join
from steelyard.grid.series import SeriesIndex
from steelyard.plan.aggregate import local_groups, sum_by_levels
from steelyard.plan.change import Change
from steelyard.plan.executor import local_executor
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.operation import Percent
from steelyard.plan.run import Results, run_plan
from steelyard.plan.store import BlockStore
from steelyard.supply.lot_size import LotSizes

SERIES, PERIODS = 100_000, 36
PANDAS_SERIES = 2_000
PANDAS_READS = (
    "statistical_forecast", "promotion_effect", "open_orders", "forecast_error", "lead_time_days", "lead_time_std_days",
    "opening_inventory", "scheduled_receipts", "price", "unit_cost", "standard_cost", "budget_revenue",
)  # fmt: skip
WIRING = downstream_wiring()
AT = datetime(2026, 1, 1, tzinfo=UTC)


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def best(function: Callable[[], object], repeats: int = 7) -> float:
    """Shortest time of some runs [s], after one to warm up."""
    function()
    return min(_timed(function) for _ in range(repeats))


def median(function: Callable[[], object], repeats: int = 15) -> float:
    """Median time of some runs [s], after one to warm up."""
    function()
    return statistics.median(_timed(function) for _ in range(repeats))


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def percent(scope: dict[str, tuple[str, ...]], *, periods: tuple[str, str] | None = None, by: float = 10.0) -> Change:
    """A change of consensus demand by a percentage."""
    return Change(Percent(by), measure="consensus_demand", scope=scope, periods=periods, author="bench", at=AT)


def plan(inputs: PlanInputs, changes: tuple[Change, ...] = (), previous: Results | None = None) -> Results:
    """Calculate."""
    return run_plan(inputs, changes, wiring=WIRING, previous=previous)


# ---- the floor: stream the same bytes once


@numba.njit(nogil=True, parallel=True, cache=True)
def _stream(read: Array, written: Array) -> None:
    size = read.shape[1]
    chunk = 2048
    for c in numba.prange((size + chunk - 1) // chunk):
        start, stop = c * chunk, min((c + 1) * chunk, size)
        for j in range(written.shape[0]):
            for i in range(start, stop):
                written[j, i] = read[j % read.shape[0], i] + 1.0


def streamed(inputs: PlanInputs, results: Results) -> tuple[int, int]:
    """How many arrays of `[period, series]` the plan reads, and how many it writes."""
    shape = results.blocks("revenue")[0].shape
    inside = {id(value): name for name, value in inputs.values.items()}
    dense = [name for name, value in results.values.items() if isinstance(value, tuple) and value[0].shape == shape]
    fresh = {
        tuple(id(block) for block in results.blocks(name)) for name in dense if id(results.values[name]) not in inside
    }
    read = [name for name in dense if id(results.values[name]) in inside]
    return len(read), len(fresh)


def _floor(reads: int, writes: int) -> float:
    """Seconds to stream as many bytes once."""
    source, target = np.ones((reads, SERIES * PERIODS)), np.zeros((writes, SERIES * PERIODS))
    return best(lambda: _stream(source, target))


def full_recalculation(inputs: PlanInputs) -> None:
    """Against the streaming floor."""
    results = plan(inputs)
    reads, writes = streamed(inputs, results)
    floor = _floor(reads, writes)
    took = best(lambda: plan(inputs))
    what = f"full recalculation, {writes} measures written, {SERIES:,} series x {PERIODS}"
    report(what, f"{took * 1e3:.0f} ms = {took / floor:.1f}x floor", "<= 3x floor", took <= 3 * floor)


# ---- the peer: the same chain in pandas, long format


def against_pandas() -> None:
    """The same chain in long format, on fewer series and scaled up."""
    inputs = independent_items(PANDAS_SERIES)
    took = best(lambda: plan(inputs))
    frame = _long(inputs)
    peer = _timed(lambda: _pandas_chain(frame))
    report(
        f"the same chain in pandas long format, {PANDAS_SERIES:,} series",
        f"{peer / took:.0f}x faster than pandas",
        ">= 100x",
        peer >= 100 * took,
    )


def _long(inputs: PlanInputs) -> pd.DataFrame:
    """One row a series and period with every input of the peer."""
    size = inputs.series["demand"].size
    index = {"series": np.repeat(np.arange(size), PERIODS), "t": np.tile(np.arange(PERIODS), size)}
    flows = {name: join(cast(Blocks, inputs.values[name])) for name in PANDAS_READS}
    dense = {name: array.T.ravel() for name, array in flows.items() if array.ndim == 2}
    static = {name: np.repeat(array, PERIODS) for name, array in flows.items() if array.ndim == 1}
    lots = np.repeat(cast(LotSizes, inputs.values["lots"]).multiple, PERIODS)
    return pd.DataFrame(index | dense | static | {"lot": lots})


def _pandas_chain(frame: pd.DataFrame) -> pd.DataFrame:
    """Demand, safety stock, netting, fulfilment and money as a planner's script would do them."""
    f = frame.copy()
    f["uplift"] = f.statistical_forecast * f.promotion_effect
    f["unconstrained"] = (f.statistical_forecast + f.uplift).clip(lower=0)
    f["consensus"] = f.unconstrained
    f["demand_plan"] = f[["consensus", "open_orders"]].max(axis=1)
    f["independent"] = f.groupby(["series", "t"]).demand_plan.transform("sum")
    by = f.groupby("series", group_keys=False)
    f["forward"] = by.independent.transform(lambda x: x[::-1].rolling(3, min_periods=1).mean()[::-1].shift(-1).ffill())
    lead = f.lead_time_days / 30.4
    deviation = (lead + 1) * f.forecast_error**2 + (f.forward * f.lead_time_std_days / 30.4) ** 2
    f["safety"] = 1.645 * np.sqrt(deviation)
    f = by_series(f, _net)
    f = by_series(f, _fulfil)
    f["inventory_value"] = f.stock * f.standard_cost
    f["excess"] = (f.stock - f.safety - 3 * f.forward).clip(lower=0) * f.standard_cost
    f["revenue"], f["cogs"] = f.shipped * f.price, f.shipped * f.unit_cost
    f["margin"], f["gap"] = f.revenue - f.cogs, f.revenue - f.budget_revenue
    return f


def by_series(frame: pd.DataFrame, function: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Apply a recurrence to each series."""
    return pd.concat([function(part) for _, part in frame.groupby("series", sort=False)])


def _net(part: pd.DataFrame) -> pd.DataFrame:
    stock, receipts = part.opening_inventory.iloc[0], []
    for row in part.itertuples():
        stock += row.scheduled_receipts - row.independent
        lot = np.ceil(max(row.safety - stock, 0) / row.lot) * row.lot
        receipts.append(lot)
        stock += lot
    return part.assign(receipts=receipts)


def _fulfil(part: pd.DataFrame) -> pd.DataFrame:
    stock, waiting, shipped, left = part.opening_inventory.iloc[0], 0.0, [], []
    for row in part.itertuples():
        due = row.independent + waiting
        have = stock + row.scheduled_receipts + row.receipts
        sent = max(min(due, have), 0)
        shipped.append(sent)
        stock, waiting = have - sent, due - sent
        left.append(stock)
    return part.assign(shipped=shipped, stock=left)


# ---- edits, branches, pivots, publishing


def edits(inputs: PlanInputs, linked: PlanInputs) -> None:
    """One cell and one family, to all downstream values."""
    base = plan(inputs)
    cell = percent({"item": ("I050000",)}, periods=("2026-06", "2026-06"))
    report_edit("one-cell edit, 100k independent series", lambda: plan(inputs, (cell,), base), 10)
    family = percent({"product_family": ("F0007",)})
    report_edit("edit of a family of 1,000 series", lambda: plan(inputs, (family,), base), 80)
    same = _equal(plan(inputs, (family,), base), plan(inputs, (family,)))
    report("incremental equals full, bit for bit", "yes" if same else "NO", "yes", same)
    network = plan(linked)
    inside = percent({"item": ("I049998",)}, periods=("2026-06", "2026-06"))
    report_edit("one-cell edit, one network of 100k items, 6 levels", lambda: plan(linked, (inside,), network), 30)
    same = _equal(plan(linked, (inside,), network), plan(linked, (inside,)))
    report("incremental equals full in the network, bit for bit", "yes" if same else "NO", "yes", same)


def report_edit(what: str, edit: Callable[[], object], bar: float) -> None:
    """Print a row: median time of some runs, and beside it the processor time of all threads [ms]."""
    spent: list[float] = []

    def measured() -> None:
        start = time.process_time()
        edit()
        spent.append(time.process_time() - start)

    took = median(measured) * 1e3
    told = f"{took:.1f} ms, processor {statistics.median(spent[1:]) * 1e3:.1f} ms"
    report(what, told, f"<= {bar:g} ms", took <= bar)


def _equal(left: Results, right: Results) -> bool:
    names = [name for name, value in left.values.items() if isinstance(value, tuple)]
    pairs = ((a, b) for name in names for a, b in zip(left.blocks(name), right.blocks(name), strict=True))
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


def branches(inputs: PlanInputs) -> None:
    """A hundred branches, each with a family edit, calculated."""
    base = plan(inputs)
    kept: list[Results] = []

    def all_branches() -> None:
        kept.clear()
        changes = (percent({"product_family": (f"F{number:04d}",)}, by=number + 1.0) for number in range(100))
        kept.extend(plan(inputs, (change,), base) for change in changes)

    took = best(all_branches, 3)
    size = _bytes([base, *kept])
    report("100 branches with a family edit each, calculated", f"{took:.2f} s", "<= 1 s", took <= 1)
    report("memory of the base and its 100 branches", f"{size / 1e9:.2f} GB", "<= 1.5 GB", size <= 1.5e9)


def _bytes(plans: list[Results]) -> int:
    seen = {id(block): block.nbytes for p in plans for v in p.values.values() if isinstance(v, tuple) for block in v}
    return sum(seen.values())


def pivot(inputs: PlanInputs) -> None:
    """Ten measures to 800 groups."""
    results = plan(inputs)
    names = ("revenue", "cogs", "gross_margin", "consensus_demand", "demand_plan", "constrained_demand",
             "unconstrained_demand", "budget_revenue", "revenue_vs_budget", "promotion_uplift")  # fmt: skip
    measures: list[Blocks] = [results.blocks(name) for name in names]
    whole = [np.concatenate(blocks, axis=1) for blocks in measures]
    floor = best(lambda: [array.sum() for array in whole])
    views = iter([_in_groups(inputs.series["demand"], 800) for _ in range(8)])
    took = best(lambda: _pivot(measures, next(views)))
    what = "pivot of 10 measures to 800 groups x 36"
    report(what, f"{took * 1e3:.1f} ms = {took / floor:.2f}x np.sum", "<= 2x np.sum", took <= 2 * floor)


def _in_groups(series: SeriesIndex, size: int) -> SeriesIndex:
    """The same rows with a level of so many members, of which no sums are kept yet."""
    group = pl.Series("group", [f"G{n * size // series.size:04d}" for n in range(series.size)])
    view = SeriesIndex(series.members.with_columns(group), series.keys, series.cuts)
    local_groups(view, ("group",))
    return view


def _pivot(measures: list[Blocks], series: SeriesIndex) -> list[Array]:
    return [sum_by_levels(blocks, series, ("group",)) for blocks in measures]


def publish(inputs: PlanInputs) -> None:
    """First publish, and again after a family edit."""
    base = plan(inputs)
    edited = plan(inputs, (percent({"product_family": ("F0007",)}),), base)
    with tempfile.TemporaryDirectory() as folder:
        store = BlockStore(Path(folder))
        first = _timed(lambda: _put(store, base))
        again = _timed(lambda: _put(store, edited))
    report("publish again after a family edit", f"1/{first / again:.0f} of the first", "<= 1/30", again <= first / 30)


def _put(store: BlockStore, results: Results) -> None:
    """Digest every block of every measure and keep those that are new, as publishing does."""
    named = (value for name, value in results.values.items() if name in WIRING.measures and isinstance(value, tuple))
    blocks = [block for value in named for block in value]
    store.put(blocks)
    store.digests(blocks)


def main() -> None:
    """Run all."""
    local_executor()
    inputs, linked = independent_items(SERIES), linked_items(SERIES)
    full_recalculation(inputs)
    against_pandas()
    edits(inputs, linked)
    branches(inputs)
    pivot(inputs)
    publish(inputs)


if __name__ == "__main__":
    main()
