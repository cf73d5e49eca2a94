"""People of a decision: who is there, and how they are called."""

from steelyard.errors import DecisionInvalid
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.selectors import people


def active() -> dict[str, User]:
    """Active people by the name they sign in with."""
    return {person.username: person for person in people() if person.is_active}


def require_person(name: str) -> User:
    """Find an active person.

    Raises:
        DecisionInvalid: Nobody is called so.
    """
    found = active().get(name)
    if found is None:
        raise DecisionInvalid(f"Nobody is called {name!r}", mend="name a person by the name they sign in with")
    return found


def full_name(name: str, known: dict[str, User]) -> str:
    """What people call somebody."""
    found = known.get(name)
    return (found.get_full_name() or name) if found else name
