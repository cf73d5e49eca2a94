"""Import of order lines: rows per second from CSV to a checked extract, against a plain polars scan of the same file.

Run: python benchmarks/import_order_lines.py [--rows 1000000]
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from steelyard.data.importing import import_extract

ROWS_PER_SECOND, MOST_BYTES = 100_000, 2 * 1024**3
ITEMS, CUSTOMERS, DAYS = 2_000, 400, 1_460
AS_OF = date(2025, 12, 31)


def write_company(folder: Path, rows: int) -> None:
    """Write items, customers and order lines as CSV tables of the contract, with their manifest."""
    rng = np.random.default_rng(3)
    number = np.arange(rows)
    quantity = rng.integers(1, 50, rows).astype(np.float64)
    price = np.round(rng.uniform(2.0, 400.0, rows), 2)
    lines = pl.DataFrame(
        {
            "order_id": number // 4,
            "line_id": number % 4,
            "item_id": rng.integers(0, ITEMS, rows),
            "customer_id": rng.integers(0, CUSTOMERS, rows),
            "location_id": "P1",
            "order_date": np.datetime64(AS_OF) - rng.integers(0, DAYS, rows),
            "quantity": quantity,
            "status": "shipped",
            "unit_price": price,
            "amount_net": np.round(quantity * price, 2),
            "currency": "EUR",
        }
    ).with_columns(pl.format("I{}", "item_id").alias("item_id"), pl.format("C{}", "customer_id").alias("customer_id"))
    lines.write_csv(folder / "sales_line.csv")
    items = pl.DataFrame({"item_id": [f"I{n}" for n in range(ITEMS)], "family": [f"F{n % 20}" for n in range(ITEMS)]})
    items = items.with_columns(description=pl.col("item_id"), base_uom=pl.lit("EA"), item_type=pl.lit("finished"))
    items.write_csv(folder / "item.csv")
    customers = pl.DataFrame({"customer_id": [f"C{n}" for n in range(CUSTOMERS)]})
    customers.with_columns(channel=pl.lit("retail")).write_csv(folder / "customer.csv")
    total = f"[files.sales_line]\nrows = {rows}\nquantity = {quantity.sum()}\n"
    head = f'company = "Bench"\nas_of_date = {AS_OF}\nbase_currency = "EUR"\n'
    (folder / "manifest.toml").write_text(head + total)


def measure(rows: int) -> dict[str, float]:
    """Time the import and the plain scan in one run."""
    with tempfile.TemporaryDirectory() as place:
        source, into = Path(place) / "source", Path(place) / "extracts"
        source.mkdir()
        write_company(source, rows)
        scan = _seconds(lambda: pl.scan_csv(source / "sales_line.csv", try_parse_dates=True).collect())
        taken = _seconds(lambda: import_extract(source, into=into, at=datetime(2026, 1, 2, tzinfo=UTC)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "rows": rows,
        "seconds": round(taken, 3),
        "rows_per_second": round(rows / taken),
        "times_plain_scan": round(taken / scan, 1),
        "peak_bytes": peak,
    }


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> int:
    """Print one JSON object per claim; the exit code says whether all are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    found = measure(parser.parse_args().rows)
    speed, peak = found["rows_per_second"], found["peak_bytes"]
    what = f"import {found['rows']:,.0f} order lines from CSV to a checked extract"
    shown = f"{speed:,.0f} rows/s ({found['times_plain_scan']}x a plain polars scan)"
    claims = [
        {"what": what, "measured": shown, "bar": ">= 100,000 rows/s", "met": speed >= ROWS_PER_SECOND},
        {
            "what": f"{what}, peak memory",
            "measured": f"{peak / 1024**3:.2f} GB",
            "bar": "<= 2 GB",
            "met": peak <= MOST_BYTES,
        },
    ]
    for claim in claims:
        print(json.dumps(claim))
    return 0 if all(claim["met"] for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
