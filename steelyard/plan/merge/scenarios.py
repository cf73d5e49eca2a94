"""Scenarios: hold two of a workspace against what both started from, merge one into the other, promote a branch."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from steelyard.errors import ChangeInvalid, PlanError
from steelyard.plan.change import Change, active_changes
from steelyard.plan.home import Home
from steelyard.plan.journal import Event
from steelyard.plan.merge.difference import ChangeDifference, Changes, compare_changes
from steelyard.plan.merge.proposal import Choice, MergeProposal, check_one_company, propose_merge
from steelyard.plan.operation import SetParameter
from steelyard.plan.published import PublishedPlan
from steelyard.plan.scenario import Scenario
from steelyard.plan.validation import faults_of

Base = Scenario | PublishedPlan
PARAMETER = "parameter."
"""How the ids begin of settings that a scenario was made with."""


@dataclass(frozen=True)
class ScenarioDifference:
    """How the inputs of two scenarios differ."""

    base: str
    """What both started from; empty where they have nothing in common."""
    ours: ChangeDifference
    """From the base to the first scenario."""
    theirs: ChangeDifference
    """From the base to the second scenario."""
    between: ChangeDifference
    """From the first scenario to the second."""
    parameters: Mapping[str, tuple[object, object]]
    """Settings they were made with that differ: of the first, of the second."""
    extracts: tuple[str, str]
    """The extracts they stand on."""

    @property
    def is_empty(self) -> bool:
        """Whether the two have the same inputs."""
        moved = self.between.added or self.between.removed or self.between.switched or self.parameters
        return not moved and self.extracts[0] == self.extracts[1]


def compare_scenarios(ours: Scenario, theirs: Scenario) -> ScenarioDifference:
    """Tell how the inputs of two scenarios differ, from each other and from what both started from."""
    base = common_base(ours, theirs)
    start = base.changes if base is not None else ()
    here, there = asdict(ours.parameters), asdict(theirs.parameters)
    return ScenarioDifference(
        base=_name_of(base),
        ours=compare_changes(start, ours.changes),
        theirs=compare_changes(start, theirs.changes),
        between=compare_changes(ours.changes, theirs.changes),
        parameters={name: (here[name], there[name]) for name in here if here[name] != there[name]},
        extracts=(ours.extract, theirs.extract),
    )


def common_base(ours: Scenario, theirs: Scenario) -> Base | None:
    """Find the nearest scenario or published plan that both started from; a scenario starts from itself."""
    known = {_key_of(base) for base in line_of(ours)}
    return next((base for base in line_of(theirs) if _key_of(base) in known), None)


def line_of(scenario: Scenario) -> list[Base]:
    """The scenario, its base, the base of its base, and so on."""
    line: list[Base] = [scenario]
    while isinstance(latest := line[-1], Scenario) and (base := latest.base) is not None:
        line.append(base)
    return line


def propose_scenario_merge(home: Home, ours: Scenario, theirs: Scenario) -> MergeProposal:
    """Say what merging `theirs` into `ours` would do.

    Raises:
        PlanError: They belong to different companies, or one of them is the base of the other.
    """
    calculator = home.calculator
    check_one_company(calculator.extract(ours.extract).company, calculator.extract(theirs.extract).company)
    _check_apart(ours, theirs)
    base, inputs, extract = common_base(ours, theirs), ours.inputs, calculator.extract(ours.extract)
    return propose_merge(
        base.changes if base is not None else (),
        [*_made_with(ours, base), *ours.changes],
        active_changes([*_made_with(theirs, base, beside=ours), *theirs.changes], extract.as_of),
        inputs=inputs,
        measures=calculator.wiring.measures,
        faults=lambda change: faults_of(change, inputs, extract, calculator.wiring),
    )


def merge_scenarios(
    home: Home,
    ours: Scenario,
    theirs: Scenario,
    *,
    choices: Mapping[str, Choice] | None = None,
    otherwise: Choice | None = None,
    actor: str,
    at: datetime,
    expected_revision: int | None = None,
) -> Event:
    """Merge a scenario into another: one event, all of it or nothing; the other scenario stays as it is.

    Args:
        home: The workspace that holds both.
        ours: The scenario that takes over.
        theirs: The scenario it takes from.
        choices: How each conflict is settled, by the id of their change.
        otherwise: How the conflicts that are not named are settled.
        actor: Who merges; the changes keep their authors, times and reasons.
        at: When.
        expected_revision: The revision of `ours` the actor saw.

    Raises:
        ChangeInvalid: A conflict is open, or ours cannot be switched off because it stands in a base.
        PlanError: There is nothing to take over, or the two cannot be merged.
        SpreadImpossible: The plan would not hold together; nothing is kept.
    """
    settled = propose_scenario_merge(home, ours, theirs).settle(choices or {}, otherwise=otherwise)
    switched = {name: on for names, on in ((settled.off, False), (settled.on, True)) for name in names}
    switched = {name: on for name, on in switched.items() if not name.startswith(PARAMETER)}
    if not settled.append and not switched:
        raise PlanError(f"There is nothing to take over from {theirs.name!r}", mend="compare the two to see why")
    _check_own(ours, switched)
    _try(home, ours, settled.append, switched)
    return home.records.merge(
        ours.number, settled.append, actor=actor, at=at, expected_revision=expected_revision,
        on=[name for name, on in switched.items() if on], off=[name for name, on in switched.items() if not on],
    )  # fmt: skip


def lay_changes(
    ours: Scenario, changes: Changes, *, home: Home, actor: str, at: datetime, expected_revision: int | None = None
) -> Event:
    """Lay changes that were made elsewhere on a scenario, as they are and after those that stand there: one event.

    Raises:
        ChangeInvalid: One does not fit, or meets a lock; nothing is kept.
        ScenarioClosed: The scenario is locked or archived.
        StaleRevision: The scenario is not at the revision that was expected.
    """
    ours.try_out(*changes)
    return home.records.merge(ours.number, changes, actor=actor, at=at, expected_revision=expected_revision)


def promote(home: Home, branch: Scenario, *, actor: str, at: datetime) -> Event:
    """Make the changes of a branch those of its base, and put the branch into the archive.

    Raises:
        PlanError: It did not branch from a scenario, or has no changes.
        ScenarioClosed: The base is locked or archived.
    """
    base = branch.base
    if not isinstance(base, Scenario):
        mend = "publish it, or merge it into another scenario"
        raise PlanError(f"{branch.name!r} did not branch from a scenario", mend=mend)
    if not branch.own_changes:
        raise PlanError(f"{branch.name!r} has no changes of its own", mend="change something first")
    own = branch.own_changes
    branch.archive(actor=actor, at=at)  # first, so that its changes never count twice
    try:
        return home.records.merge(base.number, own, actor=actor, at=at)
    except PlanError:
        branch.restore(actor=actor, at=at)
        raise


def _check_apart(ours: Scenario, theirs: Scenario) -> None:
    keys = {_key_of(ours), _key_of(theirs)}
    if len(keys) == 1:
        raise PlanError("A scenario cannot be merged into itself", mend="choose another one")
    if _key_of(ours) in {_key_of(base) for base in line_of(theirs)}:
        mend = f"promote {theirs.name!r} instead; merging would count its changes twice there"
        raise PlanError(f"{theirs.name!r} stands on {ours.name!r}", mend=mend)
    if _key_of(theirs) in {_key_of(base) for base in line_of(ours)}:
        raise PlanError(f"{ours.name!r} stands on {theirs.name!r} and has its changes already", mend="merge nothing")


def _check_own(ours: Scenario, switched: Mapping[str, bool]) -> None:
    own = {change.id for change in ours.own_changes}
    if foreign := sorted(switched.keys() - own):
        raise ChangeInvalid(
            "A change of the base cannot be switched here",
            where=", ".join(foreign),
            mend="choose ours or both, or switch it in the scenario that made it",
        )


def _try(home: Home, ours: Scenario, append: Changes, switched: Mapping[str, bool]) -> None:
    """Calculate before anything is kept; what does not hold together is refused."""
    standing = [replace(change, enabled=switched.get(change.id, change.enabled)) for change in ours.changes]
    laid = (*standing, *(replace(change, id=f"merged.{n}") for n, change in enumerate(append, 1)))
    home.calculator.plan(ours.name, ours.extract, ours.parameters, laid, near=ours.digest)


def _made_with(scenario: Scenario, base: Base | None, beside: Scenario | None = None) -> Sequence[Change]:
    """Settings a scenario was made with that differ from those of the base (without one: of the other), as changes."""
    start = base.parameters if base is not None else beside.parameters if beside is not None else scenario.parameters
    record = scenario.record
    return [
        Change(SetParameter(name, value), author=record.actor, at=record.at, id=f"{PARAMETER}{name}")
        for name, value in asdict(scenario.parameters).items()
        if value != getattr(start, name)
    ]


def _key_of(base: Base) -> tuple[str, str]:
    return ("scenario", str(base.number)) if isinstance(base, Scenario) else ("plan", base.id)


def _name_of(base: Base | None) -> str:
    if base is None:
        return ""
    return base.name if isinstance(base, Scenario) else f"published plan {base.id[:12]}"
