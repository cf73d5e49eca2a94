"""User: a person with a role; and the failed sign-ins that lock a name out for a while."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from steelyard.web.accounts.roles import ABILITIES, Ability, Money, Role


class PersonManager(UserManager["User"]):
    """How people are made; a superuser is an administrator."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra_fields: Any
    ) -> "User":
        """Create a person who may do everything, with the role that says so."""
        extra_fields.setdefault("role", Role.ADMINISTRATOR.value)
        return super().create_superuser(username, email, password, **extra_fields)


class User(AbstractUser):
    """A person who signs in."""

    objects: ClassVar[PersonManager] = PersonManager()

    role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in Role], default=Role.EXECUTIVE.value
    )

    single_sign_on = models.CharField(max_length=300, null=True, unique=True)  # noqa: DJ001  # nothing is not a name
    """Who the person is at the identity provider: issuer and subject; nothing for those with a password here."""

    @property
    def role_label(self) -> str:
        """The role as people read it."""
        return Role(self.role).label

    def may(self, ability: Ability) -> bool:
        """Say whether the person's role includes an ability."""
        return self.is_active and ability in ABILITIES[Role(self.role)]


class OwnSlice(models.Model):
    """The part of the company a person looks after; pages open on it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="own_slice")
    scope = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.user}: {self.scope}"


class SeenSlice(models.Model):
    """A part of the company a person may see and change; nobody who has one sees anything else."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="seen_slices")
    scope = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.user}: {self.scope}"


class MoneyOfRole(models.Model):
    """The money a role sees, where it is not the usual."""

    role = models.CharField(max_length=20, unique=True, choices=[(role.value, role.label) for role in Role])
    money = models.CharField(max_length=10, choices=[(money.value, money.label) for money in Money])

    def __str__(self) -> str:
        return f"{self.role}: {self.money}"


class FailedSignIn(models.Model):
    """One wrong password: the name tried, the address it came from."""

    at = models.DateTimeField(db_index=True)
    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A personal key for calls without a browser; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.name} ({self.start}…)"
