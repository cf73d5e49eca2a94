"""People services: what an administrator does with people, their parts of the company and the money of roles."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from steelyard.errors import NotAllowed, NotFound, SteelyardError
from steelyard.plan.sight import part_of
from steelyard.web.accounts.models import MoneyOfRole, SeenSlice, User
from steelyard.web.accounts.permissions import require
from steelyard.web.accounts.roles import Ability, Money, Role
from steelyard.web.accounts.selectors import find_person
from steelyard.web.accounts.sight import money_of
from steelyard.web.audit.services import audit_record

MOST_PARTS = 20
"""Parts one person may have."""


@transaction.atomic
def person_change(
    username: str, *, by: User, role: Role, first_name: str, last_name: str, email: str, active: bool
) -> User:
    """Change what a person is: name, address, role, whether they may sign in.

    Raises:
        NotAllowed: `by` is no administrator, or the company would be left without one.
        NotFound: There is no such person.
    """
    require(by, Ability.ADMINISTER)
    user = find_person(username)
    before = _told(user)
    _keep_an_administrator(user, role, active)
    user.first_name, user.last_name, user.email = first_name[:150], last_name[:150], email[:254]
    user.role, user.is_active = role.value, active
    user.is_staff = user.is_superuser = role is Role.ADMINISTRATOR
    user.save()
    audit_record(actor=by.username, action="account.change", subject=username, before=before, after=_told(user))
    return user


@transaction.atomic
def password_reset(username: str, password: str, *, by: User) -> None:
    """Give a person a new password; sessions of the old one end, and personal keys count no more.

    Raises:
        NotAllowed: `by` is no administrator.
        NotFound: There is no such person.
        SteelyardError: The password is too weak.
    """
    require(by, Ability.ADMINISTER)
    user = find_person(username)
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise SteelyardError("The password is not fit", mend=f"choose another: {' '.join(fault.messages)}") from fault
    user.set_password(password)
    user.save(update_fields=["password"])
    user.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    audit_record(actor=by.username, action="account.password_reset", subject=username)


@transaction.atomic
def part_give(username: str, scope: Mapping[str, Sequence[str]], *, by: User) -> SeenSlice:
    """Let a person see a part of the company; who has parts sees nothing else.

    Raises:
        NotAllowed: `by` is no administrator.
        NotFound: There is no such person.
        SteelyardError: The part names nothing, or the person has too many.
    """
    require(by, Ability.ADMINISTER)
    user = find_person(username)
    spelled = {level: list(members) for level, members in part_of(scope) if members}
    if not spelled:
        raise SteelyardError("The part names nothing", mend="choose a level, and name at least one member of it")
    if user.seen_slices.count() >= MOST_PARTS:
        raise SteelyardError(f"{username} has {MOST_PARTS} parts already", mend="take one away first")
    before = _parts(user)
    made = SeenSlice.objects.create(user=user, scope=spelled)
    audit_record(actor=by.username, action="account.part_give", subject=username, before=before, after=_parts(user))
    return made


@transaction.atomic
def part_take(username: str, number: int, *, by: User) -> None:
    """Take a part away; who has none left sees the whole company.

    Raises:
        NotAllowed: `by` is no administrator.
        NotFound: There is no such person or part.
    """
    require(by, Ability.ADMINISTER)
    user = find_person(username)
    before = _parts(user)
    gone, _ = SeenSlice.objects.filter(user=user, pk=number).delete()
    if not gone:
        raise NotFound(f"{username} has no such part", mend="reload the page")
    audit_record(actor=by.username, action="account.part_take", subject=username, before=before, after=_parts(user))


@transaction.atomic
def money_set(role: Role, money: Money, *, by: User) -> None:
    """Say how much of the money a role sees.

    Raises:
        NotAllowed: `by` is no administrator.
    """
    require(by, Ability.ADMINISTER)
    before = money_of(role)
    MoneyOfRole.objects.update_or_create(role=role.value, defaults={"money": money.value})
    if before is not money:
        told = {"before": {"money": before.value}, "after": {"money": money.value}}
        audit_record(actor=by.username, action="role.money", subject=role.value, **told)  # type: ignore[arg-type]


def _keep_an_administrator(user: User, role: Role, active: bool) -> None:
    if user.may(Ability.ADMINISTER) and not (active and role is Role.ADMINISTRATOR):
        others = User.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).exclude(pk=user.pk)
        if not others.exists():
            raise NotAllowed("The company would be left without an administrator", mend="name another one first")


def _told(user: User) -> dict[str, str | int | float | bool | None]:
    return {
        "role": user.role, "first_name": user.first_name, "last_name": user.last_name, "email": user.email,
        "active": user.is_active,
    }  # fmt: skip


def _parts(user: User) -> dict[str, str | int | float | bool | None]:
    parts = SeenSlice.objects.filter(user=user).order_by("pk")
    words = ["; ".join(f"{level} {', '.join(m)}" for level, m in one.scope.items()) for one in parts]
    return {"sees": " | ".join(words) or "everything"}
