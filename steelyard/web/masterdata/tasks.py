"""Master data tasks: the import, run by a worker."""

import shutil
from pathlib import Path

from django.urls import reverse
from django_tasks import task

from steelyard.web.company import now, workspace
from steelyard.web.jobs.work import Job, Progress, Result, work


@task()
def extract_import(job_id: int) -> None:
    """Import what a job names."""
    work(job_id, _import)


def _import(job: Job, progress: Progress) -> Result:
    temporary = job.parameters.get("temporary")
    if job.parameters.get("left_out"):
        progress.say(f"Left out, as they are no tables: {job.parameters['left_out']}")
    try:
        extract = workspace().import_extract(
            Path(job.parameters["source"]),
            mapping=job.parameters.get("mapping"),
            at=now(),
            actor=job.author,
            progress=progress,
        )
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    progress.say(f"{sum(frame.height for frame in extract.tables.values()):,} rows, {len(extract.findings)} findings")
    return {"digest": extract.digest, "page": reverse("masterdata:extract", args=[extract.digest])}
