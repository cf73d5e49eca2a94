"""Account selectors: the people of the company."""

from steelyard.web.accounts.models import OwnSlice, User


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
