"""Judging: gates, and tasks that stand for work in the system, held against the facts of now; findings are kept."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from steelyard.cycle.gates import Evidence, judge
from steelyard.cycle.page import page_json
from steelyard.cycle.step import GateUse, StepPlan, StepState
from steelyard.errors import SteelyardError
from steelyard.web.answers.answers import DESK, Answers
from steelyard.web.answers.patience import patience
from steelyard.web.audit.selectors import latest_of
from steelyard.web.company import now, workspace
from steelyard.web.cycles.facts import gather, ground_of
from steelyard.web.cycles.models import GateResult, Step
from steelyard.web.cycles.plans import latest_results, step_plan
from steelyard.web.cycles.selectors import step_of

TRIES = 3
"""How often gates are judged anew when the numbers move while they are judged."""
ITSELF = "system"
"""In whose name gates are judged that nobody asked for."""
MOVE_NOTHING = ("account", "key", "role", "trail", "notice", "comment", "job", "book", "governance", "meeting", "work")
"""What in the trail moves no gate; exports move none either."""


@dataclass(frozen=True)
class Judged:
    """What all rules of a step found at one moment."""

    at: datetime
    revision: int
    """Of the scenario whose numbers were judged."""
    found: tuple[tuple[GateUse, Evidence], ...]


_judged: Answers[Judged] = Answers("Judging gates", 24)


def gates_judge(key: str, step: str, *, by: str) -> list[GateResult]:
    """Judge all gates of a step on the facts of now, and keep what was found, about its tasks as well.

    Returns:
        What its gates found, in their order.

    Raises:
        NotFound: There is no such step, or the scenario of the cycle is gone.
    """
    found, today = step_of(key, step), now().date()
    stamp = _stamp(found)
    judged = _judge(found, today)
    _judged.made((*stamp, today), lambda: judged)
    kept = _keep(found, judged, by)
    return [kept[gate.key] for gate in step_plan(found).gates]


def gates_refresh(step: Step) -> Judged | None:
    """Judge a step that is open if something has moved since, as far as the page has patience; keep what is new.

    None where it is not open, or cannot be judged.

    Raises:
        BeingWorkedOut: The page has to show that the answer is coming.
    """
    if step.state != StepState.OPEN.value or not rules_of(step_plan(step)):
        return None
    today = now().date()
    try:
        key = (*_stamp(step), today)
        judged = _judged.made(key, lambda: _judge(step, today))
    except SteelyardError:
        return None
    known = latest_results(step)
    if any(_differs(known.get(use.key), evidence) for use, evidence in judged.found):
        _keep(step, judged, ITSELF)
    return judged


def gates_are_old(step: Step) -> bool:
    """Whether a step is open and what is on record of its gates is not known to hold on the facts of now."""
    if step.state != StepState.OPEN.value or not rules_of(step_plan(step)):
        return False
    try:
        return _judged.get((*_stamp(step), now().date())) is None
    except SteelyardError:
        return False


def gates_foresee(step: Step) -> None:
    """Have a step judged in the background, for a page that only counts its gates and waits for none of it."""
    if patience() is not None and step.state == StepState.OPEN.value:
        DESK.foresee(("gates", step.pk), lambda: gates_refresh(step))


def rules_of(plan: StepPlan) -> tuple[GateUse, ...]:
    """Every rule that a step is judged by, its gates first; a rule that ticks a task and is a gate stands once."""
    asked = (*plan.gates, *(task.done_when for task in plan.tasks if task.done_when))
    found: dict[str, GateUse] = {}
    for use in asked:
        found.setdefault(use.key, use)
    return tuple(found.values())


def _judge(step: Step, today: date) -> Judged:
    uses = rules_of(step_plan(step))
    for _ in range(TRIES):
        ground = ground_of(step, today)
        found = tuple((use, judge(use, partial(gather, ground))) for use in uses)
        if workspace().scenario(step.cycle.scenario).revision == ground.moment.revision:
            break
    return Judged(now(), ground.moment.revision, found)


def _stamp(step: Step) -> tuple[object, ...]:
    """Everything gates depend on, without judging them: the plan, who stands behind it, and what people did last."""
    scenario = workspace().scenario(step.cycle.scenario)
    extracts = workspace().extracts()
    signed = tuple((one.function, one.slice.key, one.number) for one in scenario.sign_offs)
    last = latest_of(without=MOVE_NOTHING)
    newest = extracts[-1].digest if extracts else ""
    return (
        step.cycle.key,
        step.key,
        step.round,
        step.revision,
        scenario.digest,
        scenario.revision,
        signed,
        newest,
        last,
    )


def _differs(known: GateResult | None, evidence: Evidence) -> bool:
    if known is None:
        return True
    told = (known.met, known.judged, known.sentence, known.rows)
    return told != (evidence.met, evidence.judged, evidence.sentence, _rows(evidence))


def _keep(step: Step, judged: Judged, by: str) -> dict[str, GateResult]:
    return {
        use.key: GateResult.objects.create(
            step=step, gate=use.key, met=evidence.met, judged=evidence.judged, sentence=evidence.sentence,
            rows=_rows(evidence), page=page_json(evidence.page), scenario=step.cycle.scenario,
            revision=judged.revision, at=judged.at, by=by[:150],
        )
        for use, evidence in judged.found
    }  # fmt: skip


def _rows(evidence: Evidence) -> list[dict[str, object]]:
    return [
        {"subject": row.subject, "text": row.text, "amount": row.amount, "unit": row.unit,
         "page": page_json(row.page) if row.page else None, "decision": row.decision, "explain": row.explain,
         "ask": {"question": row.ask.question, "kind": row.ask.kind} if row.ask else None}
        for row in evidence.rows
    ]  # fmt: skip
