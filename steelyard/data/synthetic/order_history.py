"""Order history: closed purchase orders of the past year, from which lead times are learnt as they were."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.shape import Shape
from steelyard.data.synthetic.site import PLANTS, Suppliers
from steelyard.data.synthetic.sourcing import Sourcing
from steelyard.data.synthetic.structure import Structure

ORDERS, DAYS = 6, 360
"""Closed orders of a part at a plant, and days over which they were placed."""
OPTIMISM = 0.06
"""By how much lead times are stated too short, as a logarithm."""


def closed_orders(
    shape: Shape, structure: Structure, suppliers: Suppliers, sourcing: Sourcing, lots: pl.DataFrame
) -> pl.DataFrame:
    """Closed purchase orders with the day they arrived; suppliers keep their promises as well as their spread says.

    Args:
        shape: What company is made.
        structure: Its items.
        suppliers: Their spread of lead times.
        sourcing: Who delivers what, and the days that are stated.
        lots: The open orders, whose quantities are usual.
    """
    chance = shape.stream("order_history")
    item, plant = np.nonzero(sourcing.stocked[:, : len(PLANTS)] & structure.bought[:, None])
    row = np.repeat(np.arange(item.size), ORDERS)
    who, days = sourcing.supplier[item[row]], sourcing.days[item[row]].astype(np.float64)
    taken = np.ceil(days * np.exp(OPTIMISM + suppliers.spread[who] * chance.standard_normal(row.size))).astype(np.int64)
    ordered = np.datetime64(shape.as_of) - chance.integers(1, DAYS, row.size)
    usual = dict(lots.group_by("item_id").agg(pl.col("quantity_ordered").median()).iter_rows())
    quantity = np.array([usual.get(name, 1.0) for name in structure.item_id[item[row]].tolist()])
    frame = pl.DataFrame(
        {
            "order_type": ["purchase"] * row.size,
            "item_id": structure.item_id[item[row]].tolist(),
            "location_id": np.array(PLANTS)[plant[row]].tolist(),
            "quantity_ordered": quantity,
            "quantity_received": quantity,
            "quantity_open": np.zeros(row.size),
            "due_date": pl.Series(ordered + days.astype(np.int64)),
            "supplier_id": suppliers.supplier_id[who].tolist(),
            "order_date": pl.Series(ordered),
            "received_date": pl.Series(ordered + np.maximum(taken, 1)),
        }
    )
    closed = frame.filter(pl.col("received_date") <= shape.as_of).sort("order_date", "item_id", maintain_order=True)
    return closed.with_columns(
        pl.lit("closed").alias("status"),
        pl.format("PH{}", pl.int_range(300001, 300001 + pl.len())).alias("order_id"),
        pl.lit("1").alias("line_id"),
    )
