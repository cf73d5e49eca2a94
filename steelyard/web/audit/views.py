"""Audit page: search the trail, and take it along."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.plan.export import write_table
from steelyard.web.audit import selectors
from steelyard.web.audit.services import audit_record

KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def trail(request: HttpRequest) -> HttpResponse:
    """Show the trail, a hundred entries a page."""
    asked = selectors.Asked.of(request.GET.dict())
    page = Paginator(selectors.entries(asked), 100).get_page(request.GET.get("page"))
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    context = {"page": page, "actions": selectors.actions(), "actors": selectors.actors(), "asked": asked}
    return render(request, "audit/trail.html", context | {"query": urlencode(kept)})


def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the part of the trail that is asked for as CSV or a workbook; the export itself stands in the trail."""
    if kind not in KINDS:
        raise Http404(f"There is no export {kind}")
    asked = selectors.Asked.of(request.GET.dict())
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"trail.{kind}"
        write_table(selectors.trail_table(asked), path, title="Trail")
        content = BytesIO(path.read_bytes())
    said = {name: str(value) for name, value in request.GET.items() if value}
    audit_record(actor=request.user.get_username(), action="trail.export", subject=kind, detail=said)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="trail.{kind}"'
    return answer
