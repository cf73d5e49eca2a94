"""Defect: what is wrong in the demo company's data on purpose, with the money that stands on it."""

from dataclasses import dataclass

import polars as pl

ORPHAN_ITEM = "KS-0000"


@dataclass(frozen=True)
class Defect:
    """One known fault of the generated files."""

    table: str
    kind: str
    rows: int
    quantity: float
    money: float
    """In the currency of the rows; the rows share one."""
    outcome: str
    """quarantined or warned."""


def add_orphan_lines(sales: pl.DataFrame) -> tuple[pl.DataFrame, Defect]:
    """Repeat three order lines of one customer under an item number that the item table does not hold."""
    last = sales.filter((pl.col("status") == "shipped") & (pl.col("currency") == "EUR")).tail(3)
    orphans = last.with_columns(pl.lit(ORPHAN_ITEM).alias("item_id"), pl.col("line_id").str.replace("^.", "8"))
    quantity, money = float(orphans["quantity"].sum()), round(float(orphans["amount_net"].sum()), 2)
    defect = Defect("sales_line", "unknown item", orphans.height, quantity, money, "quarantined")
    return pl.concat([sales, orphans]).sort("order_id", "line_id"), defect


def make_stock_negative(inventory: pl.DataFrame) -> tuple[pl.DataFrame, Defect]:
    """Turn the stock of the dearest raw part at a plant to minus 120."""
    usable = (pl.col("stock_type") == "unrestricted") & (pl.col("on_hand_qty") > 0)
    parts = inventory.with_row_index("place").filter(pl.col("item_id").str.starts_with("R-") & usable)
    dearest = parts.sort(pl.col("value") / pl.col("on_hand_qty"), "place").row(-1, named=True)
    value = round(-120.0 * dearest["value"] / dearest["on_hand_qty"], 2)
    here = pl.int_range(pl.len()) == dearest["place"]
    changed = inventory.with_columns(
        pl.when(here).then(-120.0).otherwise("on_hand_qty").alias("on_hand_qty"),
        pl.when(here).then(value).otherwise("value").alias("value"),
    )
    return changed, Defect("inventory", "negative stock", 1, -120.0, value, "warned")
