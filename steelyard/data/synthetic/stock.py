"""Stock: what lies where on the as-of date and lay at past month ends, and what is on order."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import BASE_CURRENCY
from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.price import Costs
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Dates, Floats, Ints, Shape, Texts, last_day, tally
from steelyard.data.synthetic.site import CENTRES, LANE_DAYS, PLANTS, Suppliers
from steelyard.data.synthetic.sourcing import Sourcing
from steelyard.data.synthetic.structure import Structure

KEPT_MONTHS = 24
KEPT_MONTHS_LARGE = 6
"""Months of closing stock kept above 20,000 items."""


def closing_stock(shape: Shape, products: Products, market: Market) -> tuple[Ints, Ints, Floats, Floats]:
    """Closing stock of sold items at the centres that sell them.

    Returns:
        Item and centre of each pair, and closing stock and issues, month x pair [units]; zero where stock was out.
    """
    chance = shape.stream("closing_stock")
    pair, place = np.unique(market.item * len(CENTRES) + market.centre, return_inverse=True)
    kept = KEPT_MONTHS if products.count <= 20_000 else KEPT_MONTHS_LARGE
    past = np.arange(shape.history_months - kept, shape.history_months)
    ahead = _sum_pairs(market.expected[past + 1], place, pair.size)
    issues = _sum_pairs(market.shipped[past], place, pair.size)
    out = _sum_pairs(market.stock_out[past].astype(np.float64), place, pair.size) > 0
    cover = chance.uniform(0.15, 0.5, pair.size) * chance.uniform(0.8, 1.2, ahead.shape)
    closing = np.where(out, 0.0, np.floor(ahead * cover))
    for month in range(kept - 1, 0, -1):
        closing[month - 1] = np.minimum(closing[month - 1], closing[month] + issues[month])
    return pair // len(CENTRES), pair % len(CENTRES), closing, issues


def _sum_pairs(values: Floats, place: Ints, count: int) -> Floats:
    return np.stack([tally(place, row, count) for row in values])


def inventory_history_table(
    shape: Shape, products: Products, closed: tuple[Ints, Ints, Floats, Floats]
) -> pl.DataFrame:
    """Table `inventory_history`: month ends at the centres; opening + receipts - issues = closing."""
    item, centre, closing, issues = closed
    months = shape.months[shape.history_months - len(closing) : shape.history_months]
    receipts = closing[1:] - closing[:-1] + issues[1:]
    count = item.size
    return pl.DataFrame(
        {
            "item_id": np.tile(products.item_id[item], len(receipts)).tolist(),
            "location_id": np.tile(np.array(CENTRES)[centre], len(receipts)).tolist(),
            "date": pl.Series(np.repeat(last_day(months[1:]), count)),
            "closing_qty": closing[1:].ravel(),
            "receipts": receipts.ravel(),
            "issues": issues[1:].ravel(),
        }
    )


def inventory_table(
    shape: Shape,
    structure: Structure,
    sourcing: Sourcing,
    costs: Costs,
    monthly: Floats,
    closed: tuple[Ints, Ints, Floats, Floats],
) -> pl.DataFrame:
    """Table `inventory`: centres as closed, plants by cover, some in quality inspection or blocked."""
    chance = shape.stream("inventory")
    item, plant = np.nonzero(sourcing.stocked[:, : len(PLANTS)])
    cover = np.array([0.05, 0.05, 0.05, 0.35])[structure.kind[item]] * chance.uniform(0.5, 1.6, item.size)
    at_plant = np.floor(monthly[item] * cover)
    items = np.concatenate([item, closed[0]])
    places = np.concatenate([np.array(PLANTS)[plant], np.array(CENTRES)[closed[1]]])
    usable = _stock_rows(
        shape, structure, costs, items, places, np.concatenate([at_plant, closed[2][-1]]), "unrestricted"
    )
    held = chance.random(item.size) < 0.05
    kinds = np.where(chance.random(item.size) < 0.7, "quality", "blocked")[held]
    rest = _stock_rows(
        shape, structure, costs, item[held], np.array(PLANTS)[plant][held], np.ceil(at_plant[held] * 0.1), kinds
    )
    return pl.concat([usable, rest]).sort("item_id", "location_id", "stock_type")


def _stock_rows(
    shape: Shape,
    structure: Structure,
    costs: Costs,
    item: Ints,
    place: Texts,
    quantity: Floats,
    kind: str | Texts,
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item_id": structure.item_id[item].tolist(),
            "location_id": place.tolist(),
            "as_of_date": pl.Series(np.full(item.size, np.datetime64(shape.as_of))),
            "stock_type": np.broadcast_to(kind, item.size).tolist(),
            "on_hand_qty": quantity,
            "value": (quantity * costs.standard[item]).round(2),
            "currency": [BASE_CURRENCY] * item.size,
        }
    )


def supply_order_table(
    shape: Shape, structure: Structure, suppliers: Suppliers, sourcing: Sourcing, requirement: Floats
) -> pl.DataFrame:
    """Table `supply_order`: purchases over the lead time, production of the next weeks, transfers under way.

    The requirement is that of the horizon, month x item [units].
    """
    chance = shape.stream("supply_order")
    frames = [
        _purchases(shape, chance, structure, suppliers, sourcing, requirement),
        _production(shape, chance, structure, sourcing, requirement),
        _transfers(shape, chance, structure, sourcing, requirement),
    ]
    frame = pl.concat(frames, how="diagonal").filter(pl.col("quantity_open") > 0)
    return frame.with_columns(
        pl.format("PO{}", pl.int_range(400001, 400001 + pl.len())).alias("order_id"), pl.lit("1").alias("line_id")
    )


def _purchases(
    shape: Shape,
    chance: np.random.Generator,
    structure: Structure,
    suppliers: Suppliers,
    sourcing: Sourcing,
    requirement: Floats,
) -> pl.DataFrame:
    """One order per month of lead time and plant that uses the part; a few are overdue, most at overseas suppliers."""
    item, plant = np.nonzero(sourcing.stocked[:, : len(PLANTS)] & structure.bought[:, None])
    share = 1.0 / sourcing.stocked[item, : len(PLANTS)].sum(axis=1)
    months = np.ceil(sourcing.days[item] / 30.0).astype(np.int64).clip(1, len(requirement))
    row = np.repeat(np.arange(item.size), months)
    ahead = np.arange(row.size) - np.repeat(np.cumsum(months) - months, months)
    lot = sourcing.lot_multiple[item[row]]
    quantity = np.ceil(requirement[ahead, item[row]] * share[row] * 0.75 / lot) * lot
    due = np.datetime64(shape.as_of) + ahead * 30 + chance.integers(1, 29, row.size)
    late = (ahead == 0) & (chance.random(row.size) < suppliers.spread[sourcing.supplier[item[row]]] * 0.3)
    due = np.where(late, np.datetime64(shape.as_of) - chance.integers(1, 25, row.size), due)
    frame = _order_rows(structure, "purchase", item[row], np.array(PLANTS)[plant[row]], quantity, due)
    ordered = np.minimum(due - sourcing.days[item[row]], np.datetime64(shape.as_of))
    return frame.with_columns(
        pl.Series("supplier_id", suppliers.supplier_id[sourcing.supplier[item[row]]].tolist()),
        pl.Series("order_date", ordered),
        pl.lit("open").alias("status"),
    )


def _production(
    shape: Shape, chance: np.random.Generator, structure: Structure, sourcing: Sourcing, requirement: Floats
) -> pl.DataFrame:
    item = structure.made
    lot = sourcing.lot_multiple[item]
    quantity = np.ceil(requirement[0, item] * 0.06 / lot) * lot
    due = np.datetime64(shape.as_of) + chance.integers(3, 15, item.size)
    frame = _order_rows(structure, "production", item, np.array(PLANTS)[structure.plant[item]], quantity, due)
    return frame.with_columns(
        pl.Series("start_date", due - sourcing.days[item]),
        pl.Series("order_date", np.full(item.size, np.datetime64(shape.as_of) - 12)),
        pl.lit("in_process").alias("status"),
        pl.lit(True).alias("firm_flag"),
    )


def _transfers(
    shape: Shape, chance: np.random.Generator, structure: Structure, sourcing: Sourcing, requirement: Floats
) -> pl.DataFrame:
    """What is on its way to a centre: a lane's days of demand, within the lane's days."""
    item, centre = np.nonzero(sourcing.stocked[:, len(PLANTS) :])
    plant = structure.plant[item]
    days = LANE_DAYS[plant, centre]
    share = 1.0 / np.maximum(1, sourcing.stocked[item, len(PLANTS) :].sum(axis=1))
    quantity = np.round(requirement[0, item] * share * days / 30.0)
    due = np.datetime64(shape.as_of) + 1 + (chance.random(item.size) * days).astype(np.int64)
    frame = _order_rows(structure, "transfer", item, np.array(CENTRES)[centre], quantity, due)
    return frame.with_columns(
        pl.Series("from_location_id", np.array(PLANTS)[plant].tolist()),
        pl.Series("order_date", np.minimum(due - days, np.datetime64(shape.as_of))),
        pl.lit("in_process").alias("status"),
    )


def _order_rows(
    structure: Structure, kind: str, item: Ints, place: Texts, quantity: Floats, due: Dates
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "order_type": [kind] * item.size,
            "item_id": structure.item_id[item].tolist(),
            "location_id": place.tolist(),
            "quantity_ordered": quantity,
            "quantity_received": np.zeros(item.size),
            "quantity_open": quantity,
            "due_date": pl.Series(due),
        }
    )
