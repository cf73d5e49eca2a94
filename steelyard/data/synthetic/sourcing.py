"""Sourcing: how each item comes to each place: made, bought or transferred, with lead times and lots."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.price import RATES, Costs
from steelyard.data.synthetic.shape import Flags, Floats, Ints, Shape, Texts, tally
from steelyard.data.synthetic.site import CENTRES, LANE_COST, LANE_DAYS, PLANTS, Suppliers
from steelyard.data.synthetic.structure import Kind, Structure

BETWEEN_PLANTS_DAYS = 4
SECOND_SUPPLIER_SHARE = 0.25
BREAKS, BREAK_EVERY = ((2.0, 0.03), (6.0, 0.07)), 3
"""Months of use from which a part costs less, by which share, and every how many parts have such prices."""


@dataclass(frozen=True)
class Sourcing:
    """Who supplies what is bought, and the lots and lead times of every item."""

    supplier: Ints
    """Number of the first supplier by item; -1 if made."""
    second: Ints
    """Number of the second supplier by item; -1 if none."""
    days: Ints
    """Lead time at the home plant by item."""
    min_lot: Floats
    lot_multiple: Floats
    stocked: Flags
    """Item x place: plants, then centres."""


def make_sourcing(
    shape: Shape, structure: Structure, suppliers: Suppliers, market: Market, monthly: Floats
) -> Sourcing:
    """Choose suppliers, lead times and lots; `monthly` is the mean monthly requirement by item [units]."""
    chance = shape.stream("sourcing")
    count = structure.count
    turn = structure.make.clip(0) + 3 * chance.integers(0, max(1, suppliers.days.size // 3), count)
    supplier = np.where(structure.bought, turn % suppliers.days.size, -1)
    has_second = structure.bought & (chance.random(count) < SECOND_SUPPLIER_SHARE)
    second = np.where(has_second, (supplier + 1) % suppliers.days.size, -1)
    making = np.array([6, 5, 5, 0])[structure.kind] + chance.integers(0, 4, count)
    days = np.where(structure.bought, suppliers.days[supplier.clip(0)] + chance.integers(0, 8, count), making)
    multiple = _round_lot(monthly * np.where(structure.bought, 0.25, 0.06))
    lot = multiple * np.where(structure.bought, 2, 1)
    return Sourcing(supplier, second, days, lot, multiple, _stocked(structure, market))


def _round_lot(quantity: Floats) -> Floats:
    """Round to a lot that people use: 1, 5, 10, 50, 100, ...

    Example:
        >>> _round_lot(np.array([0.2, 7.0, 42.0, 680.0]))
        array([  1.,   5.,  10., 500.])
    """
    steps = np.array([1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0])
    place = np.searchsorted(steps, quantity, side="right") - 1
    lots: Floats = steps[place.clip(0)]
    return lots


def _stocked(structure: Structure, market: Market) -> Flags:
    stocked = np.zeros((structure.count, len(PLANTS) + len(CENTRES)), dtype=bool)
    stocked[:, : len(PLANTS)] = structure.used_at()
    stocked[market.item, len(PLANTS) + market.centre] = True
    return stocked


def source_table(structure: Structure, suppliers: Suppliers, sourcing: Sourcing, costs: Costs) -> pl.DataFrame:
    """Table `source`: every stocked item and place has one; a quarter of what is bought has a second supplier."""
    frames = [
        _make_rows(structure, sourcing),
        _buy_rows(structure, suppliers, sourcing, sourcing.supplier, first=True),
        _buy_rows(structure, suppliers, sourcing, sourcing.second, first=False),
        _plant_rows(structure, sourcing, costs),
        _centre_rows(structure, sourcing, costs),
    ]
    return pl.concat(frames, how="diagonal").sort("source_id")


def price_break_table(structure: Structure, suppliers: Suppliers, sourcing: Sourcing, monthly: Floats) -> pl.DataFrame:
    """Table `price_break`: every third part costs its first supplier's customers less from two and six months' use on.

    Args:
        structure: The items.
        suppliers: Their currencies.
        sourcing: Who delivers what in which lots.
        monthly: Mean use of a month, by item [units].
    """
    item = np.flatnonzero(structure.bought & (sourcing.supplier >= 0) & (monthly > 0))[::BREAK_EVERY]
    who, lot = sourcing.supplier[item], sourcing.lot_multiple[item]
    rate = np.where(np.array(suppliers.currency)[who] == "USD", RATES["USD"], 1.0)
    frames = [
        pl.DataFrame(
            {
                "supplier_id": suppliers.supplier_id[who].tolist(),
                "item_id": structure.item_id[item].tolist(),
                "min_quantity": np.ceil(months * monthly[item] / lot) * lot,
                "unit_price": (structure.raw_cost[item] / rate * (1.0 - less)).round(4),
                "currency": np.array(suppliers.currency)[who].tolist(),
                "discount_type": ["all_units"] * item.size,
            }
        )
        for months, less in BREAKS
    ]
    return (
        pl.concat(frames)
        .unique(["supplier_id", "item_id", "min_quantity"], keep="last", maintain_order=True)
        .sort("supplier_id", "item_id", "min_quantity")
    )


def _make_rows(structure: Structure, sourcing: Sourcing) -> pl.DataFrame:
    item = structure.made
    name = structure.item_id[item]
    return pl.DataFrame(
        {
            "source_id": [f"MK-{one}" for one in name],
            "item_id": name.tolist(),
            "location_id": np.array(PLANTS)[structure.plant[item]].tolist(),
            "source_type": ["make"] * item.size,
            "routing_id": [f"T-{one}" for one in name],
            "bom_id": [f"B-{one}" for one in name],
            "lead_time_days": sourcing.days[item],
            "lead_time_std_days": (sourcing.days[item] * 0.15).round(2),
            "min_lot": sourcing.min_lot[item],
            "lot_multiple": sourcing.lot_multiple[item],
            "priority": np.ones(item.size),
            "split_ratio": np.ones(item.size),
        }
    )


def _buy_rows(
    structure: Structure, suppliers: Suppliers, sourcing: Sourcing, supplier: Ints, *, first: bool
) -> pl.DataFrame:
    item, plant = np.nonzero(sourcing.stocked[:, : len(PLANTS)] & (supplier >= 0)[:, None] & structure.bought[:, None])
    who = supplier[item]
    rate = np.where(np.array(suppliers.currency)[who] == "USD", RATES["USD"], 1.0)
    days = sourcing.days[item] if first else suppliers.days[who]
    return pl.DataFrame(
        {
            "source_id": [
                f"BY{'' if first else '2'}-{structure.item_id[i]}-{PLANTS[p]}" for i, p in zip(item, plant, strict=True)
            ],
            "item_id": structure.item_id[item].tolist(),
            "location_id": np.array(PLANTS)[plant].tolist(),
            "source_type": ["buy"] * item.size,
            "supplier_id": suppliers.supplier_id[who].tolist(),
            "lead_time_days": days,
            "lead_time_std_days": (days * suppliers.spread[who]).round(2),
            "min_lot": sourcing.min_lot[item],
            "lot_multiple": sourcing.lot_multiple[item],
            "priority": np.full(item.size, 1.0 if first else 2.0),
            "split_ratio": np.full(item.size, 1.0 if first else 0.0),
            "unit_price": (structure.raw_cost[item] / rate * (1.0 if first else 1.08)).round(4),
            "currency": np.array(suppliers.currency)[who].tolist(),
        }
    )


def _plant_rows(structure: Structure, sourcing: Sourcing, costs: Costs) -> pl.DataFrame:
    """Modules that the other plant needs come from where they are made."""
    at = sourcing.stocked[:, : len(PLANTS)].copy()
    at[np.arange(structure.count), structure.plant] = False
    item, plant = np.nonzero(at & ~structure.bought[:, None])
    return _transfer_rows(
        structure,
        item,
        np.array(PLANTS)[plant],
        np.full(item.size, BETWEEN_PLANTS_DAYS),
        (costs.standard[item] * 0.01).round(4),
    )


def _centre_rows(structure: Structure, sourcing: Sourcing, costs: Costs) -> pl.DataFrame:
    item, centre = np.nonzero(sourcing.stocked[:, len(PLANTS) :])
    plant = structure.plant[item]
    freight = (costs.standard[item] * LANE_COST[plant, centre]).round(4)
    return _transfer_rows(structure, item, np.array(CENTRES)[centre], LANE_DAYS[plant, centre], freight)


def _transfer_rows(structure: Structure, item: Ints, to: Texts, days: Ints, freight: Floats) -> pl.DataFrame:
    name = structure.item_id[item]
    return pl.DataFrame(
        {
            "source_id": [f"TR-{one}-{place}" for one, place in zip(name, to, strict=True)],
            "item_id": name.tolist(),
            "location_id": to.tolist(),
            "source_type": ["transfer"] * item.size,
            "from_location_id": np.array(PLANTS)[structure.plant[item]].tolist(),
            "lead_time_days": days,
            "lead_time_std_days": (days * 0.1).round(2),
            "lot_multiple": np.ones(item.size),
            "priority": np.ones(item.size),
            "split_ratio": np.ones(item.size),
            "transport_cost": freight,
            "currency": ["EUR"] * item.size,
        }
    )


def item_location_table(structure: Structure, sourcing: Sourcing, market: Market) -> pl.DataFrame:
    """Table `item_location`: sold items leave their safety stock to the product, parts state days."""
    item, place = np.nonzero(sourcing.stocked)
    part = structure.kind[item] > Kind.FINISHED
    cover = np.where(structure.kind[item] == Kind.RAW, 15, 6)
    volume = tally(market.item, market.expected[-12:].mean(axis=0), structure.count)
    large = volume[item] > np.quantile(volume[: int((structure.family >= 0).sum())], 0.8)
    names = np.array([*PLANTS, *CENTRES])
    return pl.DataFrame(
        {
            "item_id": structure.item_id[item].tolist(),
            "location_id": names[place].tolist(),
            "stocked": [True] * item.size,
            "safety_stock_days": pl.Series(cover).to_frame("d").select(pl.when(pl.Series(part)).then("d"))["d"],
            "service_target": np.where(large, 0.97, 0.93),
            "planner": ["luis"] * item.size,
        }
    )
