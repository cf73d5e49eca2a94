"""Exits: items that are better left than kept, with what leaving costs and which hours it frees."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.grid.block import Array, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.plan.portfolio.products import HEAD, product_table
from steelyard.portfolio.rationalisation import candidates, exit_case


@dataclass(frozen=True)
class ExitAssumptions:
    """What the company believes about leaving items."""

    salvage: float = 0.3
    """Share of stock value that can still be recovered [0..1]."""
    retained: float = 0.5
    """Share of the margin that customers give to other items of the company [0..1]."""
    complexity_share: float = 0.05
    """What complexity costs a year, as a share of gross margin; spread by the complexity index [ratio]."""
    carrying_rate: float = 0.12
    """Cost of capital and storage a year [ratio]."""
    head: float = HEAD
    """Share of revenue that is no tail [0..1]."""


def exit_table(
    plan: PlanNumbers,
    facts: ProductFacts | None = None,
    assumptions: ExitAssumptions | None = None,
    *,
    table: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every sold item as if it were left; candidates and the best of them first.

    Freed hours are worth the mean margin that an hour earns in this plan, in the periods in which hours are missing;
    elsewhere nothing (see `hour_values`).

    Returns:
        Columns item, description, family, state, revenue, margin, complexity, exit_cost, lost_margin, saved_cost,
        freed_hours (all resources), freed_constraint_hours, freed_value, benefit, payback_months, candidate, freed
        (hours by resource, in words).
    """
    known, weigh = facts or ProductFacts(plan), assumptions or ExitAssumptions()
    products = table if table is not None else product_table(plan, known, head=weigh.head)
    order = np.array([known.place_of[item] for item in products["item"].to_list()], dtype=np.int64)
    hours = known.unit_hours * known.year_ahead("constrained_demand")
    price = hour_values(known)
    margin = known.year_ahead("gross_margin")
    pool = weigh.complexity_share * float(np.maximum(margin, 0.0).sum()) / max(known.count, 1)
    index = np.ones(known.count)
    index[order] = products["complexity"].to_numpy()
    case = exit_case(
        stock_value=known.at_places(known.stock * known.place_cost),
        order_value=known.at_places(known.on_order * known.place_cost),
        own_part_value=_own_part_value(known),
        margin=margin,
        complexity=index,
        freed_value=price @ hours,
        salvage=weigh.salvage,
        retained=weigh.retained,
        cost_of_complexity=pool,
        carrying_rate=weigh.carrying_rate,
    )
    going = np.isin(known.items["item"].to_list(), [*known.life.launches, *known.life.phase_outs])
    tail = np.zeros(known.count, dtype=bool)
    tail[order] = products["tail"].to_numpy()
    constrained = np.isin(known.resources, known.constraints)
    found = pl.DataFrame(
        {
            "item": known.items["item"],
            "exit_cost": case.exit_cost,
            "lost_margin": case.lost_margin,
            "saved_cost": case.saved_cost,
            "freed_hours": hours.sum(axis=0),
            "freed_constraint_hours": hours[constrained].sum(axis=0),
            "freed_value": case.freed_value,
            "benefit": case.benefit,
            "payback_months": case.payback_months,
            "candidate": candidates(case, tail, going),
            "freed": _words(known.resources, hours),
        }
    ).with_columns(pl.col("payback_months").fill_nan(None))
    kept = products.select("item", "description", "family", "state", "revenue", "margin", "complexity")
    joined = kept.join(found, on="item", how="left", maintain_order="left")
    return joined.sort("candidate", "benefit", descending=[True, True], maintain_order=True)


def hour_values(facts: ProductFacts) -> Array:
    """What a freed hour of each resource is worth: the mean margin of an hour, in the periods that miss hours.

        value = margin of what runs on it / hours used x share of periods with load above capacity / short resources

    Returns:
        Value by resource [money/hour]; 0 where no hours are missing.
    """
    load, capacity = (join(facts.plan.blocks(name))[: facts.ahead] for name in ("capacity_load", "capacity_available"))
    missing = ((load > capacity) & (capacity > 0)).mean(axis=0)
    hours = facts.unit_hours * facts.year_ahead("constrained_demand")
    margin = np.maximum(facts.year_ahead("gross_margin"), 0.0)
    used, earned = hours.sum(axis=1), np.where(hours > 0, margin, 0.0).sum(axis=1)
    short = int((missing > 0).sum())
    mean = np.divide(earned, used, out=np.zeros_like(used), where=used > 0)
    return np.asarray(mean * missing / max(short, 1))


def freed_capacity(facts: ProductFacts, items: list[str]) -> pl.DataFrame:
    """Hours that leaving some items frees in the year ahead, by resource, against what the plan loads.

    Returns:
        Columns resource, freed_hours, load, capacity, load_after; resources that nothing is freed of are left out.
    """
    at = [facts.place_of[item] for item in items if item in facts.place_of]
    freed = (facts.unit_hours * facts.year_ahead("constrained_demand"))[:, at].sum(axis=1)
    load = join(facts.plan.blocks("capacity_load"))[: facts.ahead].sum(axis=0)
    capacity = join(facts.plan.blocks("capacity_available"))[: facts.ahead].sum(axis=0)
    frame = pl.DataFrame(
        {"resource": list(facts.resources), "freed_hours": freed, "load": load, "capacity": capacity}
    ).with_columns((pl.col("load") - pl.col("freed_hours")).clip(lower_bound=0.0).alias("load_after"))
    return frame.filter(pl.col("freed_hours") > 0).sort("freed_hours", descending=True)


def _own_part_value(facts: ProductFacts) -> Array:
    """Stock and orders of parts that nothing but one sold item uses, by that item [money]."""
    users = facts.parts.group_by("part", maintain_order=True).agg(
        pl.col("item").n_unique().alias("users"), pl.col("item").first()
    )
    alone = dict(users.filter(pl.col("users") == 1).select("part", "item").iter_rows())
    names = facts.plan.inputs.series["item_location"].members["item"].to_list()
    owner = np.array([facts.place_of.get(alone.get(name, ""), -1) for name in names], dtype=np.int64)
    rows = np.flatnonzero(owner >= 0)
    value = (facts.stock + facts.on_order)[rows] * facts.place_cost[rows]
    return np.bincount(owner[rows], value, facts.count).astype(np.float64)


def _words(resources: tuple[str, ...], hours: Array) -> list[str]:
    """Hours by resource in words, the most first."""
    out = []
    for column in hours.T:
        top = [n for n in np.argsort(-column, kind="stable")[:4].tolist() if column[n] >= 0.5]
        out.append(", ".join(f"{resources[n]} {column[n]:,.0f} h" for n in top))
    return out
