"""Option services: lay a capacity option on a branch of its own."""

from steelyard.errors import ChangeInvalid
from steelyard.plan.review.capacity_options import ResourceOption, option_changes
from steelyard.plan.scenario import Scenario
from steelyard.web.accounts.permissions import User, require_edit
from steelyard.web.company import now
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.services import changes_append, scenario_branch


def option_lay(
    scenario: str, branch: str, one: ResourceOption | None, *, user: User, steps: int = 1, note: str = ""
) -> Scenario:
    """Branch a scenario and lay an option on the branch; nothing is branched where the option does not fit.

    Raises:
        ChangeInvalid: No option is described, or it is taken more often than it can be.
        PlanError: The plan does not hold its resource, or it is ready only after the horizon.
        NameTaken: Another scenario has the name.
        NotAllowed: The role makes no scenarios or does not edit capacity.
    """
    require_edit(user, "supply")
    if one is None:
        raise ChangeInvalid("No option is described", mend="give at least its resource, name, kind and hours")
    changes = option_changes(plan_of(scenario), one, author=user.username, at=now(), steps=steps, note=note)
    made = scenario_branch(scenario, branch, user=user, note=changes[0].note)
    changes_append(made.name, changes, user=user)
    return made
