"""Job API."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.jobs import selectors, services
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.jobs.models import Job

router = Router(tags=["jobs"])


@router.get("/", response={200: list[JobOut], **REFUSALS}, summary="Jobs")
def jobs(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[Job]:
    """Jobs, newest first."""
    return list(selectors.jobs()[:limit])


@router.get("/{job_id}", response={200: JobOut, **REFUSALS}, summary="A job")
def job(request: HttpRequest, job_id: int) -> Job:
    """One job with its progress."""
    return selectors.job(job_id)


@router.post("/{job_id}/cancel", response={200: JobOut, **REFUSALS}, summary="Stop a job")
def cancel(request: HttpRequest, job_id: int) -> Job:
    """Ask a job to stop."""
    services.job_cancel(job_id, user=person(request))
    return selectors.job(job_id)
