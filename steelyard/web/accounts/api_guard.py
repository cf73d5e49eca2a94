"""API guard: who may call, and how the answers to a refusal look in the API's description."""

from django.http import HttpRequest
from ninja import Schema
from ninja.security import HttpBearer, SessionAuth

from steelyard.web.accounts.keys import key_owner
from steelyard.web.accounts.models import User


class SignedIn(SessionAuth):
    """A signed-in, active person; calls that change something carry the form token as well."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Find the person."""
        user = request.user
        return user if isinstance(user, User) and user.is_active else None


class PersonalKey(HttpBearer):
    """A personal key in the header `Authorization: Bearer ...`; the call is made, and seen, as its person."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Find the person."""
        user = key_owner(token)
        if user is not None:
            request.user = user
        return user


class Fault(Schema):
    """Why a call was refused."""

    detail: str


REFUSALS: dict[int, type[Schema]] = {400: Fault, 401: Fault, 403: Fault, 404: Fault, 422: Fault}
"""Refusals of a call that reads."""
