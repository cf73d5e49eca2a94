"""Cycle tasks: work done by itself, by the worker."""

from django.urls import reverse
from django_tasks import task

from steelyard.errors import StepRefused
from steelyard.web.cycles.doing import works_do
from steelyard.web.cycles.selectors import cycle_of, step_of
from steelyard.web.jobs.work import Job, Progress, Result, work


@task()
def cycle_work(job_id: int) -> None:
    """Do the work a job names."""
    work(job_id, _do)


def _do(job: Job, progress: Progress) -> Result:
    key, step = str(job.parameters["cycle"]), str(job.parameters["step"])
    page = reverse("cycles:cycle", args=[key])
    done = works_do(
        cycle_of(key), step_of(key, step) if step else None, str(job.parameters["moment"]), by=job.author, job=job.pk,
        say=progress.say,
    )  # fmt: skip
    if not done:
        raise StepRefused("The work is not through", where=page, mend="look at its log on the cycle page")
    return {"page": page}
