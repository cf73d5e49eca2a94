"""Capacity selectors: heat map, resources, work behind a cell, bottlenecks and shortages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from urllib.parse import urlencode

import numpy as np
import polars as pl

from steelyard.plan.plan import Plan
from steelyard.plan.review.capacity import CapacityView, load_by_source, work_on
from steelyard.plan.review.pricing import BottleneckLine, HourWorth, ShortageLine, stated_worth
from steelyard.plan.review.resource_facts import HOURS
from steelyard.web.answers.answers import Answers
from steelyard.web.scorecard.charts import Json, Option, bars, heat_map, line, lines_and_bars, numbers
from steelyard.web.supply_review.pricing import priced_at_hand, priced_plan
from steelyard.web.worksheet.columns import short_label

MOST_ITEMS, MOST_FAMILIES = 40, 6
_priced: Answers["Priced"] = Answers("Pricing hours and what is late", 6, long=True)


@dataclass(frozen=True)
class ResourceLine:
    """One resource over the horizon, in its own unit."""

    name: str
    unit: str
    available: float
    asked: float
    planned: float
    past_due: float
    overload: float
    worst: float
    """Highest load as a share of the hours there are."""
    worst_period: str
    buildable: bool
    """Whether building ahead could absorb its peaks: cumulative slack never falls below zero."""


@dataclass(frozen=True)
class Priced:
    """What holds a plan back."""

    engine: str
    bottlenecks: tuple[BottleneckLine, ...]
    shortages: tuple[ShortageLine, ...]
    rough: tuple[str, ...]
    """Resources whose prices are rough."""


def resource_lines(view: CapacityView) -> list[ResourceLine]:
    """Resources by overload, then by their worst load; of stores the highest stock counts, of others the sum."""
    share = np.divide(view.load, view.available, out=np.zeros_like(view.load), where=view.available > 0)
    over = np.maximum(view.load - view.available, 0.0)
    counted = [np.max if name in view.stores else np.sum for name in view.resources]
    lines = [
        ResourceLine(
            name, view.facts[r].unit, float(counted[r](view.available[:, r])), float(counted[r](view.load[:, r])),
            float(counted[r](view.planned[:, r])),
            float(view.past_due[r]), float(counted[r](over[:, r])), float(share[:, r].max()),
            view.periods[int(share[:, r].argmax())], bool((view.slack[:, r] >= 0).all()),
        )
        for r, name in enumerate(view.resources)
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (-one.overload, -one.worst, one.name))


def share_words(view: CapacityView) -> str:
    """The past shares behind overall factors, largest first; nothing for the other methods."""
    shares = view.cut.shares
    if shares is None:
        return ""
    parts = sorted(zip(shares.share.tolist(), view.resources, strict=True), key=lambda one: (-one[0], one[1]))
    said = ", ".join(f"{name} {100 * share:.0f} %" for share, name in parts if share)
    return f"{shares.basis} of the {shares.periods} periods before: {said}"


def load_map(view: CapacityView) -> Option:
    """Load as percent of capacity by resource and period, resources in the order of the table beneath."""
    labels = [short_label(label) for label in view.periods]
    names = [one.name for one in resource_lines(view)]
    numbered = [(y, view.number(name)) for y, name in enumerate(names)]
    cells = [
        (t, y, float(100 * view.load[t, r] / view.available[t, r]) if view.available[t, r] > 0 else None)
        for y, r in numbered
        for t in range(len(view.periods))
    ]
    return _leading_to_work(heat_map(labels, names, cells), names, view)


def _leading_to_work(option: Option, names: Sequence[str], view: CapacityView) -> Option:
    """The heat map with cells that lead to the items and orders behind them."""
    drawn = cast(dict[str, Json], cast(list[Json], option["series"])[0])
    kept = {} if view.way == "resource_profile" else {"method": view.way}
    cells = [
        {"value": cell, "href": f"?{urlencode({'resource': names[y], 'period': view.periods[x], **kept})}#work"}
        for cell in cast(list[list[int]], drawn["data"])
        for x, y in [cell[:2]]
    ]
    return {**option, "series": [{**drawn, "data": cast(Json, cells), "cursor": "pointer"}]}


def resource_chart(plan: Plan, view: CapacityView, resource: str) -> Option:
    """Load by source of demand as bars, hours there are and hours of the plan as lines; stock and room of a store."""
    stored = resource in view.stores
    number, sources = view.number(resource), load_by_source(plan, resource)
    unit = view.facts[number].unit
    shown = sources.head(MOST_FAMILIES)
    rest = sources.slice(MOST_FAMILIES)
    labels = list(view.periods)
    stacks = [
        bars(str(row["member"]), numbers([row[label] for label in labels]), stack="load")
        for row in shown.iter_rows(named=True)
    ]
    if rest.height:
        others = [float(rest[label].sum()) for label in labels]
        stacks.append(bars(f"{rest.height} more", numbers(others), stack="load"))
    return lines_and_bars(
        [short_label(label) for label in labels],
        [
            *stacks,
            line(
                "Room there is" if stored else "Hours there are" if unit == HOURS else "Capacity",
                numbers(view.available[:, number].tolist()),
                kind="published",
            ),
            line("Stock of the plan" if stored else "Load of the plan", numbers(view.planned[:, number].tolist())),
        ],
        unit=unit,
    )


def json_text(option: Option) -> str:
    """A chart's option as a fragment carries it."""
    return json.dumps(option)


def work_table(plan: Plan, resource: str, period: str) -> pl.DataFrame:
    """Items on a resource in a period (or all), asked for and planned, most hours first."""
    asked = work_on(plan, resource, period)
    made = work_on(plan, resource, period, planned=True).select("item", "location", pl.col("hours").alias("planned"))
    return asked.join(made, on=["item", "location"], how="left").with_columns(pl.col("planned").fill_null(0.0))


def orders_behind(plan: Plan, resource: str, period: str) -> pl.DataFrame:
    """Open orders of the items on a resource that arrive in a period."""
    items = work_on(plan, resource).select("item", "location")
    orders = plan.maker.extract(plan.inputs.extract).tables["supply_order"].filter(pl.col("quantity_open") > 0)
    named = orders.rename({"item_id": "item", "location_id": "location"})
    found = named.join(items, on=["item", "location"], how="semi")
    if period:
        first, last = _days(plan, period)
        found = found.filter(pl.col("due_date").is_between(first, last))
    return found.select("order_id", "order_type", "item", "location", "quantity_open", "due_date", "status").sort(
        "due_date", "order_id"
    )


def priced_of(plan: Plan) -> Priced:
    """Bottlenecks and shortages, worked out once for a plan."""

    def make() -> Priced:
        priced = priced_plan(plan)
        return Priced(priced.engine, priced.bottlenecks(), priced.shortages(), priced.rough)

    return _priced.of(plan, make)


def worth_of(plan: Plan) -> HourWorth:
    """What hours are worth: by the plan's own engine, else by the prices that rank its bottlenecks."""
    return stated_worth(plan) or priced_plan(plan).hour_worth


def worth_at_hand(plan: Plan) -> HourWorth | None:
    """What hours are worth, where nobody has to wait for it."""
    kept = priced_at_hand(plan)
    return stated_worth(plan) or (kept.hour_worth if kept else None)


def _days(plan: Plan, period: str) -> tuple[date, date]:
    number, edges = plan.horizon.position(period), plan.horizon.edges.astype("datetime64[D]")
    last = edges[number + 1] - np.timedelta64(1, "D")
    return date.fromisoformat(str(edges[number])), date.fromisoformat(str(last))
