"""Data API: extracts, findings, quarantine, import."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status, UploadedFile

from steelyard.data.finding import Finding
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata import selectors, services

router = Router(tags=["data"])

Start = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]


class ExtractOut(Schema):
    """An extract."""

    digest: str
    source_system: str
    as_of: date
    actor: str
    at: datetime
    latest: bool


class DataFindingOut(Schema):
    """A finding."""

    rule: str
    table: str
    rows: int
    severity: str
    owner: str
    message: str
    mend: str
    money: float
    quantity: float
    check: str
    examples: list[str]


class FateOut(Schema):
    """A table by what became of its rows."""

    table: str
    rows: dict[str, int]
    quantity: dict[str, str]
    money: dict[str, str]
    adds_up: bool
    score: float | None


class ExtractPage(Schema):
    """An extract with its reconciliation."""

    digest: str
    company: str
    as_of: date
    base_currency: str
    score: float
    findings: int
    tables: list[FateOut]


@router.get("/", response={200: list[ExtractOut], **REFUSALS}, summary="Extracts")
def extracts(request: HttpRequest) -> list[selectors.ExtractLine]:
    """All extracts, newest first."""
    return selectors.extracts()


@router.post("/", response={202: JobOut, **REFUSALS}, summary="Import")
def upload(
    request: HttpRequest, files: File[list[UploadedFile]], mapping: File[list[UploadedFile] | None] = None
) -> Status[Job]:
    """Import files (one zip, or files of tables with a manifest) as a job."""
    return Status(202, services.extract_upload(files, user=person(request), mapping=mapping or []))


@router.get("/{digest}", response={200: ExtractPage, **REFUSALS}, summary="An extract")
def extract(request: HttpRequest, digest: str) -> dict[str, Any]:
    """One extract: score, and for each table read = accepted + quarantined + merged + filtered."""
    opened = selectors.extract(digest)
    return {
        "digest": opened.digest,
        "company": opened.company,
        "as_of": opened.as_of,
        "base_currency": opened.base_currency,
        "score": opened.score.overall,
        "findings": len(opened.findings),
        "tables": [_fate(fate) for fate in selectors.reconciliation(opened)],
    }


@router.get("/{digest}/findings", response={200: list[DataFindingOut], **REFUSALS}, summary="Findings")
def findings(request: HttpRequest, digest: str, severity: str = "", table: str = "") -> list[Finding]:
    """Findings, most money first."""
    return selectors.findings(selectors.extract(digest), severity=severity, table=table)


@router.get("/{digest}/quarantine/{table}", response={200: dict, **REFUSALS}, summary="Rows kept out")
def quarantine(request: HttpRequest, digest: str, table: str, start: Start = 0, count: Count = 100) -> dict[str, Any]:
    """Rows of a table that were kept out, with rule and reason."""
    part = selectors.quarantine(selectors.extract(digest), table, start=start, count=count)
    return {"columns": part.columns, "rows": part.rows, "total": part.total}


def _fate(fate: selectors.Fate) -> dict[str, Any]:
    return {
        "table": fate.table,
        "rows": fate.rows,
        "quantity": {name: str(value) for name, value in fate.quantity.items()},
        "money": {name: str(value) for name, value in fate.money.items()},
        "adds_up": fate.adds_up,
        "score": fate.score,
    }
