"""Supply review services: choose the engine that plans a scenario."""

from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.operation import SetParameter
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now
from steelyard.web.scenarios.services import changes_append


def engine_set(scenario: str, engine: str, *, user: User) -> Event:
    """Let a scenario be planned by an engine.

    Raises:
        ChangeInvalid: There is no such engine.
        NotAllowed: The role does not set parameters.
    """
    change = Change(SetParameter("supply_engine", engine), author=user.username, at=now(), reason="supply_constraint")
    return changes_append(scenario, [change], user=user)
