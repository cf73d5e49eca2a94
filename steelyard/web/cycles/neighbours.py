"""Neighbours: what decisions, actions, KPIs and comments say to the month, as plain values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from steelyard.cycle.decision.kind import PLAN_APPROVAL
from steelyard.cycle.gates.facts import ApprovalFacts, DecisionFacts, Line
from steelyard.cycle.grading.grade import Grade
from steelyard.errors import GovernanceInvalid
from steelyard.plan.money.action import OPEN
from steelyard.plan.money.action_plan import actions_for
from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.sight import called
from steelyard.web.comments.selectors import mentions_of
from steelyard.web.company import workspace
from steelyard.web.decisions.action_selectors import actions_due, actions_open
from steelyard.web.decisions.decided import asked_parts, decided_parts
from steelyard.web.decisions.grading import decisions_grade_now as decisions_grade_now
from steelyard.web.decisions.grading import grading_due as grading_due
from steelyard.web.decisions.laying import laid_of
from steelyard.web.decisions.papers import decision_of
from steelyard.web.decisions.passing import decisions_pass_up as decisions_pass_up
from steelyard.web.decisions.process_selectors import attendance as attendance
from steelyard.web.decisions.process_selectors import decisions_on_time as decisions_on_time
from steelyard.web.decisions.selectors import (
    DecisionLine,
    decided_for,
    graded_decisions,
    open_decisions,
    replaced_for,
)
from steelyard.web.decisions.selectors import approved_plan as approved_plan
from steelyard.web.decisions.services import may_sign
from steelyard.web.governance.selectors import forum_members
from steelyard.web.scorecard.case_selectors import CaseGroup as CaseGroup
from steelyard.web.scorecard.case_selectors import CaseLine as CaseLine
from steelyard.web.scorecard.case_selectors import cases_open
from steelyard.web.scorecard.case_selectors import grouped as grouped
from steelyard.web.scorecard.case_selectors import seen_before as seen_before
from steelyard.web.scorecard.explaining import gap_explain as gap_explain
from steelyard.web.scorecard.kpi_selectors import kpi_lines
from steelyard.web.scorecard.services import alerts_evaluate as alerts_evaluate
from steelyard.web.scorecard.services import kpi_observe as kpi_observe
from steelyard.web.ui.dates import day_words, period_words

ADHERENCE = ("plan_adherence", "schedule_adherence", "otif")
"""Key figures on how last month's plan was kept; all of them look back."""
LEVEL = "product_family"
MONTH = "2026-11"
"""A key of a month, by whose length events are told apart."""


@dataclass(frozen=True)
class Asked:
    """Something a person is asked for by another room."""

    kind: str
    text: str
    where: str
    due: date | None
    url: str
    decision: int = 0
    """Number of the decision, where it is one."""


def decisions_open(cycle: str, due: tuple[Line, ...]) -> DecisionFacts:
    """Decisions asked for in a cycle, or left open by the months before it, and actions that are past their day."""
    waiting = tuple(
        Line(
            one.question,
            f"{_from(one.cycle, cycle)}{one.state}, to be signed by {one.signed_by}; "
            f"{called(one.owner)} answers for it",
            one.amount or 0.0,
            decision=one.number,
        )
        for one in open_decisions()
        if one.cycle == cycle or (len(cycle) == len(MONTH) and one.cycle < cycle)
    )  # fmt: skip
    taken = decided_for(cycle)
    return DecisionFacts(waiting, due, len(taken), tuple(_beside(taken)))


def _beside(taken: Iterable[DecisionLine]) -> Iterator[Line]:
    """Approved decisions whose option the plan does not hold yet."""
    for one in taken:
        laid = laid_of(decision_of(one.number))
        if laid is not None and not laid.whole:
            told = f"{one.chosen}: {len(laid.missing)} of {len(laid.changes)} changes are not in {laid.plan}"
            yield Line(one.question, told, one.amount or 0.0, decision=one.number)


def _from(asked_in: str, cycle: str) -> str:
    return "" if asked_in == cycle else f"carried over from {period_words(asked_in)}; "


def plan_approval(cycle: str) -> ApprovalFacts:
    """Whether the plan of a cycle is approved, and what waits to be signed."""
    return ApprovalFacts(approved_plan(cycle), sum(one.kind == PLAN_APPROVAL for one in open_decisions(cycle)))


def actions_late(today: date) -> tuple[Line, ...]:
    """Actions that are past their day, of all cycles."""
    late = [one for one in actions_due(until=today) if one.due < today]
    return tuple(Line(one.text, f"{called(one.owner)}, due on {day_words(one.due)}", one.value or 0.0) for one in late)


def asked_resources(cycle: str, resources: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """Resources that an open decision of the cycle is about, each with its number and with whom it waits."""
    return {
        name: (one.number, f"{one.told} ({one.waits_for})")
        for one in asked_parts(cycle)
        for name in resources
        if one.deals_with("resource", name)
    }


def decided_resources(cycle: str, resources: tuple[str, ...]) -> dict[str, str]:
    """Resources that an approved decision of the cycle deals with, each with that decision."""
    return _decided(cycle, "resource", resources)


def gap_explanations(plan: Plan, cycle: str, against: str) -> dict[str, str]:
    """Families whose gap somebody explains, each with what does; the empty name is an action on everything.

    A case explains it with its cause and action, an approved decision by dealing with the family, and an action of
    the register that is not dropped by closing it.
    """
    families = tuple(plan.series("demand_plan").group((LEVEL,)).labels[LEVEL].to_list())
    found = {one.member: f"Case {one.number}: {one.cause} {one.action}" for one in _explained(plan.name, against)}
    found |= _decided(cycle, LEVEL, families)
    for action in actions_for(workspace(), plan.name):
        if action.against.startswith(against) and (action.status in OPEN or action.status == "done"):
            members = action.effect.scope.get(LEVEL, () if action.effect.scope else ("",))
            names = (members,) if isinstance(members, str) else tuple(members)
            found |= dict.fromkeys(names, f"{action.statement} ({called(action.owner)}, {action.status})")
    return found


def _decided(cycle: str, level: str, members: tuple[str, ...]) -> dict[str, str]:
    return {name: one.told for one in decided_parts(cycle) for name in members if one.deals_with(level, name)}


def _explained(scenario: str, against: str) -> list[CaseLine]:
    """Cases about this gap whose cause and action are written."""
    return [
        one
        for one in cases_open(scenario=scenario)
        if one.state == "followed" and one.level == LEVEL
        and (one.kpi.startswith(f"variance:{against}") or (against == "budget" and one.kpi == "revenue_vs_budget"))
    ]  # fmt: skip


def carry_over(cycle: str) -> tuple[int, int]:
    """Open actions and decisions that later cycles show as carried: they stay open until somebody closes them."""
    return len(actions_open(cycle=cycle)), len(open_decisions(cycle))


def adherence(scenario: str) -> tuple[dict[str, object], ...]:
    """Key figures on how the plan was kept."""
    told = [line for line in kpi_lines(scenario) if line.name in ADHERENCE and line.known]
    return tuple(
        {"name": line.name, "label": line.label, "told": line.value_text, "value": line.value} for line in told
    )


def decision_grades() -> tuple[dict[str, object], ...]:
    """Decisions of which something is known by now, each with what came against what was expected."""
    return tuple(
        {"question": one.decision.question, "told": _graded(one.grade), "url": one.decision.url}
        for one in graded_decisions()[:10]
    )


def decided_and_graded(cycle: str) -> tuple[tuple[str, str, str], ...]:
    """Approved decisions of a cycle: question, address, and what came of it; nothing said while nothing is known."""
    graded = {one.decision.number: _graded(one.grade) for one in graded_decisions() if one.grade.lines}
    taken = (*decided_for(cycle), *replaced_for(cycle))
    return tuple((one.question, f"{one.url}#grade", graded.get(one.number, "")) for one in taken)


def asked_of(user: User) -> tuple[Asked, ...]:
    """Decisions and actions that wait for a person: their own, those of their forums, and those they may sign."""
    today_open = open_decisions()
    votes = {forum: _votes(forum, user) for forum in {one.forum for one in today_open}}
    decisions = tuple(
        _decision_asked(one, mine)
        for one, mine in ((one, may_sign(user, decision_of(one.number))) for one in today_open)
        if mine or one.owner == user.username or votes[one.forum]
    )
    actions = tuple(
        Asked("action", one.text, f"agreed in {period_words(one.cycle)}", one.due, one.url)
        for one in actions_open(user.username)
    )
    return decisions + actions


def _decision_asked(one: DecisionLine, mine: bool) -> Asked:
    """A decision for who signs it, due on the day of signing, or for who prepares it, due when it is needed."""
    signing = one.signing
    met = f" at {signing.where}" if signing is not None and signing.where else ""
    if mine:
        day = signing.day if signing is not None else None
        needed = f"; needed by {day_words(one.due)}" if one.due and day and one.due != day else ""
        return Asked("decision", one.question, f"you sign it{met}{needed}", day or one.due, one.url, one.number)
    if signing is None or not signing.forum:
        told = one.signed_by or one.forum_label
    elif signing.forum != one.forum:
        told = f"{one.forum_label} prepares it, then {signing.who} signs it{met}"
    else:
        told = f"{signing.who} signs it{met}"
    return Asked("decision", one.question, told, one.due or (signing.day if signing else None), one.url, one.number)


def mentions_to(user: User) -> tuple[Asked, ...]:
    """Places where somebody has mentioned a person, and that they have not read."""
    return tuple(
        Asked("mention", f"{one.author}: {one.text[:160]}", one.title or one.subject, None, one.url)
        for one in mentions_of(user, unread=True)
    )


def _graded(grade: Grade) -> str:
    inside, known = grade.inside
    gain = f"; {grade.gain:+,.0f} margin against the best other option" if grade.gain is not None else ""
    return f"{inside} of {known} expected numbers came within their range{gain}"


def _votes(forum: str, user: User) -> bool:
    try:
        return any(seat.person == user.username and seat.part != "guest" for seat in forum_members(forum))
    except GovernanceInvalid:
        return False
