"""Finance review tasks: loading a budget, run by a worker."""

import shutil
from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse
from django_tasks import task

from steelyard.plan.money.budget_load import load_budget
from steelyard.web.company import now, workspace
from steelyard.web.jobs.work import Job, Progress, Result, work


@task()
def budget_import(job_id: int) -> None:
    """Load what a job names."""
    work(job_id, _load)


def _load(job: Job, progress: Progress) -> Result:
    given = job.parameters
    try:
        done = load_budget(
            workspace(), workspace().scenario(str(given["scenario"])), Path(str(given["file"])), str(given["into"]),
            actor=job.author, at=now(), version=str(given["version"]), note=str(given["note"]), progress=progress,
        )  # fmt: skip
    finally:
        shutil.rmtree(str(given["temporary"]), ignore_errors=True)
    progress.say(f"{done.rows:,} rows loaded, {done.replaced:,} replaced")
    for reason in done.refused[:20]:
        progress.say(f"Left out: {reason}")
    if done.state is not None:
        state = done.state
        progress.say(
            f"{state.loaded:,.0f} loaded, {state.spread:,.0f} spread down to the series, {state.lost:,.0f} lost"
        )
        if state.missing:
            progress.say(f"Says nothing about {len(state.missing)} planned periods, from {state.missing[0]}")
    kept = sum(line.fate in ("applies", "partly", "switched off") for line in done.lines)
    progress.say(f"{kept} of {len(done.lines)} changes came along")
    page = f"{reverse('finance_review:start')}?{urlencode({'scenario': done.scenario.name})}#budget"
    return {"scenario": done.scenario.name, "extract": done.extract.digest, "page": page}
