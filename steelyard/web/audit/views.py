"""Audit page: search the trail."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.web.audit import selectors


def trail(request: HttpRequest) -> HttpResponse:
    """Show the trail, a hundred entries a page."""
    asked = {name: request.GET.get(name, "") for name in ("text", "actor", "action")}
    page = Paginator(selectors.entries(**asked), 100).get_page(request.GET.get("page"))
    return render(request, "audit/trail.html", {"page": page, "actions": selectors.actions(), **asked})
