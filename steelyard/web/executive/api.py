"""Executive API: the screen as data, and the what-if."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.executive import selectors
from steelyard.web.executive.quarters import Quarters
from steelyard.web.executive.what_if import MOST, Answer, Question, ask
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["executive"])


class QuarterOut(Schema):
    """A line of the statement in one quarter, as one version says."""

    line: str
    quarter: str
    version: str
    value: float | None


class GapOut(Schema):
    """Something that needs a person."""

    kind: str
    subject: str
    text: str
    money: float


class ExecutiveDecisionOut(Schema):
    """A decision asked of the executives."""

    number: int
    question: str
    kind: str
    amount: float | None
    recommended: str


class ScreenOut(Schema):
    """The one screen."""

    scenario: str
    currency: str
    first: str
    last: str
    quarters: list[QuarterOut]
    missing: list[str]
    gaps: list[GapOut]
    decisions: list[ExecutiveDecisionOut]


class ExecutiveQuestionIn(Schema):
    """What is asked."""

    measure: str
    percent: Annotated[float, Field(ge=-MOST, le=MOST)]
    part: str = ""
    first: str = ""
    last: str = ""


class EffectOut(Schema):
    """A figure before and after."""

    name: str
    unit: str
    before: float
    after: float


class AnswerOut(Schema):
    """What it would do; nothing is kept."""

    words: str
    seconds: float
    effects: list[EffectOut]


@router.get("/{scenario}", response={200: ScreenOut, **REFUSALS}, summary="The executive screen")
def screen(request: HttpRequest, scenario: str) -> dict[str, object]:
    """What executives look at."""
    view = selectors.executive_view(chosen_scenario(request, scenario))
    found = view.quarters
    return {
        "scenario": view.scenario,
        "currency": view.currency,
        "first": view.window[0],
        "last": view.window[1],
        "quarters": _cells(found) if found else [],
        "missing": list(found.missing) if found else [view.no_quarters],
        "gaps": [gap.found for gap in view.gaps],
        "decisions": list(view.decisions),
    }


@router.post("/{scenario}/what-if", response={200: AnswerOut, **REFUSALS}, summary="What if")
def what_if(request: HttpRequest, scenario: str, asked: ExecutiveQuestionIn) -> Answer:
    """Move one lever and calculate the plan again; nothing is kept."""
    return ask(plan_of(chosen_scenario(request, scenario)), Question(**asked.dict()))


def _cells(found: Quarters) -> list[dict[str, object]]:
    return [
        {"line": line.key, "quarter": quarter, "version": kind, "value": value}
        for line in found.lines
        for kind, _ in found.versions
        for quarter, value in zip(found.names, found.values(line.key, kind), strict=True)
    ]
