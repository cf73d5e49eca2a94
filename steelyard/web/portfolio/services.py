"""Portfolio services: enter launches, gates, successions and ends as changes of a scenario."""

from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.life_operation import LifeOperation, RowOperation
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now
from steelyard.web.scenarios.services import change_undo, changes_append


def life_enter(
    scenario: str,
    *operations: LifeOperation | RowOperation,
    user: User,
    reason: str = "launch",
    note: str = "",
    expected_revision: int | None = None,
) -> Event:
    """Enter decisions about the life of items as one step.

    Raises:
        NotAllowed: The role does not plan the portfolio.
        ChangeInvalid: A decision does not fit the plan; the message says what, where and how to mend it.
        StaleRevision: Somebody else was faster.
    """
    changes = [Change(one, author=user.username, at=now(), reason=reason, note=note) for one in operations]
    return changes_append(scenario, changes, user=user, expected_revision=expected_revision)


def life_undo(scenario: str, *, user: User) -> Event:
    """Take back the person's latest change.

    Raises:
        NotFound: There is nothing to take back.
    """
    return change_undo(scenario, user=user)
