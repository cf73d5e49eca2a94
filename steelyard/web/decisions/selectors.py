"""Decision selectors: the queue, the record, the grades; what the person may not see is left out."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from steelyard.cycle.decision.kind import KINDS, PLAN_APPROVAL
from steelyard.cycle.decision.state import OPEN, State
from steelyard.cycle.grading.calibration import Calibration, calibrate
from steelyard.cycle.grading.grade import Grade, OptionOutcome, read_grade
from steelyard.web.accounts.sight import sees_money, sight
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.grading import DECIDED
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.seen import sees_decision
from steelyard.web.decisions.signers import Signers, Signing


@dataclass(frozen=True)
class DecisionLine:
    """A decision in a list."""

    number: int
    cycle: str
    forum: str
    kind: str
    question: str
    state: str
    amount: float | None
    """Money at stake; None where the person does not see it."""
    due: date | None
    asked_by: str
    owner: str
    recommended: str
    """Label of the option recommended."""
    chosen: str
    """Label of the option approved."""
    options: int
    decided_at: datetime | None
    published: str
    """Digest of the published plan."""
    published_due: bool
    """Whether its plan is approved and not published yet."""
    graded: bool
    url: str
    signed_by: str = ""
    """Who signs it, where and when, while it is open."""
    signing: Signing | None = None
    """The same in its parts."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return State(self.state).is_open

    @property
    def kind_label(self) -> str:
        """The kind as people read it."""
        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @property
    def forum_label(self) -> str:
        """The forum as people read it."""
        return forum_label(self.forum)

    @property
    def late(self) -> bool:
        """Whether it is open and its day has passed."""
        return State(self.state).is_open and self.due is not None and self.due < now().date()


@dataclass(frozen=True)
class GradedLine:
    """A decision with its grade."""

    decision: DecisionLine
    grade: Grade
    graded_at: datetime


def sees_whole_money() -> bool:
    """Whether the person sees all money of the whole company: figures of decisions are about all of it."""
    return not sight().limited and sees_money("cost") and sees_money("sales")


def decision_lines(
    *, cycle: str = "", forum: str = "", states: frozenset[State] | None = None, kind: str = ""
) -> tuple[DecisionLine, ...]:
    """Decisions, the most money first among those of one state.

    Args:
        cycle: Key of the cycle; empty for all.
        forum: Key of the forum; empty for all.
        states: States wanted; all without any.
        kind: Kind of decision; empty for all.
    """
    found = models.Decision.objects.all()
    asked = {"cycle": cycle, "forum": forum, "kind": kind}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    if states is not None:
        found = found.filter(state__in=[state.value for state in states])
    return tuple(_lines(found))


def open_decisions(cycle: str = "", forum: str = "") -> tuple[DecisionLine, ...]:
    """Decisions that somebody still has to take, the most money first."""
    found = decision_lines(cycle=cycle, forum=forum, states=OPEN)
    return tuple(sorted(found, key=lambda line: (-(line.amount or 0.0), line.number)))


def decisions_of(cycle: str) -> tuple[DecisionLine, ...]:
    """All decisions of a cycle, in the order in which they were made."""
    return tuple(reversed(decision_lines(cycle=cycle)))


def decided_for(cycle: str, kind: str = "") -> tuple[DecisionLine, ...]:
    """Decisions of a cycle that were approved."""
    return decision_lines(cycle=cycle, kind=kind, states=frozenset({State.APPROVED}))


def replaced_for(cycle: str) -> tuple[DecisionLine, ...]:
    """Decisions of a cycle that were approved, and replaced by later ones."""
    return decision_lines(cycle=cycle, states=frozenset({State.SUPERSEDED}))


def approved_plan(cycle: str) -> str:
    """Digest of the plan a cycle's plan approval published; empty before."""
    found = decided_for(cycle, PLAN_APPROVAL)
    return next((line.published for line in found if line.published), "")


def graded_decisions(forum: str = "") -> tuple[GradedLine, ...]:
    """Decisions of which something is known by now, the latest first."""
    found = models.Decision.objects.filter(state__in=DECIDED, grade__isnull=False)
    found = found.filter(forum=forum) if forum else found
    rows = list(found.order_by("-decided_at", "-pk"))
    lines = {line.number: line for line in _lines(found)}
    return tuple(
        GradedLine(lines[row.pk], seen_grade(read_grade(row.grade or {})), row.graded_at)
        for row in rows
        if row.graded_at and row.pk in lines
    )


def calibration_by_forum() -> tuple[Calibration, ...]:
    """How well each forum knows what its decisions bring; money left out where the person does not see it."""
    found = models.Decision.objects.filter(state__in=DECIDED, grade__isnull=False)
    told = calibrate((row.forum, read_grade(row.grade or {})) for row in found)
    return told if sees_whole_money() else tuple(replace(one, gain=None) for one in told)


def seen_grade(grade: Grade) -> Grade:
    """A grade without the money that the person does not see; nothing of it for who sees a part of the company."""
    if sees_whole_money():
        return grade
    if sight().limited:
        return replace(grade, lines=(), options=())
    lines = tuple(line for line in grade.lines if line.name == "demand")
    units = ("demand", "backlog")
    options = tuple(
        OptionOutcome(one.key, one.label, one.taken, {n: v for n, v in one.values.items() if n in units})
        for one in grade.options
    )
    return replace(grade, lines=lines, options=options)


def forum_day(cycle: str, forum: str) -> date | None:
    """On which day a forum meets in a cycle; None while no meeting is called."""
    found = models.Meeting.objects.filter(cycle=cycle, forum=forum, closed_at=None).order_by("starts_at").first()
    return found.starts_at.date() if found is not None else None


def cycles_known() -> list[str]:
    """Cycles of which there are decisions or meetings, the latest first."""
    decided = models.Decision.objects.values_list("cycle", flat=True)
    met = models.Meeting.objects.values_list("cycle", flat=True)
    return sorted({*decided, *met}, reverse=True)


def _lines(found: "QuerySet[models.Decision]") -> list[DecisionLine]:
    signers = Signers()
    return [decision_line(row, signers) for row in found.prefetch_related("options") if sees_decision(row)]


def decision_line(row: models.Decision, signers: Signers | None = None) -> DecisionLine:
    """A decision as lists show it."""
    labels = {option.number: option.label for option in row.options.all()}
    due = row.kind == PLAN_APPROVAL and row.state == State.APPROVED.value and not row.published
    known = (signers or Signers()) if State(row.state).is_open else None
    return DecisionLine(
        number=row.pk,
        cycle=row.cycle,
        forum=row.forum,
        kind=row.kind,
        question=row.question,
        state=row.state,
        amount=row.amount if sees_whole_money() else None,
        due=row.due,
        asked_by=row.asked_by,
        owner=row.owner,
        recommended=labels.get(row.recommended or 0, ""),
        chosen=labels.get(row.chosen or 0, ""),
        options=len(labels),
        decided_at=row.decided_at,
        published=row.published,
        published_due=due,
        graded=row.grade is not None,
        url=reverse("decisions:decision", args=[row.pk]),
        signed_by=known.words(row) if known else "",
        signing=known.signing(row) if known else None,
    )
