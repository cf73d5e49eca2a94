"""API schema: how decisions, meetings and actions look in the API."""

from datetime import date, datetime

from ninja import Field, Schema

from steelyard.cycle.decision.outlook import FIGURES
from steelyard.web.decisions.page import DecisionView, OptionView


class DecisionLineOut(Schema):
    """A decision in a list."""

    number: int
    cycle: str
    forum: str
    kind: str
    question: str
    state: str
    amount: float | None
    due: date | None
    asked_by: str
    owner: str
    signed_by: str
    recommended: str
    chosen: str
    options: int
    decided_at: datetime | None
    published: str
    graded: bool


class OptionOut(Schema):
    """An option with its figures."""

    number: int
    label: str
    note: str
    scenario: str
    revision: int
    digest: str
    weighed_at: datetime | None
    moved: bool
    recommended: bool
    chosen: bool
    fault: str
    figures: dict[str, float | None]
    capex: float | None
    npv: float | None
    payback_years: float | None
    assumptions: list[int]


class SignatureOut(Schema):
    """A signature."""

    person: str
    role: str
    instead_of: str
    verdict: str
    option: int | None
    at: datetime
    paper: str
    digest: str
    statement: str
    conditions: list[str]
    void: bool


class EventOut(Schema):
    """Something that happened."""

    at: datetime
    actor: str
    act: str
    text: str


class DecisionOut(DecisionLineOut):
    """A decision with all that belongs to it."""

    version: int
    background: str
    scope: dict[str, list[str]]
    paper: str
    in_plan: bool | None
    """Whether the plan of the month holds what was approved; none where that is no question."""
    options_weighed: list[OptionOut]
    signatures: list[SignatureOut]
    events: list[EventOut]
    grade: dict[str, object] | None


class DecisionIn(Schema):
    """A decision to be drafted."""

    cycle: str
    kind: str
    question: str
    forum: str
    background: str = ""
    due: date | None = None
    owner: str = ""
    supersedes: int | None = None
    scope: dict[str, list[str]] = Field(default_factory=dict)


class DecisionEditIn(Schema):
    """Words of a draft to be changed; what is left out stays."""

    version: int
    question: str | None = None
    background: str | None = None
    due: date | None = None
    forum: str | None = None
    owner: str | None = None
    cycle: str | None = None
    scope: dict[str, list[str]] | None = None


class CaseIn(Schema):
    """Money of an option beside its plan."""

    capex: float = 0.0
    yearly_gain: float = 0.0
    years: int = 1
    residual: float = 0.0
    rate: float = 0.10


class OptionIn(Schema):
    """A scenario to become an option."""

    scenario: str
    label: str = ""
    note: str = ""
    case: CaseIn = Field(default_factory=CaseIn)
    rests_on: list[int] = Field(default_factory=list)


class DecisionMoveIn(Schema):
    """An act short of deciding."""

    version: int
    reason: str = ""
    until: date | None = None
    to: str = ""


class SignIn(Schema):
    """A signature to be given."""

    password: str
    paper: str
    approve: bool
    option: int | None = None
    statement: str = ""
    conditions: list[str] = Field(default_factory=list)


class DecisionReasonIn(Schema):
    """A reason in words."""

    text: str


class RuleIO(Schema):
    """A rule of the authority matrix."""

    kind: str = ""
    up_to: float | None = None
    forum: str
    roles: list[str]
    quorum: int = 1
    includes: list[str] = Field(default_factory=list)


class FindingOut(Schema):
    """A doubt about the matrix."""

    rule: str
    text: str
    mend: str


class MatrixOut(Schema):
    """The authority matrix and what is doubtful about it."""

    rules: list[RuleIO]
    findings: list[FindingOut]


class ActionIn(Schema):
    """An action to be entered."""

    text: str
    owner: str
    due: date
    cycle: str
    value: float | None = None
    meeting: int | None = None
    decision: int | None = None


class ActionOut(Schema):
    """An action."""

    number: int
    text: str
    owner: str
    due: date
    value: float | None
    status: str
    cycle: str
    days_late: int
    condition: bool
    decision: int | None
    meeting: int | None
    outcome: str


class ActionMoveIn(Schema):
    """Another day or owner; what is left out stays."""

    due: date | None = None
    owner: str = ""


class CloseIn(Schema):
    """How an action ends."""

    status: str
    outcome: str = ""


class MeetingIn(Schema):
    """A meeting to be planned; without people those who sit in the forum are asked."""

    cycle: str
    forum: str
    starts_at: datetime
    minutes: int = 60
    chair: str = ""
    people: list[str] = Field(default_factory=list)


class MeetingOut(Schema):
    """A meeting."""

    number: int
    cycle: str
    forum: str
    starts_at: datetime
    minutes: int
    chair: str
    state: str
    present: int
    asked: int


class MinuteIn(Schema):
    """A line for the minutes or the parking lot."""

    text: str
    parked: bool = False
    decision: int | None = None


class SeatIn(Schema):
    """Whether somebody is there."""

    person: str
    present: bool = True
    delegate: str = ""


def decision_json(view: DecisionView) -> dict[str, object]:
    """A decision with all that belongs to it."""
    line = {name: getattr(view.line, name) for name in DecisionLineOut.model_fields}
    return line | {
        "version": view.row.version,
        "background": view.row.background,
        "scope": view.row.scope,
        "paper": view.row.digest,
        "amount": view.amount,
        "in_plan": view.laid.whole if view.laid is not None else None,
        "options_weighed": [_option_json(one) for one in view.options],
        "signatures": list(view.signatures),
        "events": list(reversed(view.events)),
        "grade": view.grade.to_json() | {"gain": view.grade.gain} if view.grade else None,
    }


def _option_json(one: OptionView) -> dict[str, object]:
    plain = ("number", "label", "note", "scenario", "revision", "digest", "weighed_at", "moved", "recommended")
    figures = one.outlook.figures if one.outlook else dict.fromkeys([figure.name for figure in FIGURES])
    return {name: getattr(one, name) for name in (*plain, "chosen", "fault")} | {
        "figures": dict(figures),
        "capex": one.case.capex if one.case else None,
        "npv": one.case.npv if one.case else None,
        "payback_years": one.case.payback if one.case and one.case.capex else None,
        "assumptions": [entry.id for entry in one.assumptions],
    }
