"""Scorecard selectors: the plan on a page."""

from dataclasses import dataclass, replace

import polars as pl

from steelyard.plan.numbers import Periods
from steelyard.plan.plan import Plan
from steelyard.web.answers.answers import Answers
from steelyard.web.scorecard.charts import (
    Json,
    Option,
    bars,
    column,
    heat_map,
    line,
    lines_and_bars,
    money_scale,
    ranking,
)
from steelyard.web.scorecard.evidence import Evidence, evidence_of
from steelyard.web.scorecard.exceptions import PlanException, exceptions, revenue_and_budget, unchecked
from steelyard.web.worksheet.columns import short_label

AHEAD = 12
PAST = 12
RESOURCES = 14
SAYS = {
    "revenue": "revenue",
    "inventory": "inventory_value",
    "families": "gross_margin_percent",
    "budget": "revenue_vs_budget",
    "capacity": "bottleneck_utilisation",
}
"""The key figure whose data each chart needs."""
_pages: "Answers[Page]" = Answers("Putting the plan on a page", 16)


@dataclass(frozen=True)
class Chart:
    """A chart of the page."""

    key: str
    title: str
    note: str
    option: Option
    wide: bool = False
    gap: str = ""
    """What to deliver before it can be drawn."""

    @property
    def script_id(self) -> str:
        """Where the page keeps the option."""
        return f"chart-{self.key}"


@dataclass(frozen=True)
class Page:
    """The plan on a page."""

    charts: tuple[Chart, ...]
    exceptions: tuple[PlanException, ...]
    window: tuple[str, str]
    currency: str
    evidence: Evidence
    unchecked: str
    """What nobody could look for, and why, in words."""

    @property
    def nothing(self) -> str:
        """What it means that nothing needs a person: only what was looked for."""
        return "" if self.unchecked else "Demand is served, stock is used, families meet their budget."


def plan_page(plan: Plan, currency: str) -> Page:
    """What the page shows: the year ahead against the year before; gathered once for a plan."""
    return _pages.of(plan, lambda: _gathered(plan, currency), currency)


def _gathered(plan: Plan, currency: str) -> Page:
    window, evidence = ahead(plan), evidence_of(plan)
    charts = (
        _revenue(plan, currency, evidence),
        _demand(plan),
        _inventory(plan, currency),
        _families(plan, window, currency),
        *_budget(plan, window, currency),
        *_capacity(plan, window),
    )
    drawn = tuple(replace(chart, gap=evidence.gap(SAYS.get(chart.key, ""))) for chart in charts)
    found = tuple(exceptions(plan, window, evidence=evidence))
    drawn = tuple(chart for chart in drawn if chart.option or chart.gap)
    return Page(drawn, found, window, currency, evidence, "; ".join(unchecked(evidence, window)))


def ahead(plan: Plan) -> tuple[str, str]:
    """First and last period of the year ahead."""
    labels = plan.horizon.labels
    return labels[0], labels[min(AHEAD, len(labels)) - 1]


def past(plan: Plan) -> tuple[str, str]:
    """First and last period of the year before."""
    labels = plan.history.labels
    return labels[-min(PAST, len(labels))], labels[-1]


def _over_time(plan: Plan, measures: list[str]) -> pl.DataFrame:
    """Measures by period, the year before and the whole horizon, gaps where a measure has none."""
    periods = [*plan.history.labels[-PAST:], *plan.horizon.labels]
    frame = pl.DataFrame({"period": periods})
    for measure in measures:
        frame = frame.join(plan.frame(measure), on="period", how="left", maintain_order="left")
    return frame


def _labels(frame: pl.DataFrame) -> list[str]:
    return [short_label(label) for label in frame["period"].to_list()]


def _revenue(plan: Plan, currency: str, evidence: Evidence) -> Chart:
    names = ["revenue_history", "revenue", "budget_revenue"]
    frame = _over_time(plan, names)
    scale, mark = money_scale(frame, names)
    budget = _blank_zeros(column(frame, "budget_revenue", scale))
    option = lines_and_bars(
        _labels(frame),
        [
            bars("Actual", column(frame, "revenue_history", scale), stack="plan", itemStyle={"color": "var(--ink-3)"}),
            bars("Plan", column(frame, "revenue", scale), stack="plan"),
            *([line("Budget", budget, kind="budget")] if any(budget) else []),
        ],
        unit=f"{currency} {mark}".strip(),
    )
    note = ", ".join(filter(None, ["What supply can serve, at net price", evidence.budget_words]))
    return Chart("revenue", "Revenue", note, option, wide=True)


def _demand(plan: Plan) -> Chart:
    frame = _over_time(plan, ["demand_history", "statistical_forecast", "consensus_demand", "constrained_demand"])
    option = lines_and_bars(
        _labels(frame),
        [
            line("History", column(frame, "demand_history"), kind="history"),
            line("Statistical", column(frame, "statistical_forecast"), kind="statistical"),
            line("Consensus", column(frame, "consensus_demand"), kind="consensus"),
            bars("Served", column(frame, "constrained_demand"), itemStyle={"color": "var(--accent-soft)"}),
        ],
        unit="units",
    )
    return Chart("demand", "Demand and supply", "What customers ask for, and what supply can serve", option)


def _inventory(plan: Plan, currency: str) -> Chart:
    frame = plan.frame(["inventory_value", "excess_value"])
    scale, mark = money_scale(frame, ["inventory_value", "excess_value"])
    option = lines_and_bars(
        _labels(frame),
        [
            line("Inventory value", column(frame, "inventory_value", scale), areaStyle={"opacity": 0.08}),
            line("of which excess", column(frame, "excess_value", scale), lineStyle={"type": "dashed"}),
        ],
        unit=f"{currency} {mark}".strip(),
    )
    return Chart("inventory", "Inventory projection", "Stock at the end of each period, at standard cost", option)


def _families(plan: Plan, window: Periods, currency: str) -> Chart:
    frame = plan.frame(["gross_margin", "revenue"], by=["product_family"], time="all", periods=window)
    top = frame.sort("gross_margin", descending=True, nulls_last=True).head(10)
    scale, mark = money_scale(top, ["gross_margin"])
    option = ranking(top["product_family"].to_list(), column(top, "gross_margin", scale), unit=f"{currency} {mark}")
    return Chart("families", "Gross margin by family", "The year ahead, largest first", option)


def _budget(plan: Plan, window: Periods, currency: str) -> tuple[Chart, ...]:
    frame = revenue_and_budget(plan, window).with_columns(gap=pl.col("revenue") - pl.col("budget_revenue"))
    held = frame.filter(pl.col("budget_revenue") != 0).sort("gap", maintain_order=True).head(10)
    if not held.height:
        return ()
    scale, mark = money_scale(held, ["gap"])
    gaps = column(held, "gap", scale)
    option = ranking(held["product_family"].to_list(), gaps, unit=f"{currency} {mark}", signed=True)
    return (Chart("budget", "Revenue against budget by family", "The year ahead, largest shortfall first", option),)


def _capacity(plan: Plan, window: Periods) -> tuple[Chart, ...]:
    if not plan.inputs.series["resource"].size:
        return (Chart("capacity", "Capacity", "Load in percent of the hours available", {}),)
    frame = plan.frame("utilisation", by=["resource"], periods=window)
    peak = frame.group_by("resource").agg(pl.col("utilisation").max()).drop_nulls()
    rows = peak.sort("utilisation", "resource", descending=[True, False])["resource"].head(RESOURCES).to_list()
    periods = frame["period"].unique(maintain_order=True).to_list()
    kept = frame.filter(pl.col("resource").is_in(rows))
    cells = [
        (periods.index(period), rows.index(resource), None if value is None else 100 * value)
        for resource, period, value in kept.select("resource", "period", "utilisation").iter_rows()
    ]
    option = heat_map([short_label(p) for p in periods], rows, cells)
    return (Chart("capacity", "Capacity", "Load in percent of the hours available, worst first", option, wide=True),)


def _blank_zeros(values: list[Json]) -> list[Json]:
    return [value if isinstance(value, float) and value else None for value in values]
