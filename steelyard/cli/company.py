"""Company: the workspace a command works on, and the plans in it by name."""

from steelyard.cli.session import Session
from steelyard.errors import NotFound
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace

SHORT = 12
"""Characters of a digest that are shown."""


def open_company(session: Session) -> Workspace:
    """Open the workspace of the session's folder.

    Raises:
        NotFound: The folder holds none.
    """
    return Workspace.open(session.folder)


def plan_of(workspace: Workspace, name: str) -> PlanNumbers:
    """The numbers of a scenario by name, or of a published plan by the beginning of its id or `last-published`.

    Raises:
        NotFound: Neither exists; the message names near scenarios.
    """
    if name in {scenario.name for scenario in workspace.scenarios(archived=True)}:
        return workspace.scenario(name).plan()
    if published := workspace.published_id(name):
        return workspace.numbers_of(workspace.published_plan(published))
    return workspace.scenario(name).plan()


def only_scenario(workspace: Workspace, name: str) -> str:
    """The named scenario, else `base`, else the only one.

    Raises:
        NotFound: Nothing is named and it is not clear which is meant.
    """
    names = [scenario.name for scenario in workspace.scenarios()]
    if name or "base" in names:
        return name or "base"
    if len(names) == 1:
        return names[0]
    known = f"there are {', '.join(names)}" if names else "there is none"
    raise NotFound("Which scenario?", where=known, mend="name one, or make one with `steelyard scenario create base`")
