"""Demand quality: rules on demand that is dated in the future, missing or doubled by period, or handed on in a ring."""

from collections.abc import Callable

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.period_name import period_days

DONE = ("shipped", "invoiced", "closed")
"""States of lines that lie in the past."""
AROUND = 5
"""Periods around a period by which it is judged."""
SHOWN = 5
"""Rows that a finding names."""


def demand_history_names_past_periods(company: Company) -> list[Finding]:
    """Ready-made history is of periods that have begun; what lies ahead is no demand yet and is left out."""
    dated = _dated(company)
    ahead = dated.filter(pl.col("start") > company.as_of)
    if not ahead.height:
        return []
    named = tuple(
        f"{item} in {period}" for item, period in ahead.select("item_id", "period_id").head(SHOWN).iter_rows()
    )
    message = f"{ahead.height:,} rows of demand are of periods after the as-of date {company.as_of}; they are left out"
    mend = "deliver history up to the as-of date; what is expected belongs into forecast_in, orders into open_order"
    quantity, money = float(ahead["quantity"].sum()), float(ahead["amount"].fill_null(0.0).sum())
    return [
        company.finding(
            "demand_history_names_past_periods", "demand_history", ahead.height, "warning", message, mend, money,
            quantity, named,
        )
    ]  # fmt: skip


def finished_lines_are_wanted_in_the_past(company: Company) -> list[Finding]:
    """A line that is shipped or closed was wanted by the as-of date; one wanted later does not count as history."""
    ahead = company.table("sales_line").filter(
        pl.col("status").is_in(DONE) & (pl.col("requested_date") > company.as_of)
    )
    if not ahead.height:
        return []
    named = tuple(f"{order} / {line}" for order, line in ahead.select("order_id", "line_id").head(SHOWN).iter_rows())
    message = (
        f"{ahead.height:,} shipped or closed lines were wanted after the as-of date {company.as_of}; they do not count"
    )
    mend = "correct requested_date, or set the status to open and deliver the line in open_order"
    quantity, money = float(ahead["quantity"].sum()), float(ahead["amount_net"].fill_null(0.0).sum())
    return [
        company.finding(
            "finished_lines_are_wanted_in_the_past", "sales_line", ahead.height, "warning", message, mend, money,
            quantity, named,
        )
    ]  # fmt: skip


def history_has_every_period_once(company: Company) -> list[Finding]:
    """Ready-made history has no period without rows between others, and none with twice what is usual around it."""
    dated = _dated(company).filter(pl.col("start") <= company.as_of)
    sums = dated.group_by("start", "end").agg(pl.col("quantity").sum(), pl.col("period_id").first()).sort("start")
    if sums.height < 3:
        return []
    return [*_missing(company, sums), *_doubled(company, sums)]


def _missing(company: Company, sums: pl.DataFrame) -> list[Finding]:
    """Days between the end of a period and the start of the next are a gap."""
    after = sums.with_columns(gap=(pl.col("start") - pl.col("end").shift(1)).dt.total_days() - 1)
    torn = after.filter(pl.col("gap") > 0)
    if not torn.height:
        return []
    named = tuple(f"before {period}" for period in torn["period_id"].head(SHOWN).to_list())
    days = int(torn["gap"].sum())
    message = f"{torn.height} gaps in the periods of history, {days} days without any row ({', '.join(named)})"
    mend = "deliver the missing periods, with zeros where nothing was asked for, or correct their names"
    rule = "history_has_every_period_once"
    return [company.finding(rule, "demand_history", torn.height, "warning", message, mend, examples=named)]


def _doubled(company: Company, sums: pl.DataFrame) -> list[Finding]:
    """Twice the usual, and not so in other years: a period that was delivered twice, or two in one."""
    usual = pl.col("quantity").rolling_median(AROUND, min_samples=3, center=True)
    season = 10 * pl.col("start").dt.month() + pl.col("start").dt.day() // 8
    judged = sums.with_columns(ratio=pl.col("quantity") / usual)
    in_other_years = (pl.col("ratio").sum().over(season) - pl.col("ratio")) / (pl.len().over(season) - 1)
    limit = company.thresholds.doubled_month
    marked = judged.with_columns(often=pl.when(pl.len().over(season) > 1).then(in_other_years).otherwise(1.0))
    alone = marked.filter((pl.col("ratio") > limit) & (pl.col("ratio") > limit * pl.col("often")))
    if not alone.height:
        return []
    named = tuple(alone["period_id"].head(SHOWN).to_list())
    message = (
        f"about double demand in {', '.join(named)}, and not so in other years: delivered twice, or two periods in one"
    )
    mend = "compare the total of the period with the source; deliver it once"
    rule = "history_has_every_period_once"
    quantity = float(alone["quantity"].sum())
    return [
        company.finding(
            rule, "demand_history", alone.height, "warning", message, mend, quantity=quantity, examples=named
        )
    ]


def _dated(company: Company) -> pl.DataFrame:
    rows = company.table("demand_history")
    days = period_days(rows["period_id"], company.table("period"))
    return rows.join(days, on="period_id", how="inner", maintain_order="left")


def successions_form_no_ring(company: Company) -> list[Finding]:
    """An item does not take over from itself by way of others; links of a ring hand on no history."""
    links = company.table("item_link").filter(pl.col("type") == "successor").select("item_id", "other_id").unique()
    left = links
    while True:
        kept = left.join(left, left_on="other_id", right_on="item_id", how="semi")
        kept = kept.join(kept, left_on="item_id", right_on="other_id", how="semi")
        if kept.height == left.height:
            break
        left = kept
    items = left["item_id"].unique().sort()
    return company.finding_on_items(
        "successions_form_no_ring", "item_link", items, "{n} items succeed each other in a ring",
        "take out the link that leads back, or correct its items",
    )  # fmt: skip


DEMAND_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    demand_history_names_past_periods,
    finished_lines_are_wanted_in_the_past,
    history_has_every_period_once,
    successions_form_no_ring,
)
