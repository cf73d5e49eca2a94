"""Faults: how an error becomes a message, in one place, for pages, fragments and the API."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from steelyard.errors import (
    AlreadySigned,
    Cancelled,
    DecisionMoved,
    EntryMoved,
    NameTaken,
    NotAllowed,
    NotFound,
    ScenarioClosed,
    StaleRevision,
    SteelyardError,
    StepTaken,
)

STATUS: tuple[tuple[type[SteelyardError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (StaleRevision, 409),
    (NameTaken, 409),
    (AlreadySigned, 409),
    (StepTaken, 409),
    (DecisionMoved, 409),
    (EntryMoved, 409),
    (ScenarioClosed, 409),
    (Cancelled, 409),
    (SteelyardError, 422),
)
TITLES = {
    400: "That request was not understood",
    403: "Not for your role",
    404: "Nothing here",
    409: "Somebody was faster",
    422: "That cannot be done as asked",
    500: "Something broke on our side",
}


TOO_LARGE = "There is nothing with so large a number."
"""Said where an address names a number that the database cannot hold."""


def status_of(error: SteelyardError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


class FaultsAsMessages:
    """Turns errors of the trade into messages.

    A failed form goes back to its page with a message; a page that cannot be shown says why.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer errors of the trade, and numbers that no record can have; leave others to Django."""
        if isinstance(error, OverflowError):
            return fault_page(request, 404, TOO_LARGE)
        if not isinstance(error, SteelyardError):
            return None
        if request.method == "POST" and (back := _page_before(request)):
            messages.error(request, str(error))
            return redirect(back)
        return fault_page(request, status_of(error), str(error))


def fault_page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    """Show an error page."""
    title = TITLES.get(status, TITLES[500])
    return render(request, "project/fault.html", {"title": title, "text": text, "status": status}, status=status)


def _page_before(request: HttpRequest) -> str:
    back = request.META.get("HTTP_REFERER", "")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return back if known and not getattr(request, "htmx", False) else ""
