"""Supply review services: choose the engine that plans a scenario, and what it shall heed."""

from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.operation import SetParameter
from steelyard.plan.review.engine_settings import EngineSettings, settings_changes
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.services import changes_append


def engine_set(scenario: str, engine: str, *, user: User) -> Event:
    """Let a scenario be planned by an engine.

    Raises:
        ChangeInvalid: There is no such engine.
        NotAllowed: The role does not set parameters.
    """
    change = Change(SetParameter("supply_engine", engine), author=user.username, at=now(), reason="supply_constraint")
    return changes_append(scenario, [change], user=user)


def settings_set(scenario: str, settings: EngineSettings, *, user: User) -> Event:
    """Let the engines of a scenario heed a goal, whole lots and the plan published last.

    Raises:
        ChangeInvalid: There is no such goal, or a number is out of range.
        PlanError: No plan has been published that another could stay near to.
        NotAllowed: The role does not set parameters.
    """
    changes = settings_changes(settings, workspace().published(), author=user.username, at=now())
    return changes_append(scenario, changes, user=user)
