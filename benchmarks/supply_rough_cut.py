"""Rough cut: load of 26,000 bills over 24 months with lead-time offsets, against a sparse product and a numpy loop."""

import json
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse

from steelyard.grid.block import Array, IntArray
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill, load_rows
from steelyard.supply.row_table import RowTable

BILLS, PERIODS, RESOURCES, MOST_OFFSET, SEED = 26_000, 24, 60, 3, 7


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def timed(function: Callable[[], object], runs: int = 15) -> float:
    """Least processor time of a run [s]; it does not depend on what else the machine does."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


class Company:
    """Bills of one to five resources each, work up to three months before the receipt, lumpy receipts; seeded."""

    def __init__(self) -> None:
        draw = np.random.default_rng(SEED)
        self.row: IntArray = np.repeat(np.arange(BILLS), draw.integers(1, 6, BILLS))
        self.resource: IntArray = draw.integers(0, RESOURCES, self.row.size)
        self.hours: Array = draw.gamma(2.0, 0.05, self.row.size)
        self.offset: IntArray = draw.integers(0, MOST_OFFSET + 1, self.row.size)
        lumpy = draw.random((BILLS, PERIODS)) < 0.6
        self.receipts: Array = np.where(lumpy, np.rint(draw.gamma(2.0, 40.0, (BILLS, PERIODS))), 0.0)

    def bill(self) -> ResourceBill:
        """The bill as Steelyard keeps it."""
        return build_resource_bill(
            BILLS, RESOURCES, row=self.row, resource=self.resource, hours_per_unit=self.hours, offset=self.offset
        )

    def matrices(self) -> list[sparse.csr_matrix]:
        """Hours by resource and bill, one matrix an offset: how the load is a sparse product."""
        shape, found = (RESOURCES, BILLS), []
        for offset in range(MOST_OFFSET + 1):
            part = self.offset == offset
            found.append(sparse.csr_matrix((self.hours[part], (self.resource[part], self.row[part])), shape=shape))
        return found


def sparse_load(matrices: list[sparse.csr_matrix], receipts: Array) -> tuple[Array, Array]:
    """Load and past due by one sparse product an offset."""
    load, past_due = np.zeros((RESOURCES, PERIODS)), np.zeros(RESOURCES)
    for offset, matrix in enumerate(matrices):
        asked = matrix @ receipts
        load[:, : PERIODS - offset] += asked[:, offset:]
        past_due += asked[:, :offset].sum(axis=1)
    return load, past_due


def numpy_load(company: Company) -> tuple[Array, Array]:
    """Load and past due by one scattered sum a period, as a plain numpy program would."""
    load, past_due = np.zeros((RESOURCES, PERIODS)), np.zeros(RESOURCES)
    for period in range(PERIODS):
        hours, when = company.hours * company.receipts[company.row, period], period - company.offset
        inside = when >= 0
        np.add.at(load, (company.resource[inside], when[inside]), hours[inside])
        np.add.at(past_due, company.resource[~inside], hours[~inside])
    return load, past_due


def same(found: tuple[Array, Array], expected: tuple[Array, Array]) -> bool:
    """Whether two loads are the same hours."""
    return all(np.allclose(one, other, rtol=1e-10) for one, other in zip(found, expected, strict=True))


def main() -> None:
    company = Company()
    bill, matrices, table = company.bill(), company.matrices(), RowTable.of(company.receipts)
    cut = load_rows(bill, table)
    own = timed(lambda: load_rows(bill, table))
    size = f"{BILLS:,} bills, {company.row.size:,} lines, {PERIODS} months, offsets 0 to {MOST_OFFSET}"
    report(f"rough cut, {size}", f"{own * 1e3:.1f} ms", "<= 10 ms", own <= 0.010)
    product = timed(lambda: sparse_load(matrices, company.receipts))
    report("beside a product of scipy.sparse", f"{own / product:.1f} times as long", "<= 5 times", own <= 5 * product)
    plain = timed(lambda: numpy_load(company), runs=3)
    report("the same by numpy", f"{plain / own:.0f} times as long", ">= 10 times", plain >= 10 * own)
    mine = (cut.load.T, cut.past_due)
    agree = same(mine, sparse_load(matrices, company.receipts)) and same(mine, numpy_load(company))
    report("all three find the same hours, past due among them", "yes" if agree else "no", "yes", agree)


if __name__ == "__main__":
    main()
