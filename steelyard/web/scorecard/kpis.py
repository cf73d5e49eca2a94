"""KPI cards: the numbers a month is judged by, each with its target and what it is for."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from steelyard.kpi import formulas
from steelyard.plan.kpi.values import KpiValue
from steelyard.plan.plan import Plan
from steelyard.web.scorecard import kpi_selectors
from steelyard.web.scorecard.evidence import Evidence
from steelyard.web.ui.figures import NOTHING, number, short, signed

LARGE = 6
"""Cards in a row; the other KPIs stand in a table."""
FIRST = (
    "revenue", "gross_margin_percent", "fill_rate", "inventory_value", "bottleneck_utilisation", "forecast_accuracy",
    "overload_hours", "inventory_turns", "backlog_value",
)  # fmt: skip
"""KPIs in the order in which they claim a card; one that nobody knows yet gives way to the next."""
STATES = {"act": "alert", "watch": "warning"}
BADGES = {"act": "off target", "watch": "watch", "good": "on target"}
BOUNDS = {"higher": "at least", "lower": "at most"}
"""How a target is meant, by which way is good."""
_SECTIONS = ("Args:", "Example:", "Raises:", "Returns:")
ENOUGH = Evidence()


@dataclass(frozen=True)
class Card:
    """A KPI as it is shown."""

    name: str
    label: str
    value: str
    unit: str
    target: str
    state: str
    badge: str
    kind: str
    """Leading or lagging, in words."""
    definition: str
    formula: str
    behaviour: str
    delta: str = ""
    direction: str = "flat"
    verdict: str = ""
    against: str = ""


def judged(plan: Plan) -> Sequence[KpiValue]:
    """KPIs of a plan, against the company's targets and the plan published before; remembered by plan."""
    return kpi_selectors.judged(plan)


def kpi_cards(found: Sequence[KpiValue], currency: str, evidence: Evidence = ENOUGH) -> tuple[list[Card], list[Card]]:
    """The six that come first as large cards, and all others for the table; one without data says what to deliver."""
    by_name = {kpi.name: kpi for kpi in found}
    known = [n for n in FIRST if n in by_name and (isfinite(by_name[n].value) or evidence.gap(n))][:LARGE]
    cards = {name: _told(_card(kpi, currency, by_name), evidence) for name, kpi in by_name.items()}
    return [cards[name] for name in known], [card for name, card in cards.items() if name not in known]


def _told(card: Card, evidence: Evidence) -> Card:
    gap = evidence.gap(card.name)
    if gap:
        quiet = {"value": NOTHING, "unit": "", "target": "", "state": "", "badge": "", "delta": "", "verdict": ""}
        return replace(card, against=gap, **quiet)
    if card.name == "revenue" and card.against == "no budget" and evidence.periods:
        return replace(card, against=evidence.budget_words or card.against)
    return card


def _card(kpi: KpiValue, currency: str, others: Mapping[str, KpiValue]) -> Card:
    value, unit = _spelled(kpi.value, kpi.unit, currency)
    target = "" if kpi.target is None else " ".join(_spelled(kpi.target, kpi.unit, currency)).strip()
    bound = BOUNDS.get(kpi.indicator.better, "")
    card = Card(
        name=kpi.name,
        label=kpi.label,
        value=value,
        unit=unit,
        target=f"{bound} {target}".strip() if target else "",
        state=STATES.get(kpi.standing, ""),
        badge=BADGES.get(kpi.standing, ""),
        kind="leading: tells of the future" if kpi.indicator.leading else "lagging: tells of the past",
        definition=kpi.indicator.definition,
        formula=formula_words(kpi.indicator.formula),
        behaviour=kpi.indicator.behaviour,
    )
    return _against_budget(card, others["revenue_vs_budget"]) if kpi.name == "revenue" else card


def _against_budget(card: Card, budget: KpiValue) -> Card:
    """Revenue is judged by its distance from the budget, where there is one."""
    if not isfinite(budget.value):
        return replace(card, against="no budget")
    return replace(
        card,
        state=STATES.get(budget.standing, ""),
        badge=BADGES.get(budget.standing, ""),
        delta=f"{signed(budget.value, 1)} %",
        direction="up" if budget.value > 0 else "down" if budget.value < 0 else "flat",
        verdict="good" if budget.standing == "good" else "bad",
        against="against budget",
    )


def _spelled(value: float, unit: str, currency: str) -> tuple[str, str]:
    """A value and its unit."""
    if not isfinite(value):
        return NOTHING, ""
    if unit == "percent":
        return number(value, 1), "%"
    if unit == "money":
        return short(value), currency
    return number(value, 0 if abs(value) >= 100 else 1), unit


def formula_words(name: str) -> str:
    """What the calculation says of itself: its first words, up to its arguments."""
    lines = (inspect.getdoc(getattr(formulas, name)) or "").splitlines()
    end = next((at for at, line in enumerate(lines) if line.strip() in _SECTIONS), len(lines))
    return " ".join(line.strip() for line in lines[:end] if line.strip()).replace("NaN", "no value")
