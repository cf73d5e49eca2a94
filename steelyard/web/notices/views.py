"""Notice pages: the list, and what a person does about a notice."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from steelyard.web.accounts.permissions import person
from steelyard.web.notices import selectors, services

PAGE = 30


def notice_list(request: HttpRequest) -> HttpResponse:
    """List what the person was told, newest first."""
    user = person(request)
    shown = request.GET.get("shown", "open")
    kind = request.GET.get("kind", "")
    page = Paginator(selectors.notices_of(user, shown=shown, kind=kind), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "shown": shown, "kind": kind, "kinds": selectors.kinds_of(user),
        "unread": selectors.unread_count(user), "rail": "notices",
    }  # fmt: skip
    return render(request, "notices/notices.html", context)


def notice_follow(request: HttpRequest, number: int) -> HttpResponse:
    """Go where a notice leads."""
    found = selectors.notice_of(person(request), number)
    known = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if found.url and known else "notices:notices")


@require_POST
def acknowledge(request: HttpRequest, number: int) -> HttpResponse:
    """Say that it was seen."""
    services.notice_acknowledge(number, user=person(request))
    return _back(request)


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer it."""
    services.notice_answer(number, request.POST.get("answer", ""), user=person(request))
    return _back(request)


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Put it away."""
    services.notice_close(number, user=person(request))
    return _back(request)


@require_POST
def acknowledge_all(request: HttpRequest) -> HttpResponse:
    """Say that everything was seen."""
    services.notices_acknowledge_all(user=person(request))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    before = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(before)
    return redirect("notices:notices")
