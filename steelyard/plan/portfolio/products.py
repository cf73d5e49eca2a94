"""Products: what each sold item earns, what it asks of the company, and whether it is tail."""

import numpy as np
import polars as pl

from steelyard.grid.block import Array, BoolArray, IntArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.portfolio.complexity import complexity_index, count_per_item, own_parts
from steelyard.portfolio.life_cycle import life_state
from steelyard.portfolio.vitality import earned_share, tail_of, vitality

HEAD = 0.95
"""Share of revenue that the head of the portfolio earns; the rest is the tail."""
NEW_MONTHS = 24
"""Months since the launch in which an item counts as new."""
KINDS = ("parts", "resources", "set_ups", "locations", "customers")
"""What complexity counts."""


def product_table(
    plan: PlanNumbers, facts: ProductFacts | None = None, *, new_months: int = NEW_MONTHS, head: float = HEAD
) -> pl.DataFrame:
    """Every sold item with money of the year ahead, complexity and place in the portfolio, largest margin first.

    Args:
        plan: The plan.
        facts: Facts read already.
        new_months: Months since the launch in which an item counts as new.
        head: Share of revenue the head earns; the rest is the tail.

    Returns:
        Columns item, description, category, family, state, launch_date, revenue, revenue_past, growth, margin,
        margin_percent, share (of revenue, with all above it), tail, new, parts, own_parts, resources, set_ups,
        locations, customers, complexity (1 is usual), margin_per_complexity, stock_value, constraint_hours.
    """
    known = facts or ProductFacts(plan)
    revenue, margin = known.year_ahead("revenue"), known.year_ahead("gross_margin")
    past = known.year_past("revenue_history")
    counts = _counts(known)
    index = complexity_index(np.stack([counts[kind] for kind in KINDS]))
    fresh = _is_new(known, new_months)
    demand = known.year_ahead("unconstrained_demand")
    constrained = np.isin(known.resources, known.constraints)
    table = known.items.select("item", "description", "category", "family", "launch_date").with_columns(
        pl.Series("state", _states(known)),
        pl.Series("revenue", revenue),
        pl.Series("revenue_past", past),
        pl.Series("growth", _ratio(revenue - past, past)),
        pl.Series("margin", margin),
        pl.Series("margin_percent", _ratio(margin, revenue)),
        pl.Series("share", earned_share(revenue)),
        pl.Series("tail", tail_of(revenue, head)),
        pl.Series("new", fresh),
        *(pl.Series(kind, counts[kind]) for kind in ("parts", "own_parts", *KINDS[1:])),
        pl.Series("complexity", index),
        pl.Series("margin_per_complexity", _ratio(margin, index)),
        pl.Series("stock_value", known.at_places(known.stock * known.place_cost)),
        pl.Series("constraint_hours", known.unit_hours[constrained].sum(axis=0) * demand),
    )
    return table.with_columns(pl.col(pl.Float64).fill_nan(None)).sort("margin", descending=True, maintain_order=True)


def vitality_by_family(table: pl.DataFrame) -> pl.DataFrame:
    """Share of revenue that new items earn, by family and for all.

    Args:
        table: The product table.

    Returns:
        Columns family, revenue, items, new_items, vitality; the first row is all.
    """
    rows: list[tuple[object, ...]] = []
    for family, part in [("All", table), *((f[0], p) for f, p in table.group_by("family", maintain_order=True))]:
        worth = vitality(part["revenue"].to_numpy(), part["new"].to_numpy())
        rows.append((family, part["revenue"].sum(), part.height, int(part["new"].sum()), worth))
    columns = {
        "family": pl.String(), "revenue": pl.Float64(), "items": pl.Int64(), "new_items": pl.Int64(),
        "vitality": pl.Float64(),
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col("vitality").fill_nan(None))
    return pl.concat([frame.head(1), frame.tail(-1).sort("revenue", descending=True)])


def tail_summary(table: pl.DataFrame) -> pl.DataFrame:
    """Head and tail side by side: items, revenue, margin, complexity and stock, each with its share.

    Returns:
        Columns part, items, revenue, margin, complexity, stock_value, and the share of each.
    """
    names = ("items", "revenue", "margin", "complexity", "stock_value")
    sums = table.group_by("tail").agg(
        pl.len().cast(pl.Float64).alias("items"), *(pl.col(name).sum() for name in names[1:])
    )
    shares = [(pl.col(n) / pl.col(n).sum()).alias(f"{n}_share") for n in names]
    part = pl.when("tail").then(pl.lit("tail")).otherwise(pl.lit("head")).alias("part")
    return sums.sort("tail").select(part, *names, *shares)


def _counts(facts: ProductFacts) -> dict[str, Array]:
    size = facts.count
    item, part = _coded(facts, facts.parts)
    series = facts.plan.inputs.series["demand"]
    used = facts.unit_hours > 0
    return {
        "parts": count_per_item(item, part, size),
        "own_parts": own_parts(item, part, size),
        "resources": used.sum(axis=0).astype(np.float64),
        "set_ups": _set_ups(facts),
        "locations": count_per_item(facts.item_of_series, series.codes("location"), size),
        "customers": count_per_item(facts.item_of_series, series.codes("customer"), size),
    }


def _coded(facts: ProductFacts, parts: pl.DataFrame) -> tuple[IntArray, IntArray]:
    names = parts["part"].unique(maintain_order=True)
    item = parts["item"].replace_strict(facts.place_of, return_dtype=pl.Int64).to_numpy() if parts.height else None
    if item is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    numbers = {name: n for n, name in enumerate(names.to_list())}
    return item, parts["part"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy()


def _set_ups(facts: ProductFacts) -> Array:
    """Orders the plan places in the year ahead, at all places: each is a set-up, a purchase or a shipment."""
    receipts = join(facts.plan.blocks("constrained_receipts"))[: facts.ahead]
    return facts.at_places((receipts > 0).sum(axis=0).astype(np.float64))


def _is_new(facts: ProductFacts, months: int) -> BoolArray:
    since = facts.since(months)
    planned = {item: record.date for item, record in facts.life.launches.items()}
    stated = dict(facts.items.select("item", "launch_date").iter_rows())
    days = [planned.get(item) or stated[item] for item in facts.items["item"].to_list()]
    return np.array([day is not None and day > since for day in days])


def _states(facts: ProductFacts) -> list[str]:
    knobs = facts.plan.inputs.parameters
    number = {item: n for n, item in enumerate(facts.life.launches)}
    ended = dict(facts.items.select("item", "end_date").drop_nulls().iter_rows())
    out = []
    for item in facts.items["item"].to_list():
        launch = facts.life.launches.get(item)
        end = facts.life.phase_outs[item].date if item in facts.life.phase_outs else ended.get(item)
        ahead = None if launch is None else facts.periods_until(launch.date) - (launch.date <= facts.as_of)
        actuals = 0 if launch is None else int(facts.life_plan.launched.actuals[number[item]])
        to_end = None if end is None else -1 if end <= facts.as_of else facts.periods_until(end)
        ramp = 1 if launch is None else len(launch.shares)
        out.append(
            life_state(ahead, to_end, ramp=ramp, actuals=actuals, settled_after=knobs.launch_settled_periods).value
        )
    return out


def _ratio(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
