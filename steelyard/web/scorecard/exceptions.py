"""Exception: something in the plan that needs a person, with the money that stands on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from steelyard.plan.numbers import Periods
from steelyard.plan.plan import Plan
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scorecard.evidence import Evidence, budgeted_periods
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import number
from steelyard.web.worksheet.address import filter_text

Kind = Literal["shortage", "excess", "below budget", "overload"]
SMALLEST_SHARE = 0.001
"""A gap below this share of the whole plan's revenue is noise."""
LOOKED_FOR = (
    ("demand not served", "backlog_value"),
    ("stock without use", "excess_value"),
    ("families below budget", "revenue_vs_budget"),
)
ALL = Evidence()


@dataclass(frozen=True)
class PlanException:
    """One thing that needs a person."""

    kind: Kind
    subject: str
    name: str
    """What the subject is called, where it is a code."""
    text: str
    money: float
    view: dict[str, str] = field(default_factory=dict)
    """The part of the worksheet that shows it."""


def unchecked(evidence: Evidence, window: tuple[str, str]) -> list[str]:
    """What could not be looked for, each with what is missing."""
    gaps = [(what, evidence.gap(name)) for what, name in LOOKED_FOR]
    found = [f"{what} ({gap})" for what, gap in gaps if gap]
    if not evidence.gap("revenue_vs_budget") and not any(window[0] <= one <= window[1] for one in evidence.budgeted):
        found.append(f"families below budget ({evidence.budget_words or 'no budget'})")
    return found


def exceptions(plan: Plan, window: Periods, *, top: int = 10, evidence: Evidence = ALL) -> list[PlanException]:
    """List what needs a person, most money first.

    Args:
        plan: The plan.
        window: The periods looked at.
        top: How many at most.
        evidence: What the data supports; what it does not is left out.
    """
    names = member_names(plan.inputs.extract)
    floor = SMALLEST_SHARE * abs(plan.value("revenue", periods=window)) / 10
    found = [
        *(() if evidence.gap("backlog_value") else shortages(plan, window, names)),
        *(() if evidence.gap("excess_value") else excesses(plan, window, names)),
        *(() if evidence.gap("revenue_vs_budget") else budget_gaps(plan, window)),
    ]
    ranked = sorted(
        (one for one in found if one.money > floor), key=lambda one: (-one.money, one.kind, one.subject, one.text)
    )
    return _mixed(ranked, top)


def _mixed(ranked: list[PlanException], top: int) -> list[PlanException]:
    """The first of a ranking, each kind with at most half of the places while other kinds wait."""
    kept: list[PlanException] = []
    for one in ranked:
        if sum(other.kind == one.kind for other in kept) < top // 2:
            kept.append(one)
    rest = [one for one in ranked if one not in kept]
    chosen = {id(one) for one in (kept + rest)[:top]}
    return [one for one in ranked if id(one) in chosen]


def shortages(plan: Plan, window: Periods, names: MemberNames) -> Iterator[PlanException]:
    """Items whose customers wait within the window: the worst period end, in units and at price.

    What waits in spring and is served by autumn counts, as in the inventory review.
    """
    prices = plan.frame(["price"], by=["item"], time="all", periods=window).select("item", "price")
    waiting = (
        plan.frame(["backlog"], by=["item"], periods=window)
        .filter(pl.col("backlog") > 0)
        .join(prices, on="item", how="left", maintain_order="left")
        .with_columns(money=pl.col("backlog") * pl.col("price").fill_null(0.0))
        .sort("item", "backlog", descending=[False, True], maintain_order=True)
    )
    worst = waiting.group_by("item", maintain_order=True).agg(pl.all().first(), pl.len().alias("months"))
    for row in worst.iter_rows(named=True):
        text = (
            f"{number(row['backlog'])} units wait at the end of {period_words(row['period'])}, "
            f"the worst of {number(row['months'])} period{'s' if row['months'] > 1 else ''} with backlog"
        )
        view = {
            "levels": "item,location",
            "measures": "demand_plan,constrained_demand,backlog,projected_inventory",
            "scope": filter_text({"item": (row["item"],)}),
        }
        yield PlanException("shortage", row["item"], names.of("item", row["item"]), text, row["money"], view)


def excesses(plan: Plan, window: Periods, names: MemberNames) -> Iterator[PlanException]:
    """Items with stock beyond what the next periods need, at the end of the window."""
    frame = plan.frame(["excess_value", "coverage"], by=["item", "location"], time="all", periods=window)
    for row in frame.filter(pl.col("excess_value") > 0).iter_rows(named=True):
        cover = row["coverage"]
        cover_text = f"{number(cover)} periods of cover" if cover is not None else "no demand ahead"
        text = f"{names.of('location', row['location']) or row['location']}: {cover_text}"
        view = {
            "levels": "item,location",
            "measures": "projected_inventory,safety_stock,coverage,excess_value",
            "scope": filter_text({"item": (row["item"],), "location": (row["location"],)}),
        }
        yield PlanException("excess", row["item"], names.of("item", row["item"]), text, row["excess_value"], view)


def revenue_and_budget(plan: Plan, window: Periods, level: str = "product_family") -> pl.DataFrame:
    """Revenue and budget of each family over the periods of a window that have a budget at all.

    A period that nobody has budgeted says nothing about a gap: its revenue would hide a shortfall of the others.

    Returns:
        Columns of the level, revenue and budget_revenue [money].
    """
    measures = ["revenue", "budget_revenue"]
    frame = plan.frame(measures, by=[level], periods=window).filter(pl.col("period").is_in(budgeted_periods(plan)))
    return frame.group_by(level, maintain_order=True).agg(pl.col(measures).sum())


def budget_gaps(plan: Plan, window: Periods) -> Iterator[PlanException]:
    """Families whose revenue falls short of the budget."""
    frame = revenue_and_budget(plan, window)
    for row in frame.filter((pl.col("budget_revenue") > 0) & (pl.col("revenue") < pl.col("budget_revenue"))).iter_rows(
        named=True
    ):
        gap = row["budget_revenue"] - row["revenue"]
        text = f"{number(100 * gap / row['budget_revenue'])} % below budget"
        view = {
            "levels": "product_family,item",
            "measures": "consensus_demand,revenue,budget_revenue,revenue_vs_budget",
            "scope": filter_text({"product_family": (row["product_family"],)}),
        }
        yield PlanException("below budget", row["product_family"], "", text, gap, view)
