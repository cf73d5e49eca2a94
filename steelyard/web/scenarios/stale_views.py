"""Stale fragments: whether the plans that a page shows have moved since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.errors import PlanError
from steelyard.web.scenarios.stale import watched_lines


def watch(request: HttpRequest) -> HttpResponse:
    """Answer what has moved since the page was made; while nothing has, the fragment asks again."""
    token = request.GET.get("token", "")
    try:
        lines = watched_lines(token)
    except PlanError as fault:
        return HttpResponse(str(fault), status=400)
    return render(request, "scenarios/_watch.html", {"token": token, "lines": lines})
