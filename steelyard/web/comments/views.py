"""Comment pages: the threads of a subject as a part of any page, and where one was called."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import CommentInvalid
from steelyard.web.accounts.permissions import person
from steelyard.web.comments import selectors, services


def part(request: HttpRequest) -> HttpResponse:
    """The threads of a subject; who was called there has read it."""
    subject = request.GET.get("subject", "")
    answer = _threads(request, subject, request.GET.get("title", ""), request.GET.get("url", ""))
    services.mentions_read(subject, user=person(request))
    return answer


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Begin a thread, or answer in one, and show the threads again."""
    given, user, fault = request.POST, person(request), ""
    try:
        if number := _number(given.get("thread")):
            services.comment_answer(number, given.get("text", ""), user=user)
        else:
            services.thread_open(
                given.get("subject", ""), given.get("text", ""), user=user, title=given.get("title", ""),
                url=given.get("url", ""),
            )  # fmt: skip
    except CommentInvalid as error:
        fault = str(error)
    return _again(request, fault)


@require_POST
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Write one's own comment anew."""
    fault = ""
    try:
        services.comment_edit(number, request.POST.get("text", ""), user=person(request))
    except CommentInvalid as error:
        fault = str(error)
    return _again(request, fault)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own comment back."""
    services.comment_withdraw(number, user=person(request))
    return _again(request)


@require_POST
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """Call a thread resolved, or open again."""
    services.thread_resolve(number, user=person(request), resolved=request.POST.get("resolved", "1") == "1")
    return _again(request)


def thread(request: HttpRequest, number: int) -> HttpResponse:
    """Go to the page on which a thread stands, or show its subject alone."""
    url = selectors.address_of(number)
    if url:
        return redirect(url)
    return render(request, "comments/alone.html", {"thread": selectors.thread_view(number)})


def mine(request: HttpRequest) -> HttpResponse:
    """Where the person was called, and what is being talked about."""
    user = person(request)
    called = Paginator(selectors.mentions_of(user), selectors.THREADS_A_PAGE)
    context = {
        "mentions": called.get_page(request.GET.get("called")),
        "threads": selectors.open_threads(_number(request.GET.get("page")) or 1),
    }
    return render(request, "comments/mine.html", context)


def _again(request: HttpRequest, fault: str = "") -> HttpResponse:
    given = request.POST
    return _threads(request, given.get("subject", ""), given.get("title", ""), given.get("url", ""), fault)


def _threads(request: HttpRequest, subject: str, title: str, url: str, fault: str = "") -> HttpResponse:
    page = selectors.threads_page(subject[: services.LONGEST_SUBJECT], _number(request.GET.get("page")) or 1)
    context = {
        "page": page,
        "subject": subject,
        "title": title,
        "url": url,
        "open": [one for one in page.threads if one.resolved_at is None],
        "resolved": [one for one in page.threads if one.resolved_at is not None],
        "me": person(request).username,
        "fault": fault,
        "written": request.POST.get("text", "") if fault else "",
    }
    return render(request, "comments/_threads.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0
