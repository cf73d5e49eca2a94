"""Account services: sign-in with lockout, and the people of the demo."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from steelyard.errors import NameTaken, NotAllowed, SteelyardError
from steelyard.web.accounts.models import FailedSignIn, OwnSlice, User
from steelyard.web.accounts.pace import keep_pace
from steelyard.web.accounts.roles import Role
from steelyard.web.audit.services import audit_record

DEMO_PASSWORD = "steelyard-demo"
DEMO_PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    ("dana", "Dana", "Kowalski", Role.DEMAND_PLANNER),
    ("sam", "Sam", "Okafor", Role.SALES),
    ("petra", "Petra", "Lindqvist", Role.PRODUCT_MANAGER),
    ("luis", "Luis", "Ferreira", Role.SUPPLY_PLANNER),
    ("fiona", "Fiona", "Brandt", Role.FINANCE),
    ("ines", "Ines", "Moreau", Role.SOP_LEAD),
    ("edgar", "Edgar", "Whitfield", Role.EXECUTIVE),
    ("admin", "Ada", "Minh", Role.ADMINISTRATOR),
)


def sign_in_check(request: HttpRequest, *, username: str, password: str) -> User:
    """Check a name and password, and count failures.

    Raises:
        NotAllowed: Wrong, inactive or locked out. The message is the same for unknown names.
    """
    address = address_of(request)
    pace_kept(request)
    if _locked_out(username, address):
        audit_record(actor=username, action="account.locked_out", address=address)
        raise NotAllowed(
            "Too many failed sign-ins", mend=f"wait {settings.SIGN_IN_LOCKOUT_MINUTES} minutes, or ask an administrator"
        )
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        FailedSignIn.objects.create(at=timezone.now(), username=username[:150], address=address)
        audit_record(actor=username, action="account.sign_in_failed", address=address)
        raise NotAllowed("Name or password is wrong")
    FailedSignIn.objects.filter(username=username).delete()
    audit_record(actor=user.username, action="account.sign_in", address=address)
    return user


def address_of(request: HttpRequest) -> str | None:
    """The network address a request came from; behind a proxy the one that the proxy saw."""
    through = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    found = through.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def pace_kept(request: HttpRequest) -> None:
    """Go on only when the request's address does not try to sign in too often.

    Raises:
        NotAllowed: It does.
    """
    keep_pace(address_of(request), most=settings.SIGN_INS_PER_MINUTE)


def _locked_out(username: str, address: str | None) -> bool:
    since = timezone.now() - timedelta(minutes=settings.SIGN_IN_LOCKOUT_MINUTES)
    recent = FailedSignIn.objects.filter(at__gte=since)
    by_address = Q(address=address) if address else Q(pk=None)
    return (
        recent.filter(by_address, username=username[:150]).count() >= settings.SIGN_IN_ATTEMPTS
        or recent.filter(username=username[:150]).count() >= 4 * settings.SIGN_IN_ATTEMPTS
        or recent.filter(by_address).count() >= settings.SIGN_IN_ATTEMPTS_PER_ADDRESS
    )


@transaction.atomic
def user_create(
    *, username: str, password: str, role: Role, first_name: str = "", last_name: str = "", email: str = ""
) -> User:
    """Create a person with a role; administrators may use the administration pages.

    Raises:
        ValidationError: The password is too weak.
    """
    user = User(username=username, first_name=first_name, last_name=last_name, email=email, role=role.value)
    validate_password(password, user)
    user.is_staff = user.is_superuser = role is Role.ADMINISTRATOR
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def person_add(*, username: str, password: str, role: Role, full_name: str = "", actor: str) -> User:
    """Add a person to the company, and note in the trail who did.

    Args:
        username: The name to sign in with.
        password: At least twelve characters.
        role: What the person is in the process.
        full_name: First name and last name; the last word is the last name.
        actor: Who adds them.

    Raises:
        NameTaken: There is somebody of this name, in whatever capitals.
        SteelyardError: The name or the password is not fit.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken("There is a person of this name already", where=username, mend="choose another name to sign in")
    first_name, _, last_name = full_name.strip().rpartition(" ")
    try:
        User.username_validator(username)
        made = user_create(username=username, password=password, role=role, first_name=first_name, last_name=last_name)
    except ValidationError as fault:
        said = " ".join(fault.messages)
        raise SteelyardError("The person cannot be added", where=username, mend=f"choose anew: {said}") from fault
    audit_record(actor=actor, action="account.create", subject=username, detail={"role": role.value})
    return made


def own_scope_set(user: User, scope: Mapping[str, Sequence[str]]) -> None:
    """Let a person name the part of the company that pages open on; an empty scope is everything."""
    spelled = {level: sorted(members) for level, members in scope.items()}
    OwnSlice.objects.update_or_create(user=user, defaults={"scope": spelled})
    told: dict[str, str | int | float | None] = {level: ", ".join(members)[:200] for level, members in spelled.items()}
    audit_record(actor=user.username, action="account.own_slice", subject=user.username, detail=told)


def demo_users_create(password: str = DEMO_PASSWORD) -> list[User]:
    """Create one person for each role, for the demo; those who exist stay as they are."""
    return [_demo_user(*one, password) for one in DEMO_PEOPLE]


def _demo_user(username: str, first_name: str, last_name: str, role: Role, password: str) -> User:
    found = User.objects.filter(username=username).first()
    if found:
        return found
    return user_create(username=username, password=password, role=role, first_name=first_name, last_name=last_name)
