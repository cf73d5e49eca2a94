"""Session: ends when nobody has used it for a while, and some hours after the sign-in whatever happens."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

BEGAN, USED = "session_began", "session_used"
MARKED_EVERY = 60
"""Seconds between two notes that a session was used, to spare the database."""


class SessionEnds:
    """Ends sessions that are idle or old; what a page asks by itself does not count as use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the clock, pass on, and note when a sign-in began a session."""
        if request.user.is_authenticated:
            _look(request, timezone.now().timestamp())
        answer = self._get_response(request)
        if SESSION_KEY in request.session and BEGAN not in request.session:
            request.session[BEGAN] = request.session[USED] = timezone.now().timestamp()
        return answer


def _look(request: HttpRequest, now: float) -> None:
    began, used = (float(request.session.get(name, now)) for name in (BEGAN, USED))
    if now - used > settings.SESSION_IDLE_MINUTES * 60 or now - began > settings.SESSION_HOURS * 3600:
        logout(request)
    elif now - used > MARKED_EVERY and not _by_itself(request):
        request.session[USED] = now


def _by_itself(request: HttpRequest) -> bool:
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
