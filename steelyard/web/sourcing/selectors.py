"""Sourcing selectors: sources, lead times, pegs."""

from dataclasses import dataclass

import polars as pl

from steelyard.plan.plan import Plan
from steelyard.plan.review.sourcing import Pegging, PegLine, lead_time_table, source_table
from steelyard.web.answers.answers import Answers
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scorecard.charts import Option, column, money_scale, ranking

PAGE, MOST_CHART = 50, 10
_tables: Answers[pl.DataFrame] = Answers("Reading lead times", 6)
_pegging: Answers[Pegging] = Answers("Pegging", 3)


@dataclass(frozen=True)
class LeadTimePage:
    """A page of lead times."""

    rows: list[dict[str, object]]
    total: int
    observed: int
    """Item-locations whose lead time was seen."""
    late: int
    """Of those, how many take longer than stated in the mean."""


def lead_times(plan: Plan) -> pl.DataFrame:
    """Lead times of every item-location, those first in which most money is bound."""
    return _tables.of(plan, lambda: lead_time_table(plan))


def lead_time_page(plan: Plan, *, item: str = "", start: int = 0) -> LeadTimePage:
    """Some lead times; `item` narrows to items whose number or name holds it."""
    table = lead_times(plan)
    seen = table.filter(pl.col("orders") > 0)
    late = seen.filter(pl.col("observed_days") > pl.col("planned_days")).height
    shown = table.filter(pl.col("item").is_in(_items_like(plan, table["item"], item))) if item else table
    return LeadTimePage(shown.slice(start, PAGE).to_dicts(), shown.height, seen.height, late)


def sources_of(plan: Plan, item: str) -> list[dict[str, object]]:
    """The sources of items whose number or name holds a text."""
    table = source_table(plan)
    return table.filter(pl.col("item_id").is_in(_items_like(plan, table["item_id"], item))).head(PAGE).to_dicts()


def _items_like(plan: Plan, items: pl.Series, text: str) -> list[str]:
    names = member_names(plan.inputs.extract)
    return [one for one in items.unique(maintain_order=True).to_list() if names.holds("item", one, text)]


def freed_chart(plan: Plan) -> Option:
    """What a quarter less lead time would free, by item-location."""
    top = lead_times(plan).filter(pl.col("value_freed") > 0).head(MOST_CHART)
    labels = [f"{item} at {location}" for item, location in top.select("item", "location").iter_rows()]
    scale, unit = money_scale(top, ["value_freed"])
    return ranking(
        labels, column(top, "value_freed", scale), unit=f"{base_currency(plan.inputs.extract)} {unit}".strip()
    )


def pegs(plan: Plan, item: str, location: str, period: str, *, down: bool) -> tuple[PegLine, ...]:
    """What stands behind shipments, or what a receipt serves."""
    pegging = _pegging.of(plan, lambda: Pegging(plan))
    look = pegging.behind if down else pegging.served
    return look(item, location, period)


def periods_with(plan: Plan, item: str, location: str, *, down: bool) -> list[str]:
    """Periods in which an item leaves a place for customers, or comes in there; none where it is not planned."""
    members = plan.series("safety_stock").members
    if members.filter(pl.col("item") == item, pl.col("location") == location).is_empty():
        return []
    measure = "shipments" if down else "constrained_receipts"
    frame = plan.frame([measure], scope={"item": (item,), "location": (location,)})
    return frame.filter(pl.col(measure) > 0)["period"].to_list()


def places_of(plan: Plan) -> tuple[list[str], list[str]]:
    """Items and locations of the plan, for the form."""
    members = plan.series("safety_stock").members
    return members["item"].unique(maintain_order=True).to_list(), sorted(set(members["location"].to_list()))
