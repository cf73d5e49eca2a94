"""Step services: start, finish, reopen and skip steps, do tasks, judge and waive gates.

Of two people who act on a step at once one wins, and the other is told: a step moves only from the revision that was
seen, in one statement of the database.
"""

from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse

from steelyard.cycle.cycle import blocked_by
from steelyard.cycle.gates import judge
from steelyard.cycle.step import Act, StepState, after
from steelyard.errors import GateClosed, NotFound, StepRefused, StepTaken
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.cycles.authority import require_doer, require_mover, require_waiver
from steelyard.web.cycles.facts import gather, ground_of
from steelyard.web.cycles.judging import gates_judge
from steelyard.web.cycles.models import Cycle, Step, TaskDone, Waiver, Work
from steelyard.web.cycles.neighbours import LEVEL
from steelyard.web.cycles.neighbours import gap_explain as case_explain
from steelyard.web.cycles.plans import gate_of, latest_results, standings, step_plan, waived_gates
from steelyard.web.cycles.selectors import step_of, steps_of
from steelyard.web.cycles.work_services import lock_reopen, works_begin
from steelyard.web.notices.services import names_in, notices_close_on, notify
from steelyard.web.ui.dates import day_words

OVER = ("step.open", "step.due", "step.late")
"""Kinds of notices that are over with their step."""


def step_start(key: str, step: str, *, user: User, expected: int | None = None) -> Step:
    """Begin a step; the work it does by itself is begun, too, and its people are told.

    Raises:
        NotAllowed: It is somebody else's.
        StepRefused: It has begun already, the cycle is not open, or a step before it is not over.
        StepTaken: Somebody else was faster.
    """
    found = step_of(key, step)
    require_mover(user, step_plan(found))
    _require_open(found.cycle)
    if waits := blocked_by(standings(steps_of(found.cycle)), step):
        raise StepRefused(f"{step_plan(found).label} waits for {waits}", mend=f"finish {waits} first")
    moved = _move(found, "start", user, expected, started_at=now())
    works_begin(moved.cycle, moved, "open", by=user.username)
    _tell_people(moved, user)
    return moved


def step_finish(key: str, step: str, *, user: User, expected: int | None = None) -> Step:
    """Finish a step whose gates hold or are waived; the work of its close is begun, and with it the step ends.

    Raises:
        NotAllowed: It is somebody else's.
        GateClosed: A gate does not hold and is not waived; the message names each.
        StepRefused: It has not begun, or is over.
        StepTaken: Somebody else was faster.
    """
    found = step_of(key, step)
    plan = step_plan(found)
    require_mover(user, plan)
    after(StepState(found.state), "finish")
    _check_seen(found, expected)
    shut = [result for result in gates_judge(key, step, by=user.username) if not result.met]
    shut = [result for result in shut if result.gate not in waived_gates(found)]
    if shut:
        told = " ".join(result.sentence for result in shut)
        raise GateClosed(f"{plan.label} cannot be finished: {told}", mend="mend it, or have it waived with a reason")
    moved = _move(found, "finish", user, found.revision)
    notices_close_on(_subject(moved), OVER)
    works_begin(moved.cycle, moved, "close", by=user.username)
    return step_of(key, step)


def step_reopen(key: str, step: str, *, reason: str, user: User, expected: int | None = None) -> Step:
    """Open a step again that was over; what its close has locked is opened, too.

    Raises:
        NotAllowed: It is somebody else's.
        StepRefused: It is not over, the cycle is not open, a later step has begun, or no reason is given.
        StepTaken: Somebody else was faster.
    """
    found = step_of(key, step)
    plan = step_plan(found)
    require_mover(user, plan)
    _require_open(found.cycle)
    _require_reason(reason, "A step is reopened")
    if later := _begun_after(found):
        raise StepRefused(f"{later} has begun already", mend=f"reopen {later} first, or start an event cycle")
    act: Act = "fail" if found.state == StepState.CLOSING and _close_failed(found) else "reopen"
    moved = _move(found, act, user, expected, note=reason, round=found.round + 1, finished_at=None)
    lock_reopen(moved, by=user.username, reason=reason)
    _tell_people(moved, user)
    return moved


def step_skip(key: str, step: str, *, reason: str, user: User, expected: int | None = None) -> Step:
    """Leave out a step that may be left out.

    Raises:
        NotAllowed: It is somebody else's.
        StepRefused: It may not be left out, or no reason is given.
        StepTaken: Somebody else was faster.
    """
    found = step_of(key, step)
    require_mover(user, step_plan(found))
    _require_open(found.cycle)
    _require_reason(reason, "A step is skipped")
    moved = _move(found, "skip", user, expected, note=reason, finished_at=now())
    notices_close_on(_subject(moved), OVER)
    return moved


def task_do(key: str, step: str, task: str, *, user: User, note: str = "") -> None:
    """Mark a task as done; doing it twice changes nothing, and neither does it where the work itself ticks the task.

    Raises:
        NotAllowed: It is somebody else's.
        NotFound: The step has no such task.
        StepRefused: The step is over, or the task stands for work in the system that is not done.
    """
    found = _task_step(key, step, task, user)
    if _ticked_by_the_work(found, task):
        return
    try:
        with transaction.atomic():
            TaskDone.objects.create(step=found, task=task, at=now(), by=user.username, note=note[:500])
    except IntegrityError:
        return
    audit_record(actor=user.username, action="task.done", subject=f"{key} {step} {task}", detail={"note": note[:200]})


def task_undo(key: str, step: str, task: str, *, user: User) -> None:
    """Take back that a task is done.

    Raises:
        NotAllowed: It is somebody else's.
        NotFound: The step has no such task.
        StepRefused: The step is over, or the work itself ticks the task.
    """
    found = _task_step(key, step, task, user)
    if _ticked_by_the_work(found, task):
        raise StepRefused("This task is ticked by the work itself", mend="take the work back where it was done")
    removed, _ = TaskDone.objects.filter(step=found, task=task).delete()
    if removed:
        audit_record(actor=user.username, action="task.undone", subject=f"{key} {step} {task}")


def gate_waive(key: str, step: str, gate: str, *, reason: str, user: User) -> Waiver:
    """Let a step end although a rule does not hold.

    Raises:
        NotAllowed: The person has no authority for it.
        NotFound: The step has no such gate.
        StepRefused: The step is over, or no reason is given.
    """
    found = step_of(key, step)
    use = gate_of(found, gate)
    require_waiver(user, use)
    _require_reason(reason, "A gate is waived")
    if StepState(found.state).is_over:
        raise StepRefused(f"{step_plan(found).label} is over", mend="reopen it first")
    result = latest_results(found).get(gate) or next(
        one for one in gates_judge(key, step, by=user.username) if one.gate == gate
    )
    made = Waiver.objects.create(
        step=found, gate=gate, reason=reason.strip(), sentence=result.sentence, at=now(), by=user.username,
        role=user.role, round=found.round,
    )  # fmt: skip
    detail = {"reason": reason[:200], "found": result.sentence[:200]}
    audit_record(actor=user.username, action="gate.waive", subject=f"{key} {step} {gate}", detail=detail)
    return made


def gap_explain(key: str, step: str, gate: str, member: str, *, user: User, cause: str, action: str) -> int:
    """Explain a gap in money that a gate of a step found; answers the number of its case.

    Raises:
        NotAllowed: The role does not answer for money.
        NotFound: The gate found no such gap when it was judged last.
        KpiInvalid: Cause or action is missing.
    """
    result = latest_results(step_of(key, step)).get(gate)
    rows = [row for row in (result.rows if result else []) if row.get("explain") and row.get("subject") == member]
    if not rows:
        raise NotFound(f"{gate} found no gap of {member!r}", mend="judge the gates again")
    return case_explain(
        rows[0]["explain"], LEVEL, member, user=user, cycle=key[:7], gap=float(rows[0]["amount"] or 0.0), cause=cause,
        action=action,
    )  # fmt: skip


def waiver_take_back(key: str, step: str, gate: str, *, user: User) -> None:
    """Take a waiver back; the record keeps both.

    Raises:
        NotAllowed: The person has no authority for it.
        NotFound: The gate is not waived.
    """
    found = step_of(key, step)
    require_waiver(user, gate_of(found, gate))
    standing = Waiver.objects.filter(step=found, gate=gate, round=found.round, taken_back_at=None)
    if not standing.update(taken_back_at=now(), taken_back_by=user.username):
        raise NotFound(f"{gate} is not waived", mend="look at the gates of the step")
    audit_record(actor=user.username, action="gate.waiver_taken_back", subject=f"{key} {step} {gate}")


def _move(found: Step, act: Act, user: User, expected: int | None, **values: object) -> Step:
    """Move a step from what was seen to its next state, or tell who was faster."""
    _check_seen(found, expected)
    plan = step_plan(found)
    to = after(StepState(found.state), act, optional=plan.optional)
    with transaction.atomic():
        seen = Step.objects.filter(pk=found.pk, revision=found.revision, state=found.state)
        moved = seen.update(
            state=to.value, revision=found.revision + 1, moved_at=now(), moved_by=user.username, **values
        )  # fmt: skip
        if not moved:
            raise _taken(found)
        moment = {"start": "open", "finish": "close"}.get(act)
        if moment:
            _plan_works(found, moment, user.username)
    audit_record(actor=user.username, action=f"step.{act}", subject=f"{found.cycle.key} {found.key}",
                 detail={"note": str(values.get("note", ""))[:200]})  # fmt: skip
    return step_of(found.cycle.key, found.key)


def _plan_works(step: Step, moment: str, by: str) -> None:
    plan = step_plan(step)
    kinds = plan.work_at_open if moment == "open" else plan.work_at_close
    Work.objects.bulk_create(
        Work(cycle=step.cycle, step=step, moment=moment, round=step.round, number=n, kind=kind, by=by)
        for n, kind in enumerate(kinds, start=1)
    )


def _check_seen(found: Step, expected: int | None) -> None:
    if expected is not None and expected != found.revision:
        raise _taken(found)


def _taken(found: Step) -> StepTaken:
    actual = Step.objects.get(pk=found.pk)
    who = f"{actual.moved_by or 'Somebody'} was faster"
    return StepTaken(f"{who}: {step_plan(actual).label} is {actual.state} now", mend="look at the step, then go on")


def _require_open(cycle: Cycle) -> None:
    if cycle.state != "open":
        raise StepRefused(f"Cycle {cycle.key} is {cycle.state}", mend="open the cycle first")


def _require_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise StepRefused(f"{what} with a reason only", mend="say why in a sentence")


def _begun_after(step: Step) -> str:
    later = step.cycle.steps.filter(number__gt=step.number).exclude(state=StepState.WAITING.value).order_by("-number")
    found = later.first()
    return step_plan(found).label if found else ""


def _close_failed(step: Step) -> bool:
    return step.works.filter(moment="close", round=step.round, state="failed").exists()


def _task_step(key: str, step: str, task: str, user: User) -> Step:
    found = step_of(key, step)
    plan = step_plan(found)
    if task not in {one.key for one in plan.tasks}:
        raise NotFound(f"{plan.label} has no task {task!r}", mend="look at the tasks of the step")
    require_doer(user, plan, task)
    if StepState(found.state).is_over:
        raise StepRefused(f"{plan.label} is over", mend="reopen it first")
    return found


def _ticked_by_the_work(step: Step, task: str) -> bool:
    """Whether a task stands for work in the system, and that work is done.

    Raises:
        StepRefused: It is not done.
    """
    one = next(one for one in step_plan(step).tasks if one.key == task)
    if one.done_when is None:
        return False
    evidence = judge(one.done_when, partial(gather, ground_of(step, now().date())))
    if not evidence.met:
        where = f" on {one.page.label}" if one.page else ""
        raise StepRefused(
            f"“{one.text}” is ticked by the work itself, not by hand: {evidence.sentence}", mend=f"do it{where}"
        )
    return True


def _tell_people(step: Step, user: User) -> None:
    plan = step_plan(step)
    text = f"{plan.label} of {step.cycle.label} is open until {day_words(step.ends)}."
    names = names_in({plan.owner, *plan.participants, *(task.role for task in plan.tasks)})
    url = reverse("cycles:cycle", args=[step.cycle.key])
    once = f"{step.cycle.key} {step.key} open {step.round}"
    notify(names, text, url, "step.open", sender=user.username, subject=_subject(step), once=once)


def _subject(step: Step) -> str:
    return f"step {step.cycle.key} {step.key}"
