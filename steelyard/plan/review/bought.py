"""Bought: item-locations that suppliers deliver, with supplier, price and what an order costs."""

import numpy as np
import polars as pl

from steelyard.grid.block import Array
from steelyard.plan.inputs.money import currency_conversion, to_base
from steelyard.plan.inputs.supply import best_sources
from steelyard.plan.review.stock_terms import StockTerms


def bought_places(terms: StockTerms) -> pl.DataFrame:
    """One row an item-location whose first source is a supplier.

    Returns:
        row, item, location, supplier, source_id, unit_price and currency as stated, price in base currency (standard
        cost where none is stated).
    """
    extract = terms.extract
    best = best_sources(extract).filter((pl.col("source_type") == "buy") & pl.col("supplier_id").is_not_null())
    key = terms.plan.inputs.series["item_location"].row_of_key
    rows = [key.get(pair, -1) for pair in best.select("item_id", "location_id").iter_rows()]
    conversion = currency_conversion(extract, terms.plan.inputs.parameters)
    priced = best.with_columns(pl.Series("row", rows, pl.Int64), price=to_base(
        best, "unit_price", pl.lit(extract.as_of), conversion
    )).filter(pl.col("row") >= 0)  # fmt: skip
    cost = terms.unit_cost[priced["row"].to_numpy()]
    found: pl.DataFrame = priced.select(
        "row", pl.col("item_id").alias("item"), pl.col("location_id").alias("location"),
        pl.col("supplier_id").alias("supplier"), "source_id", "unit_price", "currency",
        pl.coalesce(pl.col("price").cast(pl.Float64), pl.Series(cost)).alias("price"),
    ).sort("row")  # fmt: skip
    return found


def supplier_order_cost(terms: StockTerms, suppliers: list[str], asked: float) -> Array:
    """Money for an order to each supplier, whatever is in it: as stated, else as asked."""
    table = terms.extract.tables["supplier"].select("supplier_id", pl.col("order_cost").cast(pl.Float64))
    stated = dict(table.iter_rows())
    return np.array([asked if stated.get(one) is None else stated[one] for one in suppliers], np.float64)
