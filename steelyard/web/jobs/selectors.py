"""Job selectors: read jobs."""

from django.db.models import QuerySet

from steelyard.errors import NotFound
from steelyard.web.jobs.models import Job
from steelyard.web.jobs.state import ACTIVE


def jobs() -> QuerySet[Job]:
    """List all jobs, newest first."""
    return Job.objects.all()


def jobs_running() -> int:
    """Count the jobs that wait or run."""
    return Job.objects.filter(state__in=ACTIVE).count()


def job(job_id: int) -> Job:
    """Find a job with its log.

    Raises:
        NotFound: There is no such job.
    """
    found = Job.objects.filter(pk=job_id).prefetch_related("lines").first()
    if found is None:
        raise NotFound(f"There is no job {job_id}", mend="look at the list of jobs")
    return found


def latest_by(kind: str, parameter: str) -> dict[str, Job]:
    """The latest job of a kind for each value of one of its parameters."""
    return {str(found.parameters.get(parameter)): found for found in Job.objects.filter(kind=kind).order_by("id")}
