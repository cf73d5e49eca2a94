"""Permission: the one question whether this person may do this."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from steelyard.errors import NotAllowed
from steelyard.web.accounts.models import User
from steelyard.web.accounts.roles import ABILITIES, EDITS_AREA, Ability, Role

__all__ = ["User", "may_edit", "person", "require", "require_edit", "requires", "roles_with"]

View = Callable[..., HttpResponseBase]


def person(request: HttpRequest) -> User:
    """The signed-in person of a request.

    Raises:
        NotAllowed: Nobody is signed in.
    """
    if not isinstance(request.user, User):
        raise NotAllowed("Nobody is signed in", mend="sign in")
    return request.user


def require(user: User, ability: Ability) -> None:
    """Go on only when the person's role includes an ability.

    Raises:
        NotAllowed: It does not.
    """
    if user.may(ability):
        return
    raise NotAllowed(
        f"Your role ({user.role_label}) does not include: {ability.value.replace('_', ' ')}",
        mend=f"ask one of: {', '.join(roles_with(ability))}",
    )


def roles_with(ability: Ability) -> list[str]:
    """List the roles that include an ability, as people read them."""
    return [role.label for role in Role if ability in ABILITIES[role]]


def require_edit(user: User, area: str) -> None:
    """Go on only when the person may edit measures of an area.

    Raises:
        NotAllowed: The role does not edit that area.
    """
    require(user, EDITS_AREA.get(area, Ability.ADMINISTER))


def may_edit(user: User, area: str) -> bool:
    """Say whether the person may edit measures of an area."""
    return user.may(EDITS_AREA.get(area, Ability.ADMINISTER))


def requires(ability: Ability) -> Callable[[View], View]:
    """Guard a view by an ability."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            require(person(request), ability)
            return view(request, *args, **kwargs)

        return guarded

    return guard
