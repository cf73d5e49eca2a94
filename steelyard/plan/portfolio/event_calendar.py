"""Event calendar: launches, gates, successions, ends and promotions of a plan, period by period."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from steelyard.grid.block import BoolArray, join
from steelyard.plan.inputs.demand import true_promotions
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import ProductFacts

COLUMNS: dict[str, pl.DataType] = {
    "kind": pl.String(), "subject": pl.String(), "name": pl.String(), "family": pl.String(), "start": pl.Date(),
    "end": pl.Date(), "first_period": pl.String(), "last_period": pl.String(), "units": pl.Float64(),
    "clash": pl.String(),
}  # fmt: skip
KINDS = ("gate", "launch", "succession", "promotion", "end")
"""Kinds of event, in the order of a product's life."""


def event_calendar(plan: PlanNumbers, facts: ProductFacts | None = None) -> pl.DataFrame:
    """Events of the horizon by start, with what they move and where they clash.

    `units` are the units an event adds or takes over the horizon. An event clashes with a promotion of its family in
    the same periods, or with a period in which a constraint it needs has no hours left.

    Returns:
        One row an event; see `COLUMNS`.
    """
    known = facts or ProductFacts(plan)
    rows = [*_launches(known), *_successions(known), *_ends(known), *_promotions(known)]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return _with_clashes(known, frame).sort("start", "kind", "subject", maintain_order=True)


def _event(
    facts: ProductFacts, kind: str, item: str, name: str, start: date, end: date, units: float
) -> list[tuple[object, ...]]:
    """An event if it touches the horizon."""
    edges, labels = facts.plan.horizon.edges, facts.plan.horizon.labels
    first = max(int(np.searchsorted(edges, np.datetime64(start), side="right")) - 1, 0)
    last = int(np.searchsorted(edges, np.datetime64(end), side="right")) - 1
    if last < 0 or np.datetime64(start) >= edges[-1]:
        return []
    at = facts.place_of.get(item)
    family = facts.items["family"][at] if at is not None else name if kind == "promotion" else None
    last = min(last, len(labels) - 1)
    return [(kind, item, name, family, start, end, labels[first], labels[last], units, "")]


def _named(facts: ProductFacts, item: str) -> str:
    at = facts.place_of.get(item)
    return item if at is None else str(facts.items["description"][at])


def _days(facts: ProductFacts, periods: int) -> timedelta:
    return timedelta(days=round(periods * float(facts.plan.calendar.days.mean())))


def _last_day(facts: ProductFacts, start: date, periods: int) -> date:
    """Last day of so many periods from the one in which an event starts; beyond the calendar by mean days."""
    edges = facts.plan.calendar.edges
    last = int(np.searchsorted(edges, np.datetime64(start), side="right")) - 1 + max(periods, 1)
    if start < edges[0].astype(date) or last >= len(edges):
        return start + _days(facts, periods) - timedelta(days=1)
    end: date = edges[last].astype(date)
    return end - timedelta(days=1)


def _launches(facts: ProductFacts) -> list[tuple[object, ...]]:
    rows = []
    for record in facts.life.launches.values():
        ramp_end = _last_day(facts, record.date, len(record.shares))
        units = float(facts.over_time("unconstrained_demand", [record.item]).sum())
        rows += _event(facts, "launch", record.item, _named(facts, record.item), record.date, ramp_end, units)
        if record.gate_date is not None:
            name = f"Gate of {_named(facts, record.item)}: {record.gate}"
            rows += _event(facts, "gate", record.item, name, record.gate_date, record.gate_date, 0.0)
    return rows


def _successions(facts: ProductFacts) -> list[tuple[object, ...]]:
    rows = []
    for link in facts.life.successions:
        name = f"{link.new} takes over from {link.old}"
        units = float(facts.over_time("phase_out_effect", [link.old]).sum())
        rows += _event(facts, "succession", link.old, name, link.date, _last_day(facts, link.date, link.window), units)
    return rows


def _ends(facts: ProductFacts) -> list[tuple[object, ...]]:
    rows = []
    for record in facts.life.phase_outs.values():
        start = record.date - _days(facts, len(record.shares)) if record.shares else record.date
        units = float(facts.over_time("phase_out_effect", [record.item]).sum())
        rows += _event(facts, "end", record.item, _named(facts, record.item), start, record.date, units)
    return rows


def _promotions(facts: ProductFacts) -> list[tuple[object, ...]]:
    rows = []
    columns = ("promotion_id", "name", "item_id", "family", "channel", "start_date", "end_date")
    for code, name, item, family, channel, start, end in true_promotions(facts.extract).select(columns).iter_rows():
        where = item or family or channel or "everything"
        said = f"{name or code}: {where}"
        rows += [
            (*row[:3], family or row[3] if item is None else row[3], *row[4:])
            for row in _event(facts, "promotion", item or code, said, start, end, 0.0)
        ]
    return rows


def _with_clashes(facts: ProductFacts, frame: pl.DataFrame) -> pl.DataFrame:
    full = _full_periods(facts)
    campaigns = frame.filter((pl.col("kind") == "promotion") & pl.col("family").is_not_null())
    clashes = [_clash(facts, row, campaigns, full) for row in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series("clash", clashes, dtype=pl.String))


def _clash(facts: ProductFacts, event: dict[str, object], campaigns: pl.DataFrame, full: BoolArray) -> str:
    if event["kind"] != "launch":
        return ""
    near = campaigns.filter(
        (pl.col("family") == event["family"])
        & (pl.col("start") <= pl.lit(event["end"]))
        & (pl.col("end") >= pl.lit(event["start"]))
    )
    labels = facts.plan.horizon.labels
    span = range(labels.index(str(event["first_period"])), labels.index(str(event["last_period"])) + 1)
    said = [f"promotion {near['subject'][0]}"] if near.height else []
    return "; ".join([*said, *_short_hours(facts, str(event["subject"]), span, full)])


def _full_periods(facts: ProductFacts) -> BoolArray:
    load, capacity = join(facts.plan.blocks("capacity_load")), join(facts.plan.blocks("capacity_available"))
    return np.asarray((load > capacity) & (capacity > 0))


def _short_hours(facts: ProductFacts, item: str, span: range, full: BoolArray) -> list[str]:
    at = facts.place_of.get(item)
    if at is None or not full.size:
        return []
    needed = facts.unit_hours[:, at] > 0
    short = [name for n, name in enumerate(facts.resources) if needed[n] and full[list(span), n].any()]
    return [f"no hours left on {', '.join(short[:3])}"] if short else []
