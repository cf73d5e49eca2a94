"""Executive services: a what-if that proved itself becomes a scenario."""

from steelyard.plan.scenario import Scenario
from steelyard.web.accounts.permissions import User
from steelyard.web.executive.what_if import Question, changes_of
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.services import changes_append, require_change, scenario_branch


def what_if_keep(scenario: str, name: str, question: Question, *, user: User) -> Scenario:
    """Branch a scenario and lay the change of a what-if on it.

    The question and the person's role are checked first, so that no empty branch is left where one does not fit.

    Raises:
        NotAllowed: The role makes no scenarios, or does not edit the lever.
        NameTaken: Another scenario has the name.
        ChangeInvalid: The question does not fit the plan.
    """
    changes = changes_of(plan_of(scenario), question, author=user.username)
    for change in changes:
        require_change(user, change)
    branch = scenario_branch(scenario, name, user=user, note=changes[0].note)
    changes_append(name, changes, user=user)
    return branch
