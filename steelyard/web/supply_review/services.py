"""Supply review services: choose the engine that plans a scenario, and what it shall heed."""

from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.operation import SetParameter
from steelyard.plan.review.engine_settings import EngineSettings, settings_changes
from steelyard.plan.review.strategy_scenarios import make_strategies, strategy_changes, strategy_name
from steelyard.supply.strategies import STRATEGIES
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.access import require_seen
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.services import changes_append, changes_within, require_change, valid_name


def engine_set(scenario: str, engine: str, *, user: User) -> Event:
    """Let a scenario be planned by an engine.

    Raises:
        ChangeInvalid: There is no such engine.
        NotAllowed: The role does not set parameters.
    """
    change = Change(SetParameter("supply_engine", engine), author=user.username, at=now(), reason="supply_constraint")
    return changes_append(scenario, [change], user=user)


def strategies_make(scenario: str, *, user: User) -> tuple[str, ...]:
    """Make a scenario of level, chase, hybrid and the optimum; gives their names, the optimum first.

    Raises:
        NotAllowed: The role makes no scenarios, or sets no parameters.
        ChangeInvalid: A name grows too long.
        PlanError: A scenario has such a name and is planned otherwise.
    """
    require(user, Ability.BRANCH)
    require_seen(workspace().records.scenario(scenario))
    for kind in ("optimum", *STRATEGIES):
        valid_name(strategy_name(scenario, kind))
    for change in changes_within(scenario, strategy_changes("level", actor=user.username, at=now())):
        require_change(user, change)
    made = make_strategies(workspace(), scenario, actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.strategies", subject=scenario, detail={"made": ", ".join(made)})
    return made


def settings_set(scenario: str, settings: EngineSettings, *, user: User) -> int:
    """Let the engines of a scenario heed a goal, whole lots, the plan published last, and how supply is counted.

    Returns:
        How many settings are others than before.

    Raises:
        ChangeInvalid: There is no such goal, convention or class of customer, or a number is out of range.
        PlanError: No plan has been published that another could stay near to.
        NotAllowed: The role does not set parameters.
    """
    plan = moment_of(scenario).plan
    changes = settings_changes(settings, plan, workspace().published(), author=user.username, at=now())
    if changes:
        changes_append(scenario, changes, user=user)
    return len(changes)
