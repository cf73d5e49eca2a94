"""Proposal: what taking over the changes of another scenario would do, and what has to be decided first."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from steelyard.errors import ChangeInvalid, PlanError, SteelyardError
from steelyard.grid.measure import Measure
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.merge.difference import Changes, compare_changes
from steelyard.plan.merge.overlap import find_overlaps

Choice = Literal["ours", "theirs", "both"]
"""How a conflict is settled: leave theirs out; take theirs and switch ours off; lay theirs after ours."""

Faults = Callable[[Change], Sequence[SteelyardError]]
"""Says what is wrong with a change where it shall be laid."""


@dataclass(frozen=True)
class Conflict:
    """A change of theirs that meets changes of ours."""

    theirs: Change
    ours: Changes
    cells: int
    """Cells, parameters or rows of master data on which they meet."""


@dataclass(frozen=True)
class Misfit:
    """A change of theirs that cannot be laid here."""

    change: Change
    fault: SteelyardError


@dataclass(frozen=True)
class MergeProposal:
    """What a three-way merge would do; `base` is what both sides started from.

    Args:
        news: Their changes that ours lacks and that can be laid here, in their order.
        conflicts: Their changes that meet some of ours, in their order.
        switches: Changes of the base that they switched, and ours did not; as ours spells them.
        known: Their changes that ours already holds.
        misfits: Their changes that cannot be laid here, each with the reason.
    """

    news: Changes
    conflicts: tuple[Conflict, ...]
    switches: Changes
    known: Changes
    misfits: tuple[Misfit, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take over."""
        return not (self.news or self.switches)

    @property
    def takes(self) -> Changes:
        """Their changes that meet none of ours."""
        meeting = {id(conflict.theirs) for conflict in self.conflicts}
        return tuple(change for change in self.news if id(change) not in meeting)

    def settle(self, choices: Mapping[str, Choice], *, otherwise: Choice | None = None) -> "Settlement":
        """Decide the conflicts.

        Args:
            choices: How each conflict is settled, by the id of their change.
            otherwise: How the conflicts that are not named are settled; None leaves them open.

        Raises:
            ChangeInvalid: A conflict is open, a choice names no conflict, or is not a choice.
        """
        self._check(choices, otherwise)
        chosen = {conflict.theirs.id: choices.get(conflict.theirs.id, otherwise) for conflict in self.conflicts}
        left_out = {id(c.theirs) for c in self.conflicts if chosen[c.theirs.id] == "ours"}
        off = {change.id for c in self.conflicts if chosen[c.theirs.id] == "theirs" for change in c.ours}
        return Settlement(
            append=tuple(change for change in self.news if id(change) not in left_out),
            off=tuple(sorted(off | {change.id for change in self.switches if change.enabled})),
            on=tuple(sorted(change.id for change in self.switches if not change.enabled)),
        )

    def _check(self, choices: Mapping[str, Choice], otherwise: Choice | None) -> None:
        known = {conflict.theirs.id for conflict in self.conflicts}
        if unknown := sorted(choices.keys() - known):
            mend = f"the conflicts are {', '.join(sorted(known)) or 'none'}"
            raise ChangeInvalid("There is no such conflict", where=", ".join(unknown), mend=mend)
        wrong = sorted({*choices.values(), otherwise or "ours"} - set(get_args(Choice)))
        if wrong:
            raise ChangeInvalid("A conflict cannot be settled so", where=", ".join(wrong), mend="ours, theirs or both")
        open_ones = sorted(known - choices.keys()) if otherwise is None else []
        if open_ones:
            raise ChangeInvalid(
                f"{len(open_ones)} conflicts are not settled",
                where=", ".join(open_ones[:10]),
                mend="choose ours, theirs or both for each of them",
            )


@dataclass(frozen=True)
class Settlement:
    """What a merge does once its conflicts are decided."""

    append: Changes
    """Changes laid on ours, in order."""
    off: tuple[str, ...] = ()
    """Ids of our changes that are switched off."""
    on: tuple[str, ...] = ()
    """Ids of our changes that are switched on."""


def propose_merge(
    base: Sequence[Change],
    ours: Sequence[Change],
    theirs: Sequence[Change],
    *,
    inputs: PlanInputs,
    measures: Mapping[str, Measure],
    faults: Faults,
) -> MergeProposal:
    """Hold two lists of changes against the list both started from.

    Args:
        base: The changes both started from.
        ours: The changes of the scenario that takes over.
        theirs: The changes of the scenario it takes from.
        inputs: Inputs of our plan.
        measures: Declarations by name.
        faults: Says what is wrong with a change where it shall be laid.
    """
    from_base, own = compare_changes(base, theirs), compare_changes(base, ours).added
    news = compare_changes(own, from_base.added)
    judged = [(change, tuple(faults(change))) for change in news.added]
    fitting = [change for change, wrong in judged if not wrong]
    meets = _meetings(own, fitting, inputs, measures)
    return MergeProposal(
        news=tuple(fitting),
        conflicts=tuple(
            Conflict(fitting[j], tuple(own[i] for i, _ in found), sum(cells for _, cells in found))
            for j, found in sorted(meets.items())
        ),
        switches=_switched_there(ours, from_base.switched),
        known=news.kept,
        misfits=tuple(Misfit(change, wrong[0]) for change, wrong in judged if wrong),
    )


def _meetings(
    own: Sequence[Change], fitting: Sequence[Change], inputs: PlanInputs, measures: Mapping[str, Measure]
) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for overlap in find_overlaps(own, fitting, inputs, measures):
        found[overlap.right].append((overlap.left, overlap.cells))
    return found


def _switched_there(ours: Sequence[Change], switched: Sequence[Change]) -> Changes:
    """Our copies of changes that they switched since the base, where ours still stand as the base had them."""
    as_base = {(change.content, change.enabled) for change in switched}
    return tuple(change for change in ours if (change.content, change.enabled) in as_base)


def check_one_company(ours: str, theirs: str) -> None:
    """Refuse to bring plans of different companies together.

    Raises:
        PlanError: The companies differ.
    """
    if ours != theirs:
        raise PlanError(
            "The scenarios belong to different companies",
            where=f"{ours!r} and {theirs!r}",
            mend="merge only scenarios of one company",
        )
