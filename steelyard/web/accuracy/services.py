"""Accuracy services: let the streams count as their record asks for."""

from steelyard.grid.series import Scope
from steelyard.plan.journal import Event
from steelyard.plan.measuring.weights import weight_changes
from steelyard.web.accounts.permissions import User
from steelyard.web.accuracy.selectors import proposed_weights
from steelyard.web.company import now
from steelyard.web.scenarios.services import changes_append


def weights_adopt(
    scenario: str, *, user: User, scope: Scope, lag: int | None = None, expected_revision: int | None = None
) -> Event:
    """Write the weights that the record of a slice proposes to a scenario, as one step.

    Raises:
        NotAllowed: The role does not edit the weights.
        ChangeInvalid: The record proposes no other weights.
        ScenarioClosed: The scenario takes no changes.
        StaleRevision: Somebody else was faster.
    """
    found = proposed_weights(scenario, scope=scope, lag=lag)
    changes = weight_changes(found, author=user.username, at=now(), scope=scope)
    return changes_append(scenario, changes, user=user, expected_revision=expected_revision)
