"""Demand levers: price, promotion timing, demand that waits or comes earlier, and substitutes, sized on a plan."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from steelyard.balancing.demand_shaping import moved_units, priced_demand
from steelyard.balancing.lever import DEMAND, Lever, Steps
from steelyard.demand.promotion import day_share
from steelyard.grid.block import Array, IntArray
from steelyard.plan.balancing.standing_model import BalanceBase


def demand_levers(base: BalanceBase) -> Iterator[Lever]:
    """All levers on the demand side of a plan but promotion timing, which has several months to choose from."""
    yield from _in_time(base)
    yield from _prices(base)
    yield from _substitutes(base)


def _short_cells(base: BalanceBase, family: int) -> tuple[IntArray, IntArray]:
    """Periods and demand rows of a family that are short."""
    inside = base.family[base.full.demand.node] == family
    period, row = np.nonzero((base.short_row > _CRUMB) & inside)
    return period.astype(np.int64), row.astype(np.int64)


def _short_families(base: BalanceBase) -> list[int]:
    short = np.bincount(base.family, base.short_place.sum(axis=0), len(base.family_names))
    return [family for family in np.argsort(-short).tolist() if short[family] > _CRUMB]


def _in_time(base: BalanceBase) -> Iterator[Lever]:
    """Customers take part of what is short a period later or earlier, for an incentive."""
    demand, terms = base.full.demand, base.terms
    if not terms.shift_share:
        return
    for family in _short_families(base):
        cells = _short_cells(base, family)
        parts = [_towards(base, cells, by) for by in (1, -1)]
        period, row, to = (np.concatenate([part[n] for part in parts]) for n in range(3))
        if not period.size:
            continue
        most = terms.shift_share * demand.quantity[period, row]
        price = demand.price
        cost = terms.shift_incentive * price[period, row] + price[period, row] - price[to, row]
        steps = _between(row, period, to, row, np.ones(row.size), most, cost, price[period, row])
        name = base.family_names[family]
        yield Lever(
            f"shift_in_time:{name}", "shift_in_time", f"Ask customers of {name} to take it a period earlier or later",
            name, "units", 0, steps, "Customers who are asked too often look elsewhere.",
            f"Assumed: {terms.shift_share:.0%} of demand moves for {terms.shift_incentive:.0%} of the price.",
            spend=terms.shift_incentive * price[period, row],
        )  # fmt: skip


def _towards(base: BalanceBase, cells: tuple[IntArray, IntArray], by: int) -> tuple[IntArray, IntArray, IntArray]:
    """Short cells whose neighbour lies in the horizon: period, row, period it moves to."""
    period, row = cells
    to = period + by
    inside = (to >= 0) & (to < base.full.length)
    return period[inside], row[inside], to[inside]


def _between(
    row: IntArray, period: IntArray, to: IntArray, to_row: IntArray, ratio: Array, most: Array, cost: Array,
    stake: Array,
) -> Steps:  # fmt: skip
    """Steps that take a unit of demand from one row and period to another."""
    step = np.arange(row.size)
    return Steps(
        row, period, most, cost, stake, np.concatenate((step, step)), np.full(2 * step.size, DEMAND),
        np.concatenate((row, to_row)), np.concatenate((period, to)), np.concatenate((-np.ones(row.size), ratio)),
    )  # fmt: skip


def elasticities(base: BalanceBase) -> Array:
    """Price elasticity of each demand series: measured or entered, else what the company assumes."""
    known = base.cells("price_elasticity").reshape(-1)
    return np.where(known < 0, known, base.terms.elasticity)


def _prices(base: BalanceBase) -> Iterator[Lever]:
    """A higher price in short periods: demand answers by elasticity; one step a family and period."""
    elasticity, by = elasticities(base), base.terms.price_step
    if not (elasticity < 0).any() or not by:
        return
    asked, price = base.cells("demand_plan"), base.cells("price")
    after = priced_demand(asked, elasticity, by)
    answers = np.where(elasticity < 0, 1.0, 0.0)
    earned = answers * (price * (1 + by) * after - price * asked)
    rows, family_of = len(base.full.demand.names), base.family[base.place_of_series]
    for family in _short_families(base):
        inside = (family_of == family) & (elasticity < 0)
        short = _short_periods(base, family)
        if not (inside.any() and short.size):
            continue
        fall = np.zeros((base.full.length, rows))
        np.add.at(fall.T, base.row_of_series[inside], (after - asked)[:, inside].T)
        entry_step, entry_row = np.nonzero(fall[short])
        steps = Steps(
            np.full(short.size, family), short, np.ones(short.size), -earned[np.ix_(short, inside)].sum(axis=1),
            (price * asked)[np.ix_(short, inside)].sum(axis=1), entry_step, np.full(entry_step.size, DEMAND), entry_row,
            short[entry_step], fall[short][entry_step, entry_row],
        )  # fmt: skip
        name = base.family_names[family]
        yield Lever(
            f"price:{name}", "price", f"Raise the price of {name} by {by:.0%} where it is short", name, "of the rise",
            1, steps, "Some customers buy elsewhere for good.",
            "Elasticity as history shows it, as entered, or as the setting assumes; revenue and units answer together.",
            spend=np.zeros(short.size),
        )  # fmt: skip


def _short_periods(base: BalanceBase, family: int) -> IntArray:
    short = base.short_place[:, base.family == family].sum(axis=1)
    return np.asarray(np.flatnonzero((short > _CRUMB) & (np.arange(short.size) >= 1)), np.int64)


def _substitutes(base: BalanceBase) -> Iterator[Lever]:
    """Customers of what is short take what the data name as a substitute, at the same place."""
    links = base.plan.maker.extract(base.plan.inputs.extract).tables["item_link"].filter(pl.col("type") == "substitute")
    demand, terms = base.full.demand, base.terms
    members = base.plan.series("independent_demand").members
    names, sites = members["item"].cast(pl.String).to_list(), members["location"].cast(pl.String).to_list()
    rows_of_item: dict[str, list[int]] = {}
    row_at: dict[tuple[str, str, str], int] = {}
    for row, node in enumerate(demand.node.tolist()):
        rows_of_item.setdefault(names[node], []).append(row)
        row_at[names[node], sites[node], demand.customer_class[row]] = row
    found: list[tuple[int, int, int, float]] = []
    for item, other, ratio in links.select("item_id", "other_id", "ratio").iter_rows():
        for row in rows_of_item.get(item, ()):
            to = row_at.get((other, sites[int(demand.node[row])], demand.customer_class[row]))
            if to is not None:
                short = np.flatnonzero(base.short_row[:, row] > _CRUMB).tolist()
                found.extend((t, row, to, float(ratio or 1.0)) for t in short)
    if not found or not terms.substitution_share:
        return
    when, whose, to_row = (np.array([one[n] for one in found], np.int64) for n in range(3))
    ratio_of = np.array([one[3] for one in found])
    most = terms.substitution_share * demand.quantity[when, whose]
    price = demand.price[when, whose]
    cost = price * (1 + terms.substitution_incentive) - ratio_of * demand.price[when, to_row]
    steps = _between(whose, when, when, to_row, ratio_of, most, cost, price)
    yield Lever(
        "substitution", "substitution", "Offer substitutes for what is short", "items with substitutes", "units", 0,
        steps, "Customers may stay with the substitute.",
        f"Substitutes of the item links; {terms.substitution_share:.0%} of demand accepts for "
        f"{terms.substitution_incentive:.0%} of the price.",
        spend=terms.substitution_incentive * price,
    )  # fmt: skip


def promotion_levers(base: BalanceBase) -> Iterator[tuple[str, list[Lever]]]:
    """Planned promotions and the months they could move to; by promotion, one lever for each other month."""
    reach = int(base.terms.promotion_reach)
    edges = base.plan.horizon.edges.astype("datetime64[D]").astype(np.int64)
    for promotion in _planned(base).iter_rows(named=True):
        units = _promoted_units(base, promotion, edges)
        running = np.flatnonzero(units.sum(axis=1) > _CRUMB)
        if not running.size:
            continue
        moves = [by for by in range(-reach, reach + 1) if by and _fits(base, running, by)]
        levers = [_promotion_lever(base, promotion, units, by) for by in moves]
        if levers:
            yield str(promotion["promotion_id"]), levers


def _fits(base: BalanceBase, running: IntArray, by: int) -> bool:
    return bool(running.min() + by >= 0 and running.max() + by < base.full.length)


def _planned(base: BalanceBase) -> pl.DataFrame:
    table = base.plan.maker.extract(base.plan.inputs.extract).tables["promotion"]
    first = date.fromisoformat(str(base.plan.horizon.edges[0].astype("datetime64[D]")))
    ahead = table.filter((pl.col("start_date") >= first) & (pl.col("type").fill_null("") != "volume_discount"))
    return ahead.filter(pl.col("expected_uplift").fill_null(0.0) > 0)


def _promoted_units(base: BalanceBase, promotion: dict[str, object], edges: IntArray) -> Array:
    """Units that one promotion adds, `[period, demand series]`."""
    days = [
        np.array([np.datetime64(str(promotion[name]), "D").astype(np.int64)]) for name in ("start_date", "end_date")
    ]
    share = day_share(days[0], days[1], edges[:-1], edges[1:] - 1)[0]
    series, inside = base.plan.series("demand_plan"), np.ones(base.place_of_series.size, bool)
    for level, column in (
        ("item", "item_id"),
        ("product_family", "family"),
        ("channel", "channel"),
        ("customer", "customer_id"),
    ):
        if promotion[column] and level in series.members.columns:
            inside &= (series.members[level].cast(pl.String) == str(promotion[column])).fill_null(False).to_numpy()
    uplift = float(str(promotion["expected_uplift"]))
    return np.asarray(base.cells("statistical_forecast") * (uplift * share)[:, None] * inside)


def _promotion_lever(base: BalanceBase, promotion: dict[str, object], units: Array, by: int) -> Lever:
    moved = moved_units(units, by) - units
    rows, demand = len(base.full.demand.names), base.full.demand
    change = np.zeros((base.full.length, rows))
    np.add.at(change.T, base.row_of_series, moved.T)
    period, row = np.nonzero(np.abs(change) > _CRUMB)
    first = int(np.flatnonzero(units.sum(axis=1) > _CRUMB)[0])
    money = float((change * demand.price).sum())
    steps = Steps(
        np.array([by]), np.array([first]), np.ones(1), np.array([-money]),
        np.array([float((units.sum(axis=1) * base.price_of_place.mean()).sum())]), np.zeros(period.size, np.int64),
        np.full(period.size, DEMAND), row.astype(np.int64), period.astype(np.int64), change[period, row],
    )  # fmt: skip
    word = f"{abs(by)} period{'s' if abs(by) > 1 else ''} {'later' if by > 0 else 'earlier'}"
    key = f"promotion:{promotion['promotion_id']}:{by:+d}"
    return Lever(
        key, "promotion_timing", f"Run {promotion['name'] or promotion['promotion_id']} {word}",
        str(promotion["family"] or promotion["item_id"] or "everything"), "of the promotion",
        max(min(first, first + by), 0), steps, "Partners have to be told.",
        "Planned promotion and its expected uplift; each month is judged through the supply model.", 1.0,
        spend=np.zeros(1),
    )  # fmt: skip


_CRUMB = 1e-6
