"""Action plan: gap-closing actions laid in a scenario as changes, and taken out again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.home import Home
from steelyard.plan.money.action import OPEN, GapAction
from steelyard.plan.scenario import Scenario


@dataclass(frozen=True)
class GapClosing:
    """How far the actions close a gap."""

    gap: float
    """What is missing against the version held against; below zero is missing [money]."""
    in_plan: float
    """Value of open actions that the plan counts on: already in its figures [money]."""
    beside: float
    """Value of open actions that it does not count on yet [money]."""
    late: int
    """Open actions after their day."""

    @property
    def still_open(self) -> float:
        """What would be missing if all open actions came true [money]; zero when the gap is closed."""
        return min(self.gap + self.beside, 0.0)


def actions_for(home: Home, scenario: str) -> tuple[GapAction, ...]:
    """Actions that concern a scenario: its own and those of the scenarios it stands on, by number.

    Raises:
        NotFound: There is no such scenario.
    """
    names, record = set(), home.records.scenario(scenario)
    while record.name not in names:
        names.add(record.name)
        if record.base_scenario is not None:
            record = home.records.scenario(record.base_scenario)
    return tuple(one for one in home.records.gap_actions.entries() if one.scenario in names)


def close_gap(gap: float, actions: Sequence[GapAction], day: date) -> GapClosing:
    """Hold the open actions against a gap.

    Example:
        >>> close_gap(-100.0, [], date(2026, 1, 1)).still_open
        -100.0
    """
    working = [one for one in actions if one.status in OPEN]
    counted = sum(one.value for one in working if one.in_plan)
    beside = sum(one.value for one in working if not one.in_plan)
    return GapClosing(gap, counted, beside, sum(one.is_late(day) for one in working))


def change_of(action: GapAction, *, actor: str, at: datetime) -> Change:
    """The change that lets a plan count on an action: its likely percentage.

    Raises:
        ChangeInvalid: It is in the plan already, is dropped, or moves nothing.
    """
    if action.in_plan or action.status == "dropped":
        standing = "in the plan already" if action.in_plan else "dropped"
        raise ChangeInvalid(f"Action {action.id} is {standing}", mend="choose another")
    if not action.effect.likely:
        raise ChangeInvalid(f"Action {action.id} moves nothing", mend="give it a percentage")
    note = f"action {action.id}: {action.statement}"
    return action.effect.change(action.effect.likely, actor=actor, at=at, note=note)


def put_in_plan(home: Home, action: GapAction, *, actor: str, at: datetime) -> GapAction:
    """Let the action's scenario count on it: its likely percentage is laid as a change; the revised action.

    Raises:
        ChangeInvalid: It is in the plan already, is dropped, or moves nothing.
        ScenarioClosed: The scenario takes no changes.
    """
    change = change_of(action, actor=actor, at=at)
    if action.change:
        _scenario(home, action).switch(action.change, on=True, actor=actor, at=at)
        return replace(action, in_plan=True, actor=actor, at=at)
    event = _scenario(home, action).append(change)
    return replace(action, in_plan=True, change=event.changes[0].id, actor=actor, at=at)


def take_out(home: Home, action: GapAction, *, actor: str, at: datetime) -> GapAction:
    """Let the scenario no longer count on an action; the revised action.

    Raises:
        ChangeInvalid: It is not in the plan.
    """
    if not action.in_plan:
        raise ChangeInvalid(f"Action {action.id} is not in the plan", mend="choose another")
    _scenario(home, action).switch(action.change, on=False, actor=actor, at=at)
    return replace(action, in_plan=False, actor=actor, at=at)


def _scenario(home: Home, action: GapAction) -> Scenario:
    return Scenario(home, home.records.scenario(action.scenario).id)
