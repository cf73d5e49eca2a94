"""Ranges: optimistic, most likely and pessimistic scenarios, made from the assumptions in one step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from steelyard.errors import NameTaken, PlanError
from steelyard.plan.change import Change
from steelyard.plan.home import Home
from steelyard.plan.scenario import Scenario
from steelyard.plan.uncertainty.effect import End
from steelyard.plan.uncertainty.register import Assumption
from steelyard.plan.validation import check_changes

View = Literal["optimistic", "most likely", "pessimistic"]
VIEWS: tuple[View, ...] = ("optimistic", "most likely", "pessimistic")
BETTER_LOW: frozenset[str] = frozenset({"unit_cost", "standard_cost", "lead_time_days", "safety_stock"})
"""Measures of which less is better."""


def end_of(view: View, assumption: Assumption) -> End:
    """Which end of an assumption's range a view takes."""
    if view == "most likely":
        return "likely"
    good = (view == "optimistic") != (assumption.effect.measure in BETTER_LOW)
    return "high" if good else "low"


def make_range_scenarios(
    home: Home, base: Scenario, assumptions: Sequence[Assumption], *, actor: str, at: datetime
) -> dict[View, Scenario]:
    """Branch a scenario three times and lay the assumptions on each, at their good, likely and bad end.

    Assumptions that were rejected or have run out are left out.

    Raises:
        PlanError: No assumption counts.
        NameTaken: A scenario of one of the names is there already; nothing is made.
        ChangeInvalid: An assumption does not fit the plan; nothing is made.
    """
    day = at.date()
    counting = [assumption for assumption in assumptions if assumption.counts_on(day)]
    if not counting:
        raise PlanError("No assumption counts", where=base.name, mend="enter one, or validate one that was rejected")
    laid = {view: tuple(_change(view, one, actor, at) for one in counting) for view in VIEWS}
    _check(home, base, [change for changes in laid.values() for change in changes])
    made = {}
    for view, changes in laid.items():
        branch = base.branch(f"{base.name}: {view}", actor=actor, at=at, note=f"{len(counting)} assumptions, {view}")
        branch.append(*changes)
        made[view] = branch
    return made


def _check(home: Home, base: Scenario, changes: Sequence[Change]) -> None:
    """Refuse before anything is made."""
    calculator = home.calculator
    check_changes(changes, inputs=base.inputs, extract=calculator.extract(base.extract), wiring=calculator.wiring)
    taken = {record.name for record in home.records.scenarios()} & {f"{base.name}: {view}" for view in VIEWS}
    if taken:
        raise NameTaken(f"There is already a scenario {min(taken)!r}", mend="archive and rename it, or use it")


def _change(view: View, assumption: Assumption, actor: str, at: datetime) -> Change:
    percent = assumption.effect.at_end(end_of(view, assumption))
    note = f"assumption {assumption.id}: {assumption.statement}"
    return assumption.effect.change(percent, actor=actor, at=at, note=note)
