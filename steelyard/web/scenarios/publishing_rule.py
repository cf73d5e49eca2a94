"""Publishing rule: what keeps a plan from being published other than by decision, and who may waive that.

The rooms of the month know when a decision is due; they enter their rule here when the app starts. A company without
a month publishes as it likes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from steelyard.errors import NotAllowed
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.services import audit_record


@dataclass(frozen=True)
class Hold:
    """Why publishing is held, and by whom it may be waived."""

    why: str
    """What is missing, with where it is found."""
    mend: str
    waived_by: tuple[str, ...]
    """Roles with the authority to publish nevertheless."""

    def may_waive(self, user: User) -> bool:
        """Whether a person has the authority to publish nevertheless."""
        return user.is_active and user.role in self.waived_by


_rules: list[Callable[[str], Hold | None]] = []


def publishing_rule(rule: Callable[[str], Hold | None]) -> Callable[[str], Hold | None]:
    """Enter a rule: of a scenario's name it says what holds its publication, or None."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def hold_of(scenario: str) -> Hold | None:
    """What holds the publication of a scenario; None where nothing does."""
    return next((found for rule in _rules if (found := rule(scenario)) is not None), None)


def require_free(scenario: str, *, user: User | None, waive: str = "") -> None:
    """Go on only when nothing holds the publication, or a person with authority waives that with a reason.

    Args:
        scenario: What is to be published.
        user: Who publishes; None where the person is not known here.
        waive: The reason; it is kept in the trail.

    Raises:
        NotAllowed: It is held, and nobody with authority says why it should go on.
    """
    hold = hold_of(scenario)
    if hold is None:
        return
    if user is None or not waive.strip() or not hold.may_waive(user):
        raise NotAllowed(hold.why, where=scenario, mend=hold.mend)
    detail = {"reason": waive.strip()[:500], "held": hold.why[:300]}
    audit_record(actor=user.username, action="plan.publish_waived", subject=scenario, detail=detail)
