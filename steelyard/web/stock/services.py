"""Stock services: take a proposal over as changes of the scenario."""

from steelyard.plan.journal import Event
from steelyard.web.accounts.permissions import User, require_edit
from steelyard.web.company import now
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.services import changes_append, require_fresh
from steelyard.web.stock.selectors import proposal_of


def proposal_adopt(
    scenario: str,
    kind: str,
    *,
    user: User,
    budget: float | None = None,
    note: str = "",
    expected_revision: int | None = None,
) -> Event:
    """Change safety stock to what a proposal asks for, as one event that is undone as one.

    Raises:
        ChangeInvalid: There is no such proposal, it lacks its amount, or it moves nothing.
        NotAllowed: The role does not edit safety stock.
        StaleRevision: The scenario has moved since the proposal was looked at.
        ScenarioClosed: The scenario takes no changes.
    """
    require_edit(user, "inventory")
    moment = moment_of(scenario)
    require_fresh(moment.scenario, expected_revision)
    changes = proposal_of(moment.plan, kind, budget).changes(author=user.username, at=now(), note=note)
    return changes_append(scenario, changes, user=user, expected_revision=moment.revision)
