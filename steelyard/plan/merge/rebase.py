"""Rebase: take the changes of a scenario to another extract, and say what becomes of each."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid, SpreadImpossible, SteelyardError
from steelyard.plan.change import Change
from steelyard.plan.home import Home
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.merge.proposal import check_one_company
from steelyard.plan.overlay import idle_reason
from steelyard.plan.scenario import Scenario
from steelyard.plan.validation import faults_of

Fate = Literal["applies", "partly", "switched off", "expired", "past", "vanished", "conflicts"]
"""What becomes of a change on another extract."""

TAKEN: frozenset[Fate] = frozenset({"applies", "partly", "switched off"})
"""Changes that come along."""


@dataclass(frozen=True)
class Rebased:
    """A change and what becomes of it."""

    change: Change
    fate: Fate
    why: str = ""
    """In words; empty where it applies as it is."""


def propose_rebase(home: Home, scenario: Scenario, extract: str) -> tuple[Rebased, ...]:
    """Say of each change of a scenario, its bases' included, what becomes of it on another extract.

    A change applies; or applies partly, where some members or periods are gone; or it has expired, lies in the past,
    its members have vanished, or it conflicts with the new facts.

    Args:
        home: The workspace that holds the scenario.
        scenario: The scenario.
        extract: Digest of the other extract.

    Raises:
        PlanError: The extract belongs to another company.
    """
    there = home.calculator.extract(extract)
    check_one_company(home.calculator.extract(scenario.extract).company, there.company)
    changes = scenario.changes
    tables = [_of_tables(home, scenario.parameters, there, change) for change in changes]
    kept = [line.change for line in tables if line is not None and line.fate == "applies"]
    inputs = home.calculator.inputs(extract, scenario.parameters, kept)
    lines = [line or _of_cells(home, inputs, there, change) for line, change in zip(tables, changes, strict=True)]
    return _tried(home, scenario, extract, lines)


def rebase_scenario(
    home: Home, scenario: Scenario, name: str, *, extract: str, actor: str, at: datetime, note: str = ""
) -> tuple[Scenario, tuple[Rebased, ...]]:
    """Make a scenario on another extract with the changes that still hold; the old one stays as it is.

    Returns:
        The new scenario, and what became of each change.

    Raises:
        NameTaken: Another scenario has the name.
        PlanError: The extract belongs to another company.
    """
    lines = propose_rebase(home, scenario, extract)
    record = home.records.add_scenario(
        name, extract=extract, parameters=dict(asdict(scenario.parameters)), actor=actor, at=at,
        note=note or f"{scenario.name} on the facts of {home.calculator.extract(extract).as_of}",
    )  # fmt: skip
    if taken := tuple(line.change for line in lines if line.fate in TAKEN):
        home.records.merge(record.id, taken, actor=actor, at=at)
    return Scenario(home, record.id), lines


def _of_tables(home: Home, parameters: PlanParameters, extract: Extract, change: Change) -> Rebased | None:
    """The fate of a change that is switched off, has expired, or works on tables and settings; None for the others."""
    if not change.enabled:
        return Rebased(change, "switched off", "it is switched off")
    if change.expires is not None and change.expires <= extract.as_of:
        return Rebased(change, "expired", f"it expired on {change.expires}")
    if change.moves_cells:
        return None
    inputs = home.calculator.inputs(extract.digest, parameters)
    faults = faults_of(change, inputs, extract, home.calculator.wiring)
    return Rebased(change, "conflicts", str(faults[0])) if faults else Rebased(change, "applies")


def _of_cells(home: Home, inputs: PlanInputs, extract: Extract, change: Change) -> Rebased:
    faults = faults_of(change, inputs, extract, home.calculator.wiring)
    if not faults:
        return Rebased(change, "applies")
    measure = home.calculator.wiring.measures.get(change.measure)
    if measure is None or not measure.editable:
        return Rebased(change, "conflicts", str(faults[0]))
    series, periods = inputs.series[measure.grain], inputs.periods(measure.span)
    if idle := idle_reason(change, series=series, periods=periods):
        return Rebased(change, "past" if "periods" in idle else "vanished", idle)
    return Rebased(change, "partly", _said(faults))


def _said(faults: Sequence[SteelyardError]) -> str:
    rest = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return f"{faults[0].what.rstrip('.')}{rest}"


def _tried(home: Home, scenario: Scenario, extract: str, lines: Sequence[Rebased]) -> tuple[Rebased, ...]:
    """Calculate with all that would come along; what makes that impossible conflicts."""
    settled = list(lines)
    while (fault := _fault(home, scenario, extract, settled)) is not None:
        culprit = _first_failing(home, scenario, extract, settled)
        settled[culprit] = replace(settled[culprit], fate="conflicts", why=str(fault))
    return tuple(settled)


def _first_failing(home: Home, scenario: Scenario, extract: str, lines: Sequence[Rebased]) -> int:
    """Place of the change with which the plan stops to hold together, by halving."""
    good, bad = 0, len(lines)
    while bad - good > 1:
        middle = (good + bad) // 2
        failing = _fault(home, scenario, extract, lines[:middle]) is not None
        good, bad = (good, middle) if failing else (middle, bad)
    return bad - 1


def _fault(home: Home, scenario: Scenario, extract: str, lines: Sequence[Rebased]) -> SteelyardError | None:
    taken = [replace(line.change, id=f"rebased.{n}") for n, line in enumerate(lines) if line.fate in TAKEN]
    try:
        home.calculator.numbers(extract, scenario.parameters, taken)
    except (ChangeInvalid, SpreadImpossible) as fault:
        return fault
    return None
