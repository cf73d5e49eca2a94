"""Endings: items that go, what is left to sell, what to buy for the last time, and what may be left over."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from steelyard.grid.block import Array, join
from steelyard.plan.inputs.life import EXTRACT
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.portfolio.end_of_life import last_buy_quantity, last_buy_risk, obsolescence_exposure

COLUMNS: dict[str, pl.DataType] = {
    "item": pl.String(), "description": pl.String(), "kind": pl.String(), "end_date": pl.Date(),
    "periods_left": pl.Int64(), "successor": pl.String(), "remaining": pl.Float64(), "stock": pl.Float64(),
    "on_order": pl.Float64(), "covers_periods": pl.Float64(), "last_buy": pl.Float64(), "order_by": pl.Date(),
    "exposure_units": pl.Float64(), "on_shelf_units": pl.Float64(), "exposure": pl.Float64(), "source": pl.String(),
}  # fmt: skip
"""Columns of the list of endings."""


@dataclass(frozen=True)
class EndAssumptions:
    """What a left-over and a missing unit are worth."""

    salvage: float = 0.3
    """Share of standard cost that a left-over unit still brings [0..1]."""


def ending_list(
    plan: PlanNumbers, facts: ProductFacts | None = None, assumptions: EndAssumptions | None = None
) -> pl.DataFrame:
    """Every item that ends or is superseded, or has ended and left stock behind, and the parts only such items use.

    `remaining` is the demand plan until the end; for parts it is their gross requirement over the horizon. `last_buy`
    is what still has to be made or bought, guarded by the newsvendor ratio of margin to write-off; `exposure` is stock
    and orders above the remaining demand, at standard cost. Largest exposure first.

    Returns:
        One row an item; see `COLUMNS`.
    """
    known, weigh = facts or ProductFacts(plan), assumptions or EndAssumptions()
    ends = _ends(known)
    if not ends:
        return pl.DataFrame(schema=COLUMNS)
    sold = _sold(known, ends, weigh)
    parts = _parts(known, ends)
    return pl.concat([sold, parts]).sort("exposure", "item", descending=[True, False], maintain_order=True)


def _ends(facts: ProductFacts) -> dict[str, tuple[date, str, str]]:
    """End date, successor and source of every sold item that goes; a succession ends the old item with its window."""
    found: dict[str, tuple[date, str, str]] = {}
    days = float(facts.plan.calendar.days.mean())
    for link in facts.life.successions:
        found[link.old] = (link.date + timedelta(days=round(link.window * days)), link.new, link.source)
    for item, record in facts.life.phase_outs.items():
        found[item] = (record.date, found.get(item, (record.date, "", ""))[1], record.source)
    found |= {item: (day, found.get(item, (day, "", ""))[1], EXTRACT) for item, day in _left_behind(facts).items()}
    return {item: end for item, end in found.items() if item in facts.place_of}


def _left_behind(facts: ProductFacts) -> dict[str, date]:
    """Items that have ended already and still have stock or open orders."""
    held = facts.at_places(facts.stock + facts.on_order) > 0
    ended = facts.items.with_columns(pl.Series("held", held)).filter(
        pl.col("held") & (pl.col("end_date") <= facts.as_of)
    )
    return dict(ended.select("item", "end_date").iter_rows())


def _sold(facts: ProductFacts, ends: dict[str, tuple[date, str, str]], weigh: EndAssumptions) -> pl.DataFrame:
    at = np.array([facts.place_of[item] for item in ends], dtype=np.int64)
    left = np.array([max(facts.periods_until(day), 0) for day, _, _ in ends.values()], dtype=np.float64)
    stock, order = facts.at_places(facts.stock)[at], facts.at_places(facts.on_order)[at]
    remaining = facts.total("demand_plan")[at]
    error = np.sqrt(facts.at_places(np.square(join(facts.plan.blocks("forecast_error")))))[at]
    margin = np.maximum(facts.unit_price - facts.unit_cost, 0.01)[at]
    loss = np.maximum(facts.unit_cost * (1.0 - weigh.salvage), 0.01)[at]
    within = np.minimum(left, facts.plan.horizon.size)
    risk = last_buy_risk(error, within, margin, loss)
    buy = last_buy_quantity(remaining, stock, order, risk=risk, lot=np.ones(at.size))
    exposed = obsolescence_exposure(stock, order, remaining, facts.unit_cost[at])
    per_period = np.divide(remaining, within, out=np.zeros_like(remaining), where=within > 0)
    covers = np.divide(stock + order, per_period, out=np.full_like(stock, np.nan), where=per_period > 0)
    order_by = [
        None if day <= facts.as_of else day - timedelta(days=round(facts.lead_days(item)))
        for item, (day, _, _) in ends.items()
    ]
    items = facts.items[at.tolist()]
    return pl.DataFrame(
        {
            "item": list(ends), "description": items["description"], "kind": ["sold"] * at.size,
            "end_date": [day for day, _, _ in ends.values()], "periods_left": left.astype(np.int64),
            "successor": [new for _, new, _ in ends.values()], "remaining": remaining, "stock": stock,
            "on_order": order, "covers_periods": covers, "last_buy": buy, "order_by": order_by,
            "exposure_units": exposed.units, "on_shelf_units": exposed.of_stock, "exposure": exposed.money,
            "source": [source for _, _, source in ends.values()],
        },
        schema=COLUMNS,
    ).with_columns(pl.col("covers_periods").fill_nan(None))  # fmt: skip


def _parts(facts: ProductFacts, ends: dict[str, tuple[date, str, str]]) -> pl.DataFrame:
    """Parts that go into ending items and into nothing else."""
    used = facts.parts.filter(~pl.col("part").is_in(facts.items["item"].implode()))
    ending = pl.col("item").is_in(list(ends))
    alone = used.group_by("part", maintain_order=True).agg(ending.all().alias("alone"), pl.col("item"))
    alone = alone.filter(pl.col("alone"))
    if not alone.height:
        return pl.DataFrame(schema=COLUMNS)
    names = facts.plan.inputs.series["item_location"].members["item"]
    numbers = {part: n for n, part in enumerate(alone["part"].to_list())}
    codes = np.array([numbers.get(name, -1) for name in names.to_list()], dtype=np.int64)
    rows = np.flatnonzero(codes >= 0)
    need = join(facts.plan.blocks("dependent_demand"))[:, rows].sum(axis=0)

    def by_part(values: Array) -> Array:
        return np.bincount(codes[rows], values, alone.height).astype(np.float64)

    stock, order, remaining = by_part(facts.stock[rows]), by_part(facts.on_order[rows]), by_part(need)
    cost = by_part(facts.place_cost[rows]) / np.maximum(np.bincount(codes[rows], minlength=alone.height), 1)
    exposed = obsolescence_exposure(stock, order, remaining, cost)
    last = [max(ends[item][0] for item in items) for items in alone["item"].to_list()]
    described = dict(facts.extract.tables["item"].select("item_id", "description").iter_rows())
    buy = last_buy_quantity(remaining, stock, order, risk=np.zeros_like(stock), lot=np.ones_like(stock))
    return pl.DataFrame(
        {
            "item": alone["part"], "description": [described.get(part) for part in alone["part"].to_list()],
            "kind": ["part"] * alone.height, "end_date": last,
            "periods_left": [max(facts.periods_until(day), 0) for day in last], "successor": [""] * alone.height,
            "remaining": remaining, "stock": stock, "on_order": order, "covers_periods": [None] * alone.height,
            "last_buy": buy, "order_by": [None] * alone.height, "exposure_units": exposed.units,
            "on_shelf_units": exposed.of_stock, "exposure": exposed.money, "source": [""] * alone.height,
        },
        schema=COLUMNS,
    )  # fmt: skip
