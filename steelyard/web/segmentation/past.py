"""Past: what the history was cleaned of, what does not count, and what drives demand, for the page."""

from dataclasses import dataclass
from typing import cast

import polars as pl

from steelyard.plan.forecasting.corrections import KINDS, corrections, excluded, level_shifts
from steelyard.plan.inputs.drivers import (
    IndicatorEvidence,
    PriceEvidence,
    indicator_table,
    price_table,
)
from steelyard.plan.plan import Plan
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.plans import Moment
from steelyard.web.scenarios.slice import Scope, items_inside
from steelyard.web.scorecard.charts import Option, bars, line, lines_and_bars, numbers
from steelyard.web.worksheet.columns import short_label

SHOWN = 100
"""Rows of each table; the file holds all."""
KIND_WORDS = {
    "stock_out": "stock-out raised",
    "spike": "spike brought back",
    "doubtful": "suggested only",
    "by_hand": "changed by hand",
    "taken_back": "taken back",
}
DRAWN = ("demand_history", "cleaned_demand", "baseline_history")


@dataclass(frozen=True)
class Count:
    """How many cells of one kind there are, and their money."""

    key: str
    words: str
    cells: int
    money: float
    url: str
    chosen: bool


@dataclass(frozen=True)
class HistoryPage:
    """What the page of the history shows."""

    counts: tuple[Count, ...]
    rows: tuple[dict[str, object], ...]
    found: int
    shifts: tuple[dict[str, object], ...]
    shifted: int
    reasons: tuple[dict[str, object], ...]
    excluded: tuple[dict[str, object], ...]
    excluded_lines: int
    prices: tuple[dict[str, object], ...]
    indicators: tuple[dict[str, object], ...]
    chart: Option
    flagged: int


def history_page(moment: Moment, kind: str, scope: Scope) -> HistoryPage:
    """Gather what the page shows of a slice; `kind` narrows the corrections."""
    plan, names = moment.plan, member_names(moment.plan.inputs.extract)
    table = _inside(corrections(plan), plan, scope)
    chosen = table.filter(pl.col("kind") == kind) if kind in KINDS else table
    shifts, lines = _inside(level_shifts(plan), plan, scope), excluded(plan)
    if scope:
        lines = lines.filter(pl.col("item").is_in(items_inside(plan, scope)))
    return HistoryPage(
        counts=_counts(table, kind),
        rows=_named(chosen.head(SHOWN), names),
        found=chosen.height,
        shifts=_named(shifts.head(SHOWN), names),
        shifted=shifts.height,
        reasons=_reasons(lines),
        excluded=_named(lines.head(SHOWN), names),
        excluded_lines=lines.height,
        prices=tuple(price_table(price_evidence(plan)).iter_rows(named=True)),
        indicators=_used_first(indicator_table(indicator_evidence(plan))),
        chart=_chart(plan, scope),
        flagged=round(plan.value("stockout_flag", scope=scope)),
    )


def price_evidence(plan: Plan) -> PriceEvidence:
    """What the history of a plan says about price."""
    return cast(PriceEvidence, plan.inputs.values["price_evidence"])


def indicator_evidence(plan: Plan) -> IndicatorEvidence:
    """What the history of a plan says about series from outside."""
    return cast(IndicatorEvidence, plan.inputs.values["indicator_evidence"])


def _counts(table: pl.DataFrame, kind: str) -> tuple[Count, ...]:
    sums = {one[0]: one[1:] for one in table.group_by("kind").agg(pl.len(), pl.col("money").sum()).iter_rows()}
    return tuple(
        Count(key, KIND_WORDS[key], sums[key][0], sums[key][1], "?" if key == kind else f"?kind={key}", key == kind)
        for key in KINDS
        if key in sums
    )


def _named(table: pl.DataFrame, names: MemberNames) -> tuple[dict[str, object], ...]:
    return tuple(
        {**one, "name": names.of("item", str(one["item"])), "words": KIND_WORDS.get(str(one.get("kind")), "")}
        for one in table.iter_rows(named=True)
    )


def _reasons(lines: pl.DataFrame) -> tuple[dict[str, object], ...]:
    sums = lines.group_by("reason", "why").agg(pl.len().alias("lines"), pl.col("quantity", "amount").sum())
    return tuple(sums.sort("lines", descending=True).iter_rows(named=True))


def _used_first(table: pl.DataFrame) -> tuple[dict[str, object], ...]:
    shown = table.with_columns((100 * pl.col("skill")).alias("skill_percent"))
    return tuple(shown.sort("used", "skill", descending=True, nulls_last=True).iter_rows(named=True))


def _inside(table: pl.DataFrame, plan: Plan, scope: Scope) -> pl.DataFrame:
    """Rows of the series of a slice."""
    if not scope:
        return table
    series = plan.series("demand_history")
    keys = series.members[series.select(scope).tolist()].select("item", "location", "customer")
    return table.join(keys, on=keys.columns, how="semi", maintain_order="left")


def _chart(plan: Plan, scope: Scope) -> Option:
    frame = plan.frame([*DRAWN, "history_correction", "uplift_history"], scope=scope)
    labels = [short_label(label) for label in frame["period"].to_list()]
    return lines_and_bars(
        labels,
        [
            bars(
                "Correction", numbers(frame["history_correction"].to_list()), itemStyle={"color": "var(--changed-mark)"}
            ),
            bars("Uplift", numbers(frame["uplift_history"].to_list()), itemStyle={"color": "var(--accent-soft)"}),
            line("As asked for", numbers(frame["demand_history"].to_list()), kind="history"),
            line("Cleaned", numbers(frame["cleaned_demand"].to_list()), kind="consensus"),
            line("Baseline", numbers(frame["baseline_history"].to_list()), kind="statistical"),
        ],
        unit="units",
    )
