"""Job services: ask for long work, stop it, and tidy up after a server that was killed."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django_tasks.base import Task

from steelyard.errors import NotAllowed, NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.jobs.models import Job
from steelyard.web.jobs.state import ACTIVE, State
from steelyard.web.jobs.work import Value

SILENCE = timedelta(minutes=30)
"""A running job that has not been heard of for so long was killed with its server."""


def job_start(
    task: Task[[int], None], *, kind: str, title: str, author: str, parameters: Mapping[str, Value] | None = None
) -> Job:
    """Queue long work and return at once.

    Args:
        task: A task that takes the job's number.
        kind: Noun and verb, such as `extract.import`.
        title: What people read.
        author: Who asked for it.
        parameters: Plain values the task needs.
    """
    job = Job.objects.create(
        kind=kind, title=title[:200], author=author, parameters=dict(parameters or {}), created_at=timezone.now()
    )
    task.enqueue(job.pk)
    return job


def job_cancel(job_id: int, *, user: User) -> None:
    """Ask a job to stop: its author and administrators may.

    Raises:
        NotFound: There is no such job.
        NotAllowed: It is somebody else's.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound(f"There is no job {job_id}", mend="look at the list of jobs")
    if job.author != user.username and not user.may(Ability.ADMINISTER):
        raise NotAllowed("This job is somebody else's", mend=f"ask {job.author} or an administrator")
    Job.objects.filter(pk=job_id, state__in=ACTIVE).update(cancel_asked=True)
    Job.objects.filter(pk=job_id, state=State.WAITING.value).update(
        state=State.CANCELLED.value, finished_at=timezone.now(), error="Stopped before it began."
    )
    audit_record(actor=user.username, action="job.cancel", subject=job.title, detail={"job": job_id})


def jobs_interrupted_close(*, all_running: bool = False) -> int:
    """Close jobs that a killed server left running.

    Args:
        all_running: Close every running job: right when no worker can be alive.

    Returns:
        How many were closed.
    """
    silent = Q(heartbeat_at__lt=timezone.now() - SILENCE)
    running = Job.objects.filter(state=State.RUNNING.value)
    found = running if all_running else running.filter(silent)
    return found.update(
        state=State.FAILED.value,
        finished_at=timezone.now(),
        stage="",
        error="The server stopped while this ran. Nothing was half done; start it again.",
        done=F("done"),
    )
