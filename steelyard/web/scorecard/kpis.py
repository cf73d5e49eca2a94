"""KPI cards: the numbers a month is judged by, for the year ahead."""

from dataclasses import dataclass
from math import isfinite

from steelyard.plan.plan import Plan
from steelyard.web.scorecard.selectors import ahead, past

SERVICE_TARGET = 0.97
"""Share of demand to be served on time, where the company states no other."""
LOAD_LIMIT = 1.0


@dataclass(frozen=True)
class Card:
    """A key figure as it is shown."""

    label: str
    value: str
    unit: str = ""
    delta: str = ""
    direction: str = "flat"
    verdict: str = ""
    against: str = ""
    target: str = ""
    state: str = ""
    badge: str = ""
    hint: str = ""


def kpi_cards(plan: Plan, currency: str) -> list[Card]:
    """Six key figures: revenue, margin, inventory, service, load, growth."""
    money = (_revenue(plan, currency), _margin(plan), _inventory(plan, currency))
    return [*money, _service(plan), _load(plan), _demand(plan)]


def short(value: float) -> str:
    """A number with three digits that matter.

    Example:
        >>> short(109_812_000), short(84_120), short(950), short(float("nan"))
        ('110 m', '84.1 k', '950', '–')
    """
    if not isfinite(value):
        return "–"
    for size, mark in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.{0 if abs(value) >= 100 * size else 1}f}{mark}"
    return f"{value:,.0f}"


def _revenue(plan: Plan, currency: str) -> Card:
    window = ahead(plan)
    revenue, budget = plan.value("revenue", periods=window), plan.value("budget_revenue", periods=window)
    if not budget:
        move = _change(revenue, plan.value("revenue_history", periods=past(plan)))
        return Card("Revenue", short(revenue), currency, *move, "on the year before")
    gap = (revenue - budget) / budget
    return Card(
        label="Revenue",
        value=short(revenue),
        unit=currency,
        delta=f"{gap:+.1%}",
        direction=_way(gap),
        verdict="good" if gap >= 0 else "bad",
        against="against budget",
        target=f"{short(budget)} {currency}",
        state="" if gap > -0.02 else "warning" if gap > -0.05 else "alert",
        badge="watch" if gap > -0.05 else "off target",
        hint="Constrained demand at net price",
    )


def _margin(plan: Plan) -> Card:
    share = plan.value("gross_margin_percent", periods=ahead(plan))
    return Card("Gross margin", _percent(share), "%", hint="Revenue less cost of goods sold, as a share of revenue")


def _service(plan: Plan) -> Card:
    window = ahead(plan)
    asked, served = plan.value("demand_plan", periods=window), plan.value("constrained_demand", periods=window)
    share = served / asked if asked else float("nan")
    short_by = SERVICE_TARGET - share if isfinite(share) else 0.0
    return Card(
        label="Demand served",
        value=_percent(share),
        unit="%",
        target=f"{SERVICE_TARGET:.0%}",
        state="" if short_by <= 0 else "warning" if short_by <= 0.05 else "alert",
        badge="below",
        hint="Constrained demand as a share of the demand plan",
    )


def _inventory(plan: Plan, currency: str) -> Card:
    first, last = ahead(plan)
    begin, end = plan.value("inventory_value", periods=first), plan.value("inventory_value", periods=last)
    move = (end - begin) / begin if begin else float("nan")
    return Card(
        label="Inventory",
        value=short(end),
        unit=currency,
        delta=f"{move:+.1%}" if isfinite(move) else "",
        direction=_way(move),
        verdict="bad" if move > 0.1 else "",
        against="from the first period",
        hint="Projected inventory in a year, at standard cost",
    )


def _load(plan: Plan) -> Card:
    if not plan.inputs.series["resource"].size:
        return Card("Highest load", "–", hint="The extract has no resources")
    frame = plan.frame("utilisation", by=["resource"], periods=ahead(plan)).drop_nulls()
    if not frame.height:
        return Card("Highest load", "–")
    top = frame.sort("utilisation", descending=True).row(0, named=True)
    over = frame.filter(frame["utilisation"] > LOAD_LIMIT)["resource"].n_unique()
    return Card(
        label="Highest load",
        value=f"{100 * top['utilisation']:.0f}",
        unit="%",
        target=f"100 %, {top['resource']}",
        state="alert" if over else "",
        badge=f"{over} over",
        hint=str(top["resource"]),
    )


def _demand(plan: Plan) -> Card:
    units = plan.value("consensus_demand", periods=ahead(plan))
    before = plan.value("demand_history", periods=past(plan))
    return Card("Consensus demand", short(units), "units", *_change(units, before), "on the year before")


def _change(now: float, before: float) -> tuple[str, str, str]:
    if not before or not isfinite(before):
        return "", "flat", ""
    move = now / before - 1
    return f"{move:+.1%}", _way(move), ""


def _way(move: float) -> str:
    return "up" if move > 0.0005 else "down" if move < -0.0005 else "flat"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if isfinite(share) else "–"
