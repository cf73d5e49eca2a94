"""Every request: a signed-in person unless a page says otherwise, and that person's sight."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from steelyard.web.accounts.models import User
from steelyard.web.accounts.sight import viewed_by


class Viewing:
    """Serves each request with the sight of its person: plans and extracts are handed out as they may see them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, seen with the person's eyes."""
        with viewed_by(lambda: _person(request)):
            return self._get_response(request)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_active else None


class SignInRequired(LoginRequiredMiddleware):
    """Sends strangers to the sign-in page; the API answers them 401 by itself."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let API calls through to their own check, all others to Django's."""
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
