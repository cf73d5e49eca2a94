"""Work: the frame around a job's function: state, progress, log, cancel, errors."""

import logging
import time
from collections.abc import Callable, Mapping

from django.utils import timezone

from steelyard.errors import Cancelled, SteelyardError
from steelyard.web.audit.services import audit_record
from steelyard.web.jobs.models import Job, Line
from steelyard.web.jobs.state import State

__all__ = ["Job", "Progress", "Result", "Value", "work"]

Value = str | int | float | bool | None
Result = Mapping[str, Value]
WRITE_SECONDS = 0.3
"""Progress is written at most this often, however often it is told."""

log = logging.getLogger(__name__)


class Progress:
    """Told by long work how far it is; raises when somebody asked to stop.

    Example:
        `progress("reading sales_line", 0.4)`
    """

    def __init__(self, job_id: int) -> None:
        self._job_id, self._stage, self._written = job_id, "", 0.0

    def __call__(self, stage: str, done: float | None = None, total: float | None = None) -> None:
        """Note the stage and how much of it is done, as a share from 0 to 1 or as a part of a total.

        Raises:
            Cancelled: Somebody asked to stop.
        """
        new_stage = stage != self._stage
        if not new_stage and time.monotonic() - self._written < WRITE_SECONDS:
            return
        self._stage, self._written = stage, time.monotonic()
        self._write(stage, done / total if done is not None and total else done)
        if new_stage:
            self.say(stage)
        if Job.objects.filter(pk=self._job_id, cancel_asked=True).exists():
            raise Cancelled("Stopped on request")

    def say(self, text: str) -> None:
        """Add a line to the job's log."""
        Line.objects.create(job_id=self._job_id, at=timezone.now(), text=text[:500])

    def _write(self, stage: str, done: float | None) -> None:
        values: dict[str, object] = {"stage": stage[:200], "heartbeat_at": timezone.now()}
        if done is not None:
            values["done"] = min(max(done, 0.0), 1.0)
        Job.objects.filter(pk=self._job_id).update(**values)


def work(job_id: int, function: Callable[[Job, Progress], Result]) -> None:
    """Run a job's function and keep what came of it. Every error ends in the job, none escapes."""
    if not _claim(job_id):
        return
    job, progress = Job.objects.get(pk=job_id), Progress(job_id)
    try:
        result = function(job, progress)
    except Cancelled:
        _end(job, State.CANCELLED, error="Stopped on request.")
    except SteelyardError as error:
        _end(job, State.FAILED, error=str(error))
    except Exception:
        log.exception("Job %s failed", job_id)
        _end(job, State.FAILED, error="The server met an unexpected error; its log tells more.")
    else:
        _end(job, State.DONE, result=result)


def _claim(job_id: int) -> bool:
    waiting = Job.objects.filter(pk=job_id, state=State.WAITING.value)
    return bool(waiting.update(state=State.RUNNING.value, started_at=timezone.now(), heartbeat_at=timezone.now()))


def _end(job: Job, state: State, *, error: str = "", result: Result | None = None) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state.value,
        finished_at=timezone.now(),
        error=error,
        result=dict(result or {}),
        stage="",
        **({"done": 1.0} if state is State.DONE else {}),
        **({"page": str(result["page"])} if result and result.get("page") else {}),
    )
    told = {"job": job.pk}
    audit_record(actor=job.author, action=f"job.{state.value}", subject=job.title, detail=told, run=f"job {job.pk}")
