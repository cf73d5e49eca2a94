"""Account selectors: the people of the company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.errors import NotFound
from steelyard.web.accounts.models import OwnSlice, User
from steelyard.web.accounts.roles import Money, Role
from steelyard.web.accounts.sight import money_of


@dataclass(frozen=True)
class PartLine:
    """A part of the company, as people read it."""

    number: int
    words: str


@dataclass(frozen=True)
class PersonLine:
    """A person in the list."""

    user: User
    money: Money
    parts: tuple[PartLine, ...]


def people() -> list[User]:
    """All who can sign in or once could, in the order in which they were made."""
    return list(User.objects.order_by("pk"))


def nobody_yet() -> bool:
    """Say whether the company has no people at all."""
    return not User.objects.exists()


def own_scope(user: User) -> dict[str, tuple[str, ...]]:
    """The part of the company a person looks after, members by level; empty is everything."""
    found = OwnSlice.objects.filter(user=user).first()
    return {} if found is None else {level: tuple(members) for level, members in found.scope.items()}


def find_person(username: str) -> User:
    """One person.

    Raises:
        NotFound: There is nobody of this name.
    """
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(f"There is nobody called {username!r}", mend="look at the list of people")
    return found


def people_lines() -> list[PersonLine]:
    """Everybody with what they see, those who may sign in first."""
    money = {role.value: money_of(role) for role in Role}
    found = User.objects.prefetch_related("seen_slices").order_by("-is_active", "username")
    return [PersonLine(user, money[user.role], tuple(part_lines(user))) for user in found]


def part_lines(user: User) -> list[PartLine]:
    """The parts of the company a person sees; none is the whole."""
    return [PartLine(one.pk, _words(one.scope)) for one in sorted(user.seen_slices.all(), key=lambda one: one.pk)]


def money_by_role() -> list[tuple[Role, Money]]:
    """How much of the money each role sees."""
    return [(role, money_of(role)) for role in Role]


def _words(scope: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{level.replace('_', ' ')} {', '.join(members)}" for level, members in scope.items())
