"""Work services: begin, do, take up again and leave the work that steps and cycles do by themselves.

A batch is the work of one moment of a step or a cycle. It is written down in the same transaction in which the step
moves, each piece is done once, and what a killed server left is taken up where it was cut off.
"""

from collections.abc import Iterable

from steelyard.cycle.step import StepState
from steelyard.errors import NotFound, StepRefused
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.cycles.authority import require_lead, require_mover
from steelyard.web.cycles.doing import batch_of, works_do, works_end
from steelyard.web.cycles.models import Cycle, Step, Work
from steelyard.web.cycles.plans import step_plan
from steelyard.web.cycles.tasks import cycle_work
from steelyard.web.cycles.works.locking import slices_reopen
from steelyard.web.jobs.selectors import jobs
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.state import ACTIVE
from steelyard.web.jobs.work import Job

KIND = "cycle.work"
OPEN = ("waiting", "running")


def works_begin(cycle: Cycle, step: Step | None, moment: str, *, by: str) -> Job | None:
    """Hand the work of a moment to the worker; without any, what waits for it ends at once."""
    if not batch_of(cycle, step, moment).filter(state__in=OPEN).exists():
        works_end(cycle, step, moment)
        return None
    where = f"{cycle.label}, {step_plan(step).label}" if step else cycle.label
    return job_start(
        cycle_work, kind=KIND, title=f"Work done by itself: {where}, at {moment}", author=by,
        parameters={"cycle": cycle.key, "step": step.key if step else "", "moment": moment},
    )  # fmt: skip


def works_resume() -> int:
    """Take up what a killed server left; answers how many batches.

    NOTE: called when the server starts, after jobs that were interrupted have been closed.
    """
    active = set(jobs().filter(kind=KIND, state__in=ACTIVE).values_list("pk", flat=True))
    Work.objects.filter(state="running").exclude(job__in=active).update(state="waiting", job=None)
    batches = [(w.cycle, w.step, w.moment, w.by) for w in Work.objects.filter(state="waiting").order_by("pk")]
    batches += [(step.cycle, step, "close", step.moved_by) for step in _closing_steps()]
    batches += [(cycle, None, "close", cycle.closed_by) for cycle in Cycle.objects.filter(state="closing")]
    known = {tuple(job.parameters.get(k) for k in ("cycle", "step", "moment")) for job in jobs().filter(pk__in=active)}
    todo = {(c.key, s.key if s else "", m): (c, s, m, by) for c, s, m, by in batches}
    for key, (cycle, step, moment, by) in todo.items():
        if key not in known and not _failed(cycle, step, moment):
            works_begin(cycle, step, moment, by=by)
    return len(set(todo) - known)


def works_finish(key: str) -> bool:
    """Do what is left of a cycle's work here and now, without a worker; answers whether all of it is through.

    NOTE: for the command line; a worker that runs beside finds each piece in hand or done.
    """
    open_ = Work.objects.filter(cycle__key=key, state="waiting").select_related("cycle", "step").order_by("pk")
    batches = {(w.step_id, w.moment): (w.cycle, w.step, w.moment, w.by) for w in open_}
    through = [works_do(cycle, step, moment, by=by) for cycle, step, moment, by in batches.values()]
    return all(through)


def work_again(number: int, *, user: User) -> Work:
    """Do a piece of work again that has failed, or that was done before the world moved on.

    Raises:
        NotAllowed: The step is somebody else's.
        NotFound: There is no such work.
        StepRefused: It is under way, or its step is over.
    """
    found = _mine(number, user)
    if not Work.objects.filter(pk=found.pk).exclude(state__in=OPEN).update(state="waiting", job=None, plan={}):
        raise StepRefused("This work is under way", mend="wait until it is through")
    audit_record(actor=user.username, action="work.again", subject=f"{found.cycle.key} {found.kind}")
    works_begin(found.cycle, found.step, found.moment, by=user.username)
    return Work.objects.get(pk=number)


def work_leave(number: int, *, reason: str, user: User) -> Work:
    """Leave a piece of work that cannot be done, so that the rest goes on.

    Raises:
        NotAllowed: The step is somebody else's.
        NotFound: There is no such work.
        StepRefused: It has not failed, or no reason is given.
    """
    found = _mine(number, user)
    if not reason.strip():
        raise StepRefused("Work is left with a reason only", mend="say why in a sentence")
    said = f"{found.said} Left by {user.username}: {reason.strip()}"
    if not Work.objects.filter(pk=found.pk, state="failed").update(state="left", said=said[:2000]):
        raise StepRefused("This work has not failed", mend="leave only what has")
    audit_record(actor=user.username, action="work.leave", subject=f"{found.cycle.key} {found.kind}",
                 detail={"reason": reason[:200]})  # fmt: skip
    works_begin(found.cycle, found.step, found.moment, by=user.username)
    return Work.objects.get(pk=number)


def lock_reopen(step: Step, *, by: str, reason: str) -> None:
    """Open the slices that the close of a step has locked."""
    if "lock" in step_plan(step).work_at_close:
        slices_reopen(workspace().scenario(step.cycle.scenario), actor=by, at=now(), note=reason)


def _closing_steps() -> Iterable[Step]:
    return Step.objects.filter(state=StepState.CLOSING.value).select_related("cycle")


def _failed(cycle: Cycle, step: Step | None, moment: str) -> bool:
    return batch_of(cycle, step, moment).filter(state="failed").exists()


def _mine(number: int, user: User) -> Work:
    found = Work.objects.filter(pk=number).select_related("cycle", "step").first()
    if found is None:
        raise NotFound(f"There is no work {number}", mend="look at the log of the cycle")
    if found.step is None:
        require_lead(user)
    else:
        require_mover(user, step_plan(found.step))
        if StepState(found.step.state).is_over or found.round != found.step.round:
            raise StepRefused(f"{step_plan(found.step).label} is over", mend="reopen it first")
    return found
