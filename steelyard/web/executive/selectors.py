"""Executive selectors: what one screen tells of a plan, and the chance that it meets the budget."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from steelyard.errors import NotFound, SteelyardError
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.monte_carlo import PlanFutures
from steelyard.web.answers.answers import Answers
from steelyard.web.decisions.selectors import DecisionLine, open_decisions, sees_whole_money
from steelyard.web.executive.quarters import Quarters, quarters_of
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.risk.futures import futures_of
from steelyard.web.risk.selectors import RiskLine, register_view
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard.evidence import Evidence, evidence_of
from steelyard.web.scorecard.exceptions import PlanException, exceptions
from steelyard.web.scorecard.kpis import Card, judged, kpi_cards
from steelyard.web.scorecard.selectors import ahead

FORUM = "executive_sop"
MOST_GAPS, MOST_RISKS = 6, 6
_gaps: Answers[list[PlanException]] = Answers("Looking for gaps", 12)


@dataclass(frozen=True)
class Gap:
    """Something in the plan that needs a person, and the rows behind it."""

    found: PlanException
    url: str


@dataclass(frozen=True)
class Executive:
    """One screen."""

    scenario: str
    currency: str
    window: tuple[str, str]
    cards: tuple[Card, ...]
    others: tuple[Card, ...]
    quarters: Quarters | None
    no_quarters: str
    """Why there is no statement, in words."""
    gaps: tuple[Gap, ...]
    risks: tuple[RiskLine, ...]
    decisions: tuple[DecisionLine, ...]
    elsewhere: int
    """Open decisions of other forums."""


def executive_view(scenario: str) -> Executive:
    """What executives look at in a scenario: the person's part of the company, and the money they see."""
    return executive_of(plan_of(scenario))


def executive_of(plan: Plan) -> Executive:
    """What executives look at in a plan, open or published."""
    scenario = plan.name
    currency, evidence, window = base_currency(plan.inputs.extract), evidence_of(plan), ahead(plan)
    cards, others = kpi_cards(judged(plan), currency, evidence)
    quarters, fault = _quarters(plan)
    asked = open_decisions()
    here = tuple(line for line in asked if line.forum == FORUM)
    return Executive(
        scenario=scenario,
        currency=currency,
        window=window,
        cards=tuple(cards),
        others=tuple(card for card in others if card.badge and FORUM in INDICATORS[card.name].forums),
        quarters=quarters,
        no_quarters=fault,
        gaps=tuple(_gap(scenario, one) for one in _exceptions(plan, window, evidence)),
        risks=_open_risks(scenario),
        decisions=here,
        elsewhere=len(asked) - len(here),
    )


def futures_seen(scenario: str) -> PlanFutures | None:
    """The plan played through many futures; None for who does not see the company's money."""
    return futures_of(scenario) if sees_whole_money() else None


def _exceptions(plan: Plan, window: tuple[str, str], evidence: Evidence) -> list[PlanException]:
    return _gaps.of(plan, lambda: exceptions(plan, window, top=MOST_GAPS, evidence=evidence), window)


def _quarters(plan: Plan) -> tuple[Quarters | None, str]:
    try:
        return quarters_of(plan), ""
    except SteelyardError as fault:
        return None, str(fault)


def _open_risks(scenario: str) -> tuple[RiskLine, ...]:
    try:
        found = register_view(scenario).risks
    except NotFound:
        return ()
    return tuple(line for line in found if line.entry.status == "open")[:MOST_RISKS]


def _gap(scenario: str, found: PlanException) -> Gap:
    sheet = reverse("worksheet:worksheet", kwargs={"scenario": scenario})
    return Gap(found, f"{sheet}?{urlencode(found.view)}")
