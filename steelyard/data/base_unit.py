"""Base unit: quantities stated in another unit are converted to the base unit of their item."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class UnitColumns:
    """Columns of a table that change when its unit changes."""

    table: str
    item: str
    """Column that names the item the unit belongs to."""
    quantities: tuple[str, ...]
    """Multiplied by the factor."""
    prices: tuple[str, ...] = ()
    """Divided by it, as they are per unit."""


CONVERTED = (
    UnitColumns("sales_line", "item_id", ("quantity", "shipped_qty"), ("unit_price",)),
    UnitColumns("bom", "component_id", ("quantity_per",)),
)


def unit_factors(tables: Mapping[str, pl.DataFrame], unit: UnitColumns) -> pl.DataFrame:
    """For each row of a table, how many base units one of its units is.

    The item's own conversion goes before the general one (item_id empty or *), a stated one before its inverse.

    Returns:
        other (whether the row is in another unit than the base unit), factor (empty where no conversion is known).
    """
    base = tables["item"].select(pl.col("item_id").alias(unit.item), pl.col("base_uom").alias("_base"))
    rows = tables[unit.table].select(unit.item, "uom").join(base, on=unit.item, how="left", maintain_order="left")
    known = _both_ways(tables["uom_conversion"])
    keys = {"own": [unit.item, "uom", "_base"], "general": ["uom", "_base"]}
    own = known.filter(pl.col("item_id").is_not_null()).select(
        pl.col("item_id").alias(unit.item), "uom", "_base", pl.col("factor").alias("own")
    )
    general = known.filter(pl.col("item_id").is_null()).select("uom", "_base", pl.col("factor").alias("general"))
    for name, frame in (("own", own), ("general", general)):
        first = frame.unique(keys[name], keep="first", maintain_order=True)
        rows = rows.join(first, on=keys[name], how="left", maintain_order="left")
    return rows.select(other=(pl.col("uom") != pl.col("_base")).fill_null(False), factor=pl.coalesce("own", "general"))


def _both_ways(conversions: pl.DataFrame) -> pl.DataFrame:
    item = pl.when(pl.col("item_id") != "*").then(pl.col("item_id")).alias("item_id")
    stated = conversions.select(item, uom="from_uom", _base="to_uom", factor="factor")
    inverse = conversions.select(item, uom="to_uom", _base="from_uom", factor=1.0 / pl.col("factor"))
    return pl.concat([stated, inverse])


def convert_to_base_units(tables: dict[str, pl.DataFrame]) -> dict[str, int]:
    """Convert every row that states another unit and has a conversion; returns how many, by table.

    Rows without a conversion stay as they are, and are found by a rule.
    """
    return {unit.table: _convert(tables, unit) for unit in CONVERTED}


def _convert(tables: dict[str, pl.DataFrame], unit: UnitColumns) -> int:
    frame = tables[unit.table]
    if frame["uom"].null_count() == frame.height:
        return 0
    found = unit_factors(tables, unit)
    factor = pl.Series("factor", found["factor"].zip_with(found["other"], pl.Series([None], dtype=pl.Float64)))
    names = dict(tables["item"].select("item_id", "base_uom").iter_rows())
    base = frame[unit.item].replace_strict(names, default=None, return_dtype=pl.String)
    scaled = [(frame[name] * factor.fill_null(1.0)).round(6) for name in unit.quantities]
    scaled += [frame[name] / factor.fill_null(1.0) for name in unit.prices]
    uom = base.zip_with(factor.is_not_null(), frame["uom"]).alias("uom")
    tables[unit.table] = frame.with_columns(*scaled, uom)
    return int(factor.is_not_null().sum())
