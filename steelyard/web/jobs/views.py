"""Job pages: list, one job, its moving part, stop."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseStopPolling

from steelyard.web.accounts.permissions import person
from steelyard.web.jobs import selectors, services


def job_list(request: HttpRequest) -> HttpResponse:
    """List jobs, fifty a page."""
    page = Paginator(selectors.jobs(), 50).get_page(request.GET.get("page"))
    return render(request, "jobs/jobs.html", {"page": page})


def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show one job; it renews itself while it runs."""
    return render(request, "jobs/job.html", {"job": selectors.job(job_id)})


def job_part(request: HttpRequest, job_id: int) -> HttpResponse:
    """Answer the moving part; 286 ends the polling once the job has ended."""
    job = selectors.job(job_id)
    answer = render(request, "jobs/_job.html", {"job": job})
    if not job.is_active:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
def job_stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop."""
    services.job_cancel(job_id, user=person(request))
    return redirect("jobs:job", job_id=job_id)
