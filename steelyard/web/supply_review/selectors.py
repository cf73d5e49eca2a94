"""Supply review selectors: what the page and the API show."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse

from steelyard.errors import UnknownMember
from steelyard.plan.plan import Plan
from steelyard.plan.review.strategy_scenarios import strategy_table
from steelyard.plan.review.supply import WayResult, family_hours, hour_prices
from steelyard.plan.review.supply_what_if import KINDS
from steelyard.supply.model import over_periods
from steelyard.web.scorecard.charts import Json, Option, bars, line, lines_and_bars, numbers, ranking
from steelyard.web.supply_review.planned import Planned
from steelyard.web.supply_review.pricing import HourLine
from steelyard.web.worksheet.columns import short_label

ROWS = (
    ("independent_demand", "Demand of customers"),
    ("dependent_demand", "Demand of assemblies and places"),
    ("planned_receipts", "Planned receipts, without limits"),
    ("rescheduled_receipts", "Open orders that come in"),
    ("constrained_receipts", "Receipts of the plan"),
    ("shipments", "Shipments"),
    ("component_issues", "Used by assemblies and places"),
    ("expiring_stock", "Expires before it is used"),
    ("projected_inventory", "Stock at period end"),
    ("safety_stock", "Stock target"),
    ("backlog", "Backlog at period end"),
)
"""Measures of the worksheet with their words on this page."""
AT_BEGINNING = "Stock at the beginning"
SIGNS = {
    "Open orders that come in": "+",
    "Receipts of the plan": "+",
    "Shipments": "−",
    "Used by assemblies and places": "−",
    "Expires before it is used": "−",
    "Stock at period end": "=",
}
"""How stock at period end comes about from stock at the beginning."""
ENGINE_LABELS = {
    "infinite": "Infinite",
    "priority": "Finite by priority",
    "decomposition": "Price decomposition",
    "exact": "Exact optimum",
    "level": "Level",
    "chase": "Chase",
    "hybrid": "Hybrid",
}
ENGINE_MEANINGS = {
    "infinite": "Net requirements, as if hours had no end: what would be needed.",
    "priority": "Hours and components go by class of priority; overtime if told to, no other source, no sale given up.",
    "decomposition": "Prices of hours steer every item; near the best plan at any size, with a proven gap.",
    "exact": "The plan no other can beat in money.",
    "level": "The rate stays the same; stock and backlog take up the swings of demand.",
    "chase": "Each period makes what it needs; overtime and sources take up the swings.",
    "hybrid": "A level rate covers the lowest need; overtime or the next source covers the rest.",
}
WHAT_IF_LABELS = {
    "capacity": "Hours of a resource",
    "demand": "Demand of a family",
    "overtime_cost": "Cost of overtime",
    "unit_cost": "Unit cost of a family",
    "lead_time": "Lead time of a source",
    "close_source": "Close a source",
}
GOAL_LABELS = {
    "profit": "Profit",
    "delivery": "Delivery, class after class",
    "fair_share": "Fair share inside each class",
}
RANKING_LABELS = {
    "margin_per_bottleneck_hour": "Most earned in a scarce hour",
    "waiting_time": "The longest waiting",
    "fair_share": "All in proportion to what they lack",
}
SHOWN_HOURS, SHOWN_MOVES = 12, 40


@dataclass(frozen=True)
class SheetRow:
    """One row of the worksheet."""

    label: str
    unit: str
    values: tuple[float, ...]
    is_total: bool = False

    @property
    def sign(self) -> str:
        """How the row counts into stock at period end; empty where it does not."""
        return SIGNS.get(self.label, "")


@dataclass(frozen=True)
class WayLine:
    """One way to plan beside the others."""

    name: str
    label: str
    meaning: str
    result: WayResult
    profit: float
    behind: float
    """Money it earns less than the best way that can be carried out."""
    chosen: bool


def families_of(plan: Plan) -> tuple[str, ...]:
    """Product families of what is planned."""
    return plan.inputs.series["item_location"].names("product_family")


def first_family(plan: Plan) -> str:
    """The family that earns most: what the page opens on."""
    revenue = plan.frame(["revenue"], by=["product_family"], time="all")
    return str(revenue.sort("revenue", descending=True)["product_family"][0]) if revenue.height else ""


def sheet(plan: Plan, family: str) -> tuple[SheetRow, ...]:
    """The worksheet of a family: demand, receipts, stock, backlog and the hours it takes of each resource.

    Raises:
        UnknownMember: The plan has no such family.
    """
    scope = {"product_family": (family,)} if family else {}
    if family and family not in families_of(plan):
        raise UnknownMember(f"There is no product family {family}", mend="choose one of the list")
    frame = plan.frame([name for name, _ in ROWS], scope=scope)
    told = [(name, label) for name, label in ROWS if name != "expiring_stock" or frame[name].sum() > 0]
    rows = [SheetRow(label, "units", tuple(frame[name].to_list()), name in _STRONG) for name, label in told]
    opening = plan.frame(["opening_inventory"], scope=scope, time="all")["opening_inventory"][0]
    beginning = SheetRow(AT_BEGINNING, "units", (opening, *frame["projected_inventory"].to_list()[:-1]))
    at = [name for name, _ in ROWS].index("rescheduled_receipts")
    return (*rows[:at], beginning, *rows[at:], *_hours(plan, family))


_STRONG = ("constrained_receipts", "projected_inventory")


def _hours(plan: Plan, family: str) -> list[SheetRow]:
    hours = family_hours(plan, family)
    names = plan.inputs.series["resource"].members["resource"].to_list()
    used = np.flatnonzero(hours.sum(axis=0) > 0).tolist()
    return [SheetRow(f"Load of {names[r]}", "hours", tuple(hours[:, r].tolist())) for r in used]


def sheet_chart(plan: Plan, rows: Sequence[SheetRow]) -> Option:
    """Demand and receipts, open orders below planned ones, as bars; stock, target and backlog as lines."""
    values = {row.label: numbers(list(row.values)) for row in rows}
    labels = dict(ROWS)
    asked = [a + b for a, b in zip(rows[0].values, rows[1].values, strict=True)]
    return lines_and_bars(
        [short_label(label) for label in plan.horizon.labels],
        [
            bars("Demand", numbers(asked)),
            bars("Open orders", values[labels["rescheduled_receipts"]], stack="receipts"),
            bars("Receipts of the plan", values[labels["constrained_receipts"]], stack="receipts"),
            line("Stock", values[labels["projected_inventory"]]),
            line("Stock target", values[labels["safety_stock"]], kind="published"),
            line("Backlog", values[labels["backlog"]], lineStyle={"color": "var(--alert)"}),
        ],
        unit="units",
    )


def way_lines(plan: Plan, planned: Planned) -> list[WayLine]:
    """Ways to plan with what each earns less than the best that can be carried out."""
    profits = {one.way: one.evaluation.revenue - one.money for one in planned.ways}
    best = max((profits[one.way] for one in planned.ways if one.possible), default=max(profits.values()))
    standing = engine_of(plan)
    return [
        WayLine(
            one.way, ENGINE_LABELS[one.way], ENGINE_MEANINGS[one.way], one, profits[one.way],
            best - profits[one.way], one.way == standing,
        )
        for one in planned.ways
    ]  # fmt: skip


def resources_by_load(planned: Planned) -> tuple[str, ...]:
    """Resources, those first of whose hours most are asked for where nothing limits."""
    model, names = planned.model, planned.model.resources.names
    unlimited = next((one for one in planned.ways if one.way == "infinite"), None)
    if unlimited is None:
        return names
    hours = over_periods(model.resources.regular, model.length).sum(axis=0)
    asked = unlimited.evaluation.load.sum(axis=0) / np.maximum(hours, 1e-9)
    return tuple(names[number] for number in np.argsort(-asked, kind="stable").tolist())


def way_hours(planned: Planned) -> list[HourLine]:
    """What one more hour is worth by the strongest way worked out, dearest first by price x hours."""
    model = planned.model
    return [
        HourLine(model.resources.names[b.resource], model.periods[b.period], b.price, b.load, b.overtime)
        for b in hour_prices(planned.ways)
    ]


def ways_chart(lines: Sequence[WayLine]) -> Option:
    """How much less each way earns than the best one; grey where it cannot be carried out."""
    option = ranking([one.label for one in lines], numbers([one.behind for one in lines], 0), unit=_BEHIND)
    data: list[Json] = [{"value": round(one.behind), "itemStyle": {"color": _colour(one)}} for one in lines]
    return {**option, "series": [{"type": "bar", "barMaxWidth": 18, "data": data}]}


_BEHIND = "profit less than the best plan that can be carried out"


def _colour(one: WayLine) -> str:
    return "var(--good)" if one.result.possible else "var(--ink-3)"


def goals() -> list[tuple[str, str]]:
    """Goals of the exact engine with their labels."""
    return list(GOAL_LABELS.items())


def rankings() -> list[tuple[str, str]]:
    """Who gets scarce hours first when the plan is made by priority, with labels."""
    return list(RANKING_LABELS.items())


def strategy_lines(planned: Planned) -> list[dict[str, object]]:
    """Level, chase and hybrid, and the optimum as soon as it is there; see `strategy_table`."""
    return strategy_table(planned.model, planned.ways).to_dicts()


def compare_address(scenarios: Sequence[str]) -> str:
    """Where scenarios are held side by side, the others against the first."""
    return f"{reverse('scenarios:compare')}?{urlencode([('with', name) for name in scenarios])}"


def engine_of(plan: Plan) -> str:
    """The engine that plans, as the pages name it."""
    parameters = plan.inputs.parameters
    return parameters.supply_engine if parameters.finite_capacity else "infinite"


def what_if_kinds() -> list[tuple[str, str]]:
    """Kinds of question with their labels."""
    return [(kind, WHAT_IF_LABELS[kind]) for kind in KINDS]
