"""Doing: the work of a moment, piece by piece; what is done stays done, and what was cut off goes on."""

import logging
from collections.abc import Callable

from django.db.models import QuerySet

from steelyard.cycle.step import StepState
from steelyard.errors import SteelyardError
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.cycles.models import Cycle, Step, Work
from steelyard.web.cycles.works import WORKERS
from steelyard.web.cycles.works.place import Place

Say = Callable[[str], None]
UNEXPECTED = "The server met an unexpected error; its log tells more. Do the work again once it is mended, or leave it."
log = logging.getLogger(__name__)


def _silent(text: str) -> None:
    """Nobody listens."""


def works_do(
    cycle: Cycle, step: Step | None, moment: str, *, by: str, job: int | None = None, say: Say = _silent
) -> bool:
    """Do the work of a moment, piece by piece; what is done stays done, the first that fails ends it.

    Args:
        cycle: The cycle.
        step: The step; None is the cycle itself.
        moment: `open` or `close`.
        by: In whose name.
        job: The job that does it.
        say: Told what is done.

    Returns:
        Whether all of it is done.
    """
    for work in batch_of(cycle, step, moment):
        if work.state in ("done", "left"):
            continue
        if not _claim(work, job):
            say(f"{work.kind}: somebody else has it in hand")
            return False
        if not _do(work, by, say):
            _send_back(cycle, step, moment)
            return False
    works_end(cycle, step, moment)
    return True


def batch_of(cycle: Cycle, step: Step | None, moment: str) -> QuerySet[Work]:
    """The work of a moment, in order."""
    mine = Work.objects.filter(cycle=cycle, step=step, moment=moment)
    return (mine.filter(round=step.round) if step else mine).order_by("number")


def _do(work: Work, by: str, say: Say) -> bool:
    say(f"{work.kind}: begun")
    try:
        result = WORKERS[work.kind](Place(work.cycle, work.step, work, by, now()))
    except SteelyardError as fault:
        return _failed(work, str(fault), say)
    except Exception:
        log.exception("Work %s of %s failed", work.kind, work.cycle.key)
        return _failed(work, UNEXPECTED, say)
    Work.objects.filter(pk=work.pk).update(
        state="done", said=result.said, result=dict(result.facts), finished_at=now()
    )  # fmt: skip
    say(f"{work.kind}: {result.said}")
    detail = {"said": result.said[:200]}
    audit_record(actor=by, action=f"work.{work.kind}", subject=f"{work.cycle.key} {work.step.key if work.step else ''}",
                 detail=detail, run=str(result.facts.get("plan") or _job(work)))  # fmt: skip
    return True


def _job(work: Work) -> str:
    return f"job {work.job}" if work.job else ""


def _failed(work: Work, told: str, say: Say) -> bool:
    Work.objects.filter(pk=work.pk).update(state="failed", said=told, finished_at=now())
    say(f"{work.kind}: {told}")
    return False


def _claim(work: Work, job: int | None) -> bool:
    """Take a piece of work in hand, unless another has it."""
    free = Work.objects.filter(pk=work.pk, state__in=("waiting", "failed"))
    return bool(free.update(state="running", job=job, started_at=now(), tries=work.tries + 1, said=""))


def works_end(cycle: Cycle, step: Step | None, moment: str) -> None:
    """What waited for the work comes to its end."""
    if step is not None and moment == "close":
        closing = Step.objects.filter(pk=step.pk, state=StepState.CLOSING.value)
        closing.update(state=StepState.FINISHED.value, finished_at=now(), note="", revision=step.revision + 1)
    if step is None and moment == "close":
        Cycle.objects.filter(pk=cycle.pk, state="closing").update(state="closed", closed_at=now())


def _send_back(cycle: Cycle, step: Step | None, moment: str) -> None:
    """A step whose close cannot be done says so; it stays closing until its work is done again or left."""
    if step is not None and moment == "close":
        closing = Step.objects.filter(pk=step.pk, state=StepState.CLOSING.value)
        closing.update(note="Work at its close has failed; see its log.")
