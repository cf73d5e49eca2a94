"""Data pages: extracts, one extract with its findings, quarantine and lineage, upload."""

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from steelyard.data.extract import Extract
from steelyard.data.finding import SEVERITIES
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata import selectors, services
from steelyard.web.masterdata.forms import UploadForm

PARTS = (
    ("findings", "Findings"),
    ("reconciliation", "Reconciliation"),
    ("quarantine", "Quarantine"),
    ("assumptions", "Assumptions"),
    ("lineage", "Lineage"),
)
ASSUMPTION_HEADS = {"scope": "What", "rows": "Rows", "author": "By", "valid_from": "From", "valid_to": "To"}
"""Heads of the table of assumptions where the column's name in words does not say enough."""


def extract_list(request: HttpRequest) -> HttpResponse:
    """List extracts; the latest with its headline."""
    lines = selectors.extracts()
    latest = selectors.extract(lines[0].digest) if lines else None
    can_import = person(request).may(Ability.IMPORT)
    found = {"extracts": lines, "latest": latest, "can_import": can_import, "form": UploadForm()}
    return render(request, "masterdata/extracts.html", found)


@requires(Ability.IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Take an upload and go to its job."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = services.extract_upload(form.sent(), user=person(request), mapping=form.cleaned_data["mapping"])
        return redirect("jobs:job", job_id=job.pk)
    return render(request, "masterdata/upload.html", {"form": form, "trail": _trail()})


def extract_page(request: HttpRequest, digest: str, part: str = "findings") -> HttpResponse:
    """Show one part of an extract."""
    opened = selectors.extract(digest)
    context = {
        "extract": opened,
        "part": part,
        "parts": PARTS,
        "trail": _trail(),
        "fates": selectors.reconciliation(opened),
    }
    return render(request, f"masterdata/{part}.html", context | _PART[part](request, opened))


def quarantine_file(request: HttpRequest, digest: str, table: str) -> StreamingHttpResponse:
    """Send the rows of a table that were kept out, as CSV to be mended."""
    opened = selectors.extract(digest)
    selectors.quarantine(opened, table)
    answer = StreamingHttpResponse(
        selectors.csv_lines(opened.quarantine[table]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="quarantine-{table}.csv"'
    return answer


def _findings(request: HttpRequest, opened: Extract) -> dict[str, object]:
    severity, table = request.GET.get("severity", ""), request.GET.get("table", "")
    found = selectors.findings(opened, severity=severity, table=table)
    tables = sorted({finding.table for finding in opened.findings})
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return {"page": page, "severity": severity, "table": table, "tables": tables, "severities": SEVERITIES}


def _quarantine(request: HttpRequest, opened: Extract) -> dict[str, object]:
    tables = [(name, frame.height) for name, frame in sorted(opened.quarantine.items())]
    table = request.GET.get("table") or (tables[0][0] if tables else "")
    if not table:
        return {"tables": tables, "table": ""}
    pages = Paginator(
        range(opened.quarantine[table].height if table in opened.quarantine else 0), selectors.QUARANTINE_PAGE
    )
    page = pages.get_page(request.GET.get("page"))
    rows = selectors.quarantine(opened, table, start=max(page.start_index() - 1, 0))
    return {"tables": tables, "table": table, "page": page, "rows": rows}


def _assumptions(request: HttpRequest, opened: Extract) -> dict[str, object]:
    frame = selectors.assumptions(opened)
    told = [name for name in frame.columns if not name.startswith("_") and _says_something(frame[name])]
    page = Paginator(frame.select(told).rows(), 100).get_page(request.GET.get("page"))
    return {"columns": [ASSUMPTION_HEADS.get(name, name.replace("_", " ").capitalize()) for name in told], "page": page}


def _says_something(column: pl.Series) -> bool:
    return any(cell not in (None, "") for cell in column.to_list())


def _reconciliation(request: HttpRequest, opened: Extract) -> dict[str, object]:
    return {}


def _lineage(request: HttpRequest, opened: Extract) -> dict[str, object]:
    return {"lineage": selectors.lineage(opened)}


_PART = {
    "findings": _findings,
    "reconciliation": _reconciliation,
    "quarantine": _quarantine,
    "assumptions": _assumptions,
    "lineage": _lineage,
}


def _trail() -> list[dict[str, str]]:
    return [{"label": "Data", "url": reverse("masterdata:extracts")}]
