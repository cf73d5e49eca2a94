"""Scenario tasks: replay of a published plan, run by a worker."""

from django.urls import reverse
from django_tasks import task

from steelyard.web.company import workspace
from steelyard.web.jobs.work import Job, Progress, Result, work


@task()
def plan_replay(job_id: int) -> None:
    """Replay what a job names."""
    work(job_id, _replay)


def _replay(job: Job, progress: Progress) -> Result:
    progress("calculating again from extract and changes")
    report = workspace().replay(job.parameters["plan"])
    progress.say(str(report))
    return {
        "same": report.same,
        "blocks": report.blocks,
        "different": ", ".join(report.different),
        "code_same": report.code_same,
        "page": reverse("scenarios:published_plan", args=[report.id]),
    }
