"""Reconciliation: read = accepted + quarantined + merged + filtered, by rows, quantity and money, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from steelyard.data.table import Table

FATES = ("read", "accepted", "quarantined", "merged", "filtered", "assumed")
"""What became of rows; `assumed` rows were added by the product and are not part of what was read."""
_QUANTITY, _MONEY = pl.Decimal(38, 6), pl.Decimal(38, 4)


@dataclass(frozen=True)
class Total:
    """Rows, quantity and money of a set of rows."""

    rows: int = 0
    quantity: Decimal = Decimal(0)
    money: Decimal = Decimal(0)

    def __add__(self, other: "Total") -> "Total":
        return Total(self.rows + other.rows, self.quantity + other.quantity, self.money + other.money)

    def __sub__(self, other: "Total") -> "Total":
        return Total(self.rows - other.rows, self.quantity - other.quantity, self.money - other.money)


def total_of(frame: pl.DataFrame, table: Table) -> Total:
    """Rows, quantity and money of typed rows, summed as decimals so that parts add up to the whole."""
    return Total(
        frame.height,
        _sum(frame, table.quantity, _QUANTITY),
        _sum(frame, table.money, _MONEY),
    )


def _sum(frame: pl.DataFrame, column: str | None, dtype: pl.Decimal) -> Decimal:
    if column is None or column not in frame.columns or not frame.height:
        return Decimal(0)
    total = frame[column].cast(dtype, strict=False).sum()
    return Decimal(total or 0)


def reconciliation_frame(totals: Mapping[str, Mapping[str, Total]]) -> pl.DataFrame:
    """One row per table: rows_*, quantity_* and money_* for each fate."""
    rows = [
        {"table": table}
        | {f"rows_{fate}": fates.get(fate, Total()).rows for fate in FATES}
        | {f"quantity_{fate}": fates.get(fate, Total()).quantity for fate in FATES}
        | {f"money_{fate}": fates.get(fate, Total()).money for fate in FATES}
        for table, fates in totals.items()
    ]
    return pl.DataFrame(rows, schema=_schema())


def _schema() -> dict[str, pl.DataType]:
    schema: dict[str, pl.DataType] = {"table": pl.String()}
    schema |= {f"rows_{fate}": pl.Int64() for fate in FATES}
    schema |= {f"quantity_{fate}": _QUANTITY for fate in FATES}
    return schema | {f"money_{fate}": _MONEY for fate in FATES}


def adds_up(reconciliation: pl.DataFrame) -> bool:
    """Whether read = accepted + quarantined + merged + filtered on every table, by rows, quantity and money."""
    return all(
        row[f"{what}_read"] == sum(row[f"{what}_{fate}"] for fate in FATES[1:5])
        for row in reconciliation.to_dicts()
        for what in ("rows", "quantity", "money")
    )
