"""Single sign-on services: the person whom a provider vouches for."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from steelyard.errors import NotAllowed
from steelyard.web.accounts.models import User
from steelyard.web.accounts.oidc import Claims, Provider
from steelyard.web.accounts.roles import Role
from steelyard.web.audit.services import audit_record


def provider_of_company() -> Provider | None:
    """The provider that the environment names, if it names one."""
    found = settings.SINGLE_SIGN_ON
    return found if isinstance(found, Provider) else None


@transaction.atomic
def person_vouched_for(provider: Provider, claims: Claims, *, address: str | None = None) -> User:
    """Find the person, or add them where new people are let in; their role follows the provider where it names one.

    Raises:
        NotAllowed: The person is unknown, has no role here, or may not sign in any more.
    """
    key = f"{provider.issuer}#{claims['sub']}"[:300]
    role = role_of(provider, claims)
    user = User.objects.filter(single_sign_on=key).first() or _linked(provider, claims, key)
    user = user or _added(provider, claims, key, role)
    if not user.is_active:
        raise NotAllowed("You may not sign in any more", where=user.username, mend="ask an administrator")
    if provider.role_claim and role is None:
        raise NotAllowed("The provider gives you no role any more", where=user.username, mend="ask an administrator")
    if provider.role_claim and role is not None and role.value != user.role:
        _set_role(user, role)
    audit_record(actor=user.username, action="account.sign_in", detail={"by": "single sign-on"}, address=address)
    return user


def role_of(provider: Provider, claims: Claims) -> Role | None:
    """The role that the provider names, else the usual one, else none."""
    said = claims.get(provider.role_claim) if provider.role_claim else None
    values = set(map(str, said)) if isinstance(said, list) else {str(said)} if said is not None else set()
    named = next((role for value, role in provider.roles if value in values), provider.default_role)
    return Role(named) if named else None


def _name_of(provider: Provider, claims: Claims) -> str:
    name = str(claims.get(provider.name_claim) or "").strip()
    if not name or len(name) > 150:
        raise NotAllowed(f"The provider does not say a name ({provider.name_claim})", mend="ask an administrator")
    try:
        User.username_validator(name)
    except ValidationError as fault:
        raise NotAllowed("The name that the provider says is not fit", where=name, mend="use another claim") from fault
    return name


def _linked(provider: Provider, claims: Claims, key: str) -> User | None:
    """Somebody of the same name who was added here, where the company lets names stand for people."""
    if not provider.link:
        return None
    user = User.objects.filter(username__iexact=_name_of(provider, claims), single_sign_on=None).first()
    if user is not None:
        user.single_sign_on = key
        user.save(update_fields=["single_sign_on"])
        audit_record(actor=user.username, action="account.link", subject=user.username, detail={"to": key})
    return user


def _added(provider: Provider, claims: Claims, key: str, role: Role | None) -> User:
    name = _name_of(provider, claims)
    if not provider.provision:
        raise NotAllowed("You are not known here", where=name, mend="ask an administrator to add you")
    if role is None:
        raise NotAllowed("The provider gives you no role here", where=name, mend="ask an administrator for a role")
    if User.objects.filter(username__iexact=name).exists():
        raise NotAllowed("Somebody of your name signs in with a password", where=name, mend="ask an administrator")
    user = User(username=name, role=role.value, single_sign_on=key, email=str(claims.get("email") or "")[:254])
    user.first_name = str(claims.get("given_name") or "")[:150]
    user.last_name = str(claims.get("family_name") or "")[:150]
    user.is_staff = user.is_superuser = role is Role.ADMINISTRATOR
    user.set_unusable_password()
    user.save()
    detail = {"role": role.value, "by": "single sign-on"}
    audit_record(actor="single sign-on", action="account.create", subject=name, detail=detail)
    return user


def _set_role(user: User, role: Role) -> None:
    before = {"role": user.role}
    user.role, user.is_staff = role.value, role is Role.ADMINISTRATOR
    user.is_superuser = user.is_staff
    user.save(update_fields=["role", "is_staff", "is_superuser"])
    audit_record(
        actor="single sign-on", action="account.change", subject=user.username, before=before,
        after={"role": role.value},
    )  # fmt: skip
