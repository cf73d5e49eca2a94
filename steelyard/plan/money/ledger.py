"""Ledger: what the accounts say by period: expenses, depreciation, capital spending, and balances."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.periods import period_shares

FLOWS = ("operating_expense", "depreciation", "capex")
"""Measures of the ledger that add up over time."""
BALANCES = ("inventory", "receivables", "payables", "cash")
"""Measures of the ledger that stand at the end of a period."""


@dataclass(frozen=True)
class LedgerLine:
    """One measure of the accounts by period."""

    values: Array
    """Money by period; NaN where nothing is said."""
    source: str
    """Where it comes from, as people read it."""


def actual_ledger(extract: Extract, calendar: Calendar, conversion: CurrencyConversion, measure: str) -> LedgerLine:
    """What the general ledger says of a measure, by period [money]; NaN where it says nothing."""
    table = extract.tables["actuals_gl"]
    actual = pl.col("scenario").is_null() | (pl.col("scenario").str.to_lowercase() == "actual")
    rows = table.filter(actual & (pl.col("measure") == measure))
    return LedgerLine(_by_period(rows, extract, calendar, conversion), "general ledger")


def planned_ledger(
    extract: Extract, calendar: Calendar, conversion: CurrencyConversion, measure: str, versions: tuple[str, ...]
) -> LedgerLine:
    """What versions of the budget say of a measure, the first that speaks of a period; NaN where none does."""
    values = np.full(calendar.size, np.nan)
    for version in versions:
        table = extract.tables["budget"]
        rows = table.filter((pl.col("version") == version) & (pl.col("measure") == measure))
        said = _by_period(rows, extract, calendar, conversion)
        values = np.where(np.isnan(values), said, values)
    return LedgerLine(values, " and ".join(version.replace("_", " ") for version in versions))


def expected_ledger(
    extract: Extract,
    history: Calendar,
    horizon: Calendar,
    conversion: CurrencyConversion,
    measure: str,
    versions: tuple[str, ...],
) -> LedgerLine:
    """What a plan reckons with: the versions of the budget; beyond them the mean of the last year of the ledger."""
    planned = planned_ledger(extract, horizon, conversion, measure, versions)
    if np.isfinite(planned.values).all():
        return planned
    past = actual_ledger(extract, history, conversion, measure).values[-history.periods_per_year :]
    known = past[np.isfinite(past)]
    usual = float(known.mean()) if known.size else 0.0
    values = np.where(np.isnan(planned.values), usual, planned.values)
    spoken = np.isfinite(planned.values).any()
    behind = "the mean of the last year of the ledger" if known.size else "nothing, as no account states it"
    return LedgerLine(values, f"{planned.source}, then {behind}" if spoken else behind)


def _by_period(rows: pl.DataFrame, extract: Extract, calendar: Calendar, conversion: CurrencyConversion) -> Array:
    shares = period_shares(rows["period_id"], extract, calendar)
    placed = rows.join(shares, on="period_id", maintain_order="left")
    out = np.full(calendar.size, np.nan)
    if not placed.height:
        return out
    start = pl.col("t").replace_strict(dict(enumerate(calendar.starts.tolist())), return_dtype=pl.Date)
    worth = to_base(placed.with_columns(start.alias("day")), "amount", start, conversion)
    valued = placed.with_columns(worth.alias("amount"))
    money = (valued["amount"].cast(pl.Float64).fill_null(0.0) * valued["share"]).to_numpy()
    sums = np.bincount(valued["t"].to_numpy(), money, calendar.size)
    said = np.bincount(valued["t"].to_numpy(), minlength=calendar.size) > 0
    return np.where(said, sums, np.nan)
