"""Account selectors: the people of the company."""

from steelyard.web.accounts.models import User


def people() -> list[User]:
    """All who can sign in or once could, in the order in which they were made."""
    return list(User.objects.order_by("pk"))


def nobody_yet() -> bool:
    """Say whether the company has no people at all."""
    return not User.objects.exists()
