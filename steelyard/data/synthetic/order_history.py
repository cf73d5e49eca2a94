"""Order history: closed orders of the past year, which tell lead times as they were and what plants have delivered."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.shape import Floats, Shape, first_day
from steelyard.data.synthetic.site import PLANTS, Suppliers
from steelyard.data.synthetic.sourcing import Sourcing
from steelyard.data.synthetic.structure import Structure

ORDERS, DAYS = 6, 360
"""Closed orders of a part at a plant, and days over which they were placed."""
OPTIMISM = 0.06
"""By how much lead times are stated too short, as a logarithm."""
UNEVEN, SLIP = 0.06, 1.5
"""How unevenly plants make what a month asks for, as a logarithm, and by how many days they miss their day."""


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
    return _closed(frame, shape, "PH")


def closed_production(shape: Shape, structure: Structure, sourcing: Sourcing, requirement: Floats) -> pl.DataFrame:
    """Closed production orders, one of each made item and month, about what the month asked for.

    Args:
        shape: What company is made.
        structure: Its items.
        sourcing: Lots, and the days that are stated.
        requirement: What the months of the past year asked for, month x item [units].
    """
    chance = shape.stream("production_history")
    month, place = np.nonzero(requirement[:, structure.made] > 0)
    item, lot = structure.made[place], sourcing.lot_multiple[structure.made[place]]
    wanted = requirement[month, item] * np.exp(UNEVEN * chance.standard_normal(item.size))
    quantity = np.maximum(np.round(wanted / lot), 1.0) * lot
    months = shape.months[shape.history_months - len(requirement) : shape.history_months]
    done = first_day(months)[month] + chance.integers(0, 27, item.size)
    due = done - np.round(0.5 + SLIP * chance.standard_normal(item.size)).astype(np.int64)
    start = np.minimum(due - sourcing.days[item], done - 1)
    frame = pl.DataFrame(
        {
            "order_type": ["production"] * item.size,
            "item_id": structure.item_id[item].tolist(),
            "location_id": np.array(PLANTS)[structure.plant[item]].tolist(),
            "quantity_ordered": quantity,
            "quantity_received": quantity,
            "quantity_open": np.zeros(item.size),
            "due_date": pl.Series(due),
            "order_date": pl.Series(start),
            "start_date": pl.Series(start),
            "received_date": pl.Series(done),
        }
    )
    return _closed(frame, shape, "WH")


def _closed(orders: pl.DataFrame, shape: Shape, prefix: str) -> pl.DataFrame:
    """The orders that have arrived, with numbers of their own."""
    closed = orders.filter(pl.col("received_date") <= shape.as_of).sort("order_date", "item_id", maintain_order=True)
    return closed.with_columns(
        pl.lit("closed").alias("status"),
        pl.format(prefix + "{}", pl.int_range(300001, 300001 + pl.len())).alias("order_id"),
        pl.lit("1").alias("line_id"),
    )
