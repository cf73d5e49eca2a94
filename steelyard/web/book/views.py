"""Book pages: the list, one book as its pages, the files."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound, SteelyardError
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.book import selectors, services
from steelyard.web.book.content import Block, Chart, Page
from steelyard.web.book.faces import lost
from steelyard.web.book.pictures import picture
from steelyard.web.book.selectors import KINDS, FileKind
from steelyard.web.decisions.selectors import cycles_known, sees_whole_money
from steelyard.web.scenarios.choice import chosen_scenario

MOST_LETTERS = 40
"""Letters named that the PDF does not hold."""


def books(request: HttpRequest) -> HttpResponse:
    """List the books and offer to make one."""
    context: dict[str, object] = {
        "books": selectors.book_lines(),
        "cycles": cycles_known(),
        "asked": request.GET.get("cycle", ""),
        "whole": sees_whole_money(),
        "can_make": person(request).may(Ability.EXPORT) and sees_whole_money(),
    }
    try:
        context["scenario"] = chosen_scenario(request)
    except NotFound as fault:
        context["fault"] = str(fault)
    return render(request, "book/books.html", context)


def latest(request: HttpRequest) -> HttpResponse:
    """Answer the way to the book of a cycle, a published plan or a scenario, as a part of their pages."""
    user, asked = person(request), request.GET
    whole, cycle = sees_whole_money(), asked.get("cycle", "")[:40]
    context: dict[str, object] = {"can_make": whole and user.may(Ability.EXPORT), "cycle": cycle}
    if whole:
        context["line"] = selectors.latest_book(
            cycle=cycle, published=asked.get("plan", "")[:64], scenario=asked.get("scenario", "")[:150]
        )
    return render(request, "book/_latest.html", context)


@require_POST
@requires(Ability.EXPORT)
def make(request: HttpRequest) -> HttpResponse:
    """Make a book as a job."""
    try:
        job = services.book_start(request.POST.get("cycle", "")[:40], chosen_scenario(request), user=person(request))
    except SteelyardError as fault:
        messages.error(request, str(fault))
        return redirect("book:books")
    return redirect("jobs:job", job_id=job.pk)


def book(request: HttpRequest, number: int) -> HttpResponse:
    """Show a book page by page."""
    found = selectors.book_of(number)
    context = {
        "line": selectors.book_line(number),
        "book": found,
        "pages": [_drawn(page) for page in found.pages],
        "lost": lost(json.dumps(found.to_json(), ensure_ascii=False))[:MOST_LETTERS],
        "can_export": person(request).may(Ability.EXPORT),
        "trail": [{"label": "Books", "url": reverse("book:books")}],
    }
    return render(request, "book/book.html", context)


def _drawn(page: Page) -> dict[str, object]:
    rows = [[(block, _option(block)) for block in row.blocks] for row in page.rows]
    return {"title": page.title, "section": page.section, "rows": rows}


def _option(block: Block) -> str:
    option = picture(block) if isinstance(block, Chart) else None
    return json.dumps(option) if option else ""


@requires(Ability.EXPORT)
def file(request: HttpRequest, number: int, kind: FileKind) -> HttpResponse:
    """Answer a book as a file."""
    if kind not in KINDS:
        raise NotFound(f"A book has no {kind} file", mend=f"ask for one of {', '.join(KINDS)}")
    name, content = selectors.book_file(number, kind)
    audit_record(actor=person(request).username, action="book.export", subject=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)
