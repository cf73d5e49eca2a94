"""Scenario: a pointer to a base plus the changes made since, with all that happened to it on record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope
from steelyard.grid.spread import SpreadRule
from steelyard.plan.calculator import plan_digest
from steelyard.plan.change import ON_TRIAL, Change, active_changes
from steelyard.plan.home import Home
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.journal import Event, Journal
from steelyard.plan.life_operation import ROW_KINDS
from steelyard.plan.moment import Moment
from steelyard.plan.operation import Add, CellOperation, Formula, Lock, Per, Percent, SetValue, Unlock
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.plan.sign_off.signature import CONSENSUS, Act, SignOff, check_function
from steelyard.plan.sign_off.signed_slice import SignedSlice, held_against, seen_numbers, slice_of
from steelyard.plan.validation import check_changes, check_locks, check_room, needs_trial


class Scenario:
    """A scenario of a workspace.

    Its changes are those of its base, as they are now, and then its own; a change of the base shines through.

    Args:
        workspace: The workspace that holds it.
        number: Its number in the records.
    """

    def __init__(self, workspace: Home, number: int) -> None:
        self._workspace, self.number = workspace, number
        self._read: tuple[int, Journal] | None = None
        self._below: Scenario | None = None

    def __repr__(self) -> str:
        """Name and revision."""
        record = self.record
        return f"Scenario({record.name!r}, revision {record.revision})"

    # ---- what it is

    @property
    def record(self) -> ScenarioRecord:
        """What the records say about it now."""
        return self._workspace.records.scenario(self.number)

    @property
    def name(self) -> str:
        """Its name, unique in the workspace."""
        return self.record.name

    @property
    def revision(self) -> int:
        """How many events it has seen."""
        return self.record.revision

    @property
    def extract(self) -> str:
        """Digest of the extract it stands on."""
        return self.record.extract

    @property
    def parameters(self) -> PlanParameters:
        """Settings of the model, before its changes."""
        return PlanParameters(**self.record.parameters)  # type: ignore[arg-type]

    @property
    def base(self) -> "Scenario | PublishedPlan | None":
        """What it branched from."""
        return self._base_of(self.record)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes that stand, those of the base first; also those switched off."""
        return self._moment().changes

    @property
    def own_changes(self) -> tuple[Change, ...]:
        """Changes made in this scenario, in order."""
        return self._journal.changes

    @property
    def events(self) -> tuple[Event, ...]:
        """All that happened to it, oldest first."""
        return self._journal.events

    @property
    def inputs(self) -> PlanInputs:
        """Series, calendar and input values, with its changes of parameters and master data."""
        return self._inputs_of(self._moment())

    @property
    def digest(self) -> str:
        """Digest of the plan it would give now, without calculating it."""
        return self._digest_of(self._moment())

    # ---- what people do to it

    def change(
        self,
        measure: str,
        *,
        actor: str,
        at: datetime,
        set: float | None = None,  # noqa: A002
        add: float | None = None,
        percent: float | None = None,
        formula: str | None = None,
        lock: bool | None = None,
        scope: Scope | None = None,
        periods: tuple[str, str] | str | None = None,
        spread: SpreadRule = "basis",
        factors: Mapping[str, float] | None = None,
        factor_level: str = "",
        per: Per = "scope",
        reason: str = "other",
        note: str = "",
        stream: str = "",
        expires: date | None = None,
        expected_revision: int | None = None,
    ) -> Change:
        """Change cells of a measure; give exactly one of set, add, percent, formula and lock.

        Args:
            measure: An editable measure.
            actor: Who changes.
            at: When.
            set: The total the scope shall have.
            add: What the total shall have more.
            percent: Growth of every cell; 8 means +8 %.
            formula: What becomes of the total, such as `*1.2+100`.
            lock: True keeps the cells as they are, False lets them go again.
            scope: Members by level; nothing means everything.
            periods: First and last period, one period, or all.
            spread: How a total is split: basis, history, equal, factor.
            factors: Split factors by member of `factor_level`, for the rule factor.
            factor_level: Level of the split factors.
            per: Whether a value is the total of the scope, of each period, or for each cell.
            reason: A reason code.
            note: The reason in words.
            stream: Who speaks: sales, marketing, finance, customer.
            expires: First day on which the change no longer counts.
            expected_revision: The revision the actor saw.

        Returns:
            The change as it was kept, with its id.

        Raises:
            ChangeInvalid: The change does not fit the plan.
            SpreadImpossible: Locked cells leave no room.
            StaleRevision: Somebody else was faster.
        """
        split = {"spread": spread, "factors": factors or {}, "factor_level": factor_level, "per": per}
        asked: dict[str, CellOperation] = {
            **({} if set is None else {"set": SetValue(set, **split)}),  # type: ignore[arg-type]
            **({} if add is None else {"add": Add(add, **split)}),  # type: ignore[arg-type]
            **({} if percent is None else {"percent": Percent(percent)}),
            **({} if formula is None else {"formula": Formula(formula, spread, per)}),
            **({} if lock is None else {"lock": Lock() if lock else Unlock()}),
        }
        if len(asked) != 1:
            given = ", ".join(asked) or "nothing"
            raise ChangeInvalid(
                "A change does one thing", where=f"given: {given}", mend="give one of set, add, percent, formula, lock"
            )
        window = (periods, periods) if isinstance(periods, str) else periods
        change = Change(
            next(iter(asked.values())), measure, scope or {}, window, actor, at, reason, note, expires=expires,
            stream=stream,
        )  # fmt: skip
        return self.append(change, expected_revision=expected_revision).changes[0]

    def append(self, *changes: Change, expected_revision: int | None = None) -> Event:
        """Append changes as one event; actor and time are those of the first change.

        Raises:
            ChangeInvalid: A change does not fit the plan; none is kept.
            SpreadImpossible: Locked cells leave no room; none is kept.
            StaleRevision: Somebody else was faster; the error carries their change.
            ScenarioClosed: The scenario is locked or archived.
        """
        if not changes:
            raise ChangeInvalid("There is no change to append", mend="give at least one")
        self._check(changes)
        author, at = changes[0].author, changes[0].at
        return self._workspace.records.append(
            self.number, changes, actor=author, at=at, expected_revision=expected_revision
        )

    def undo(self, actor: str, at: datetime) -> Event:
        """Take back the actor's latest change.

        Raises:
            NotFound: The actor has nothing to take back.
        """
        return self._workspace.records.undo(self.number, actor=actor, at=at)

    def redo(self, actor: str, at: datetime) -> Event:
        """Bring back what the actor took back last.

        Raises:
            NotFound: The actor has nothing to bring back.
        """
        return self._workspace.records.redo(self.number, actor=actor, at=at)

    def can_undo(self, actor: str) -> bool:
        """Whether the actor has something to take back."""
        return self._journal.undoable(actor) is not None

    def can_redo(self, actor: str) -> bool:
        """Whether the actor has something to bring back."""
        return self._journal.redoable(actor) is not None

    def switch(self, change: str, *, on: bool, actor: str, at: datetime) -> Event:
        """Switch one of its own changes on or off, by id."""
        return self._workspace.records.switch(self.number, change, on=on, actor=actor, at=at)

    def branch(self, name: str, *, actor: str, at: datetime, note: str = "") -> "Scenario":
        """Make a scenario that starts where this one stands and follows it.

        Raises:
            NameTaken: Another scenario has the name.
        """
        record = self.record
        made = self._workspace.records.add_scenario(
            name, extract=record.extract, parameters=record.parameters, base_scenario=self.number, actor=actor, at=at,
            note=note,
        )  # fmt: skip
        return Scenario(self._workspace, made.id)

    def rename(self, name: str, *, actor: str, at: datetime) -> Event:
        """Give it another name."""
        return self._workspace.records.rename(self.number, name, actor=actor, at=at)

    def annotate(self, note: str, *, actor: str, at: datetime) -> Event:
        """Say anew what it is for."""
        return self._workspace.records.annotate(self.number, note, actor=actor, at=at)

    def archive(self, *, actor: str, at: datetime) -> Event:
        """Put it away; it takes no changes."""
        return self._workspace.records.set_archived(self.number, True, actor=actor, at=at)

    def restore(self, *, actor: str, at: datetime) -> Event:
        """Bring it back from the archive."""
        return self._workspace.records.set_archived(self.number, False, actor=actor, at=at)

    def close(self, *, actor: str, at: datetime) -> Event:
        """Lock it against changes."""
        return self._workspace.records.set_closed(self.number, True, actor=actor, at=at)

    def reopen(self, *, actor: str, at: datetime) -> Event:
        """Let it take changes again."""
        return self._workspace.records.set_closed(self.number, False, actor=actor, at=at)

    # ---- who stands behind it

    def sign(
        self,
        function: str,
        *,
        actor: str,
        at: datetime,
        measure: str = CONSENSUS,
        scope: Scope | None = None,
        periods: tuple[str, str] | str | None = None,
        note: str = "",
        act: Act = "signed",
        expected_revision: int | None = None,
    ) -> SignOff:
        """Let a function, such as sales or finance, stand behind the numbers of a slice, or take that back.

        The measure is the consensus or a stream; no scope is everything, no periods the whole horizon. Of the acts,
        `closed` also refuses changes from now on. With an expected revision, the actor has seen that one.

        Raises:
            NotFound: There is no such function or measure, or nothing to reopen or withdraw.
            AlreadySigned: The function has signed the same numbers.
            SliceClosed: The slice is closed.
            StaleRevision: The scenario has moved since the actor saw it.
        """
        signed = slice_of(measure, scope or {}, periods)
        revision = self.revision if expected_revision is None else expected_revision
        digest, value = seen_numbers(self.plan(), signed)
        return self._workspace.records.sign_offs.add(
            self.number, check_function(function), signed, act=act, revision=revision, digest=digest, value=value,
            actor=actor, at=at, note=note,
        )  # fmt: skip

    @property
    def sign_offs(self) -> tuple[SignOff, ...]:
        """The latest act of each function on each slice."""
        return self._workspace.records.sign_offs.latest(self.number)

    def signed_slices(self, plan: Plan | None = None) -> tuple[SignedSlice, ...]:
        """The sign-offs held against a plan, by default that of now: those whose numbers have moved are stale."""
        found = self.sign_offs
        numbers = (plan or self.plan()) if found else None
        return tuple(held_against(numbers, sign_off) for sign_off in found if numbers is not None)

    # ---- what it gives

    def plan(self) -> Plan:
        """Calculate its numbers; only what no known plan holds is calculated."""
        return self._plan_of(self._moment())

    def try_out(self, *changes: Change) -> Plan:
        """Calculate what its plan would be with some changes more; nothing is kept.

        Raises:
            ChangeInvalid: A change does not fit the plan.
        """
        wiring = self._workspace.calculator.wiring
        now = self._moment()
        check_changes(changes, inputs=self._inputs_of(now), extract=self._grown_extract(now), wiring=wiring)
        return self._plan_of(now, changes)

    def publish(self, *, actor: str, at: datetime, note: str = "") -> PublishedPlan:
        """Keep its numbers for ever.

        Publishing the same content again gives the plan already published.
        """
        revision = self.revision
        return self._workspace.publish(self.plan(), actor=actor, at=at, note=note, revision=revision)

    # ----

    @property
    def _journal(self) -> Journal:
        return self._journal_at(self.revision)

    def _journal_at(self, revision: int) -> Journal:
        if self._read is None or self._read[0] != revision:
            known = self._read[1] if self._read else None
            self._read = (revision, self._workspace.records.journal(self.number, known))
        return self._read[1]

    def _base_of(self, record: ScenarioRecord) -> "Scenario | PublishedPlan | None":
        if record.base_scenario is None:
            return self._workspace.published_plan(record.base_plan) if record.base_plan else None
        if self._below is None or self._below.number != record.base_scenario:
            self._below = Scenario(self._workspace, record.base_scenario)
        return self._below

    def _moment(self) -> Moment:
        record = self.record
        base = self._base_of(record)
        below = base._moment() if isinstance(base, Scenario) else None
        inherited = below.changes if below else base.changes if isinstance(base, PublishedPlan) else ()
        return Moment(record, below, inherited + self._journal_at(record.revision).changes)

    def _active(self, now: Moment) -> tuple[Change, ...]:
        return active_changes(now.changes, self._workspace.calculator.extract(now.record.extract).as_of)

    def _inputs_of(self, now: Moment) -> PlanInputs:
        return self._workspace.calculator.inputs(now.record.extract, now.parameters, self._active(now))

    def _digest_of(self, now: Moment) -> str:
        return plan_digest(now.record.extract, now.parameters, self._active(now))

    def _plan_of(self, now: Moment, tried: Sequence[Change] = ()) -> Plan:
        """Calculate its numbers, with some changes on trial."""
        trial = tuple(replace(change, id=f"{ON_TRIAL}{n}") for n, change in enumerate(tried, 1))
        near = self._digest_of(now.below) if now.below else ""
        return self._workspace.calculator.plan(
            now.record.name, now.record.extract, now.parameters, now.changes + trial, near=near
        )

    def _grown_extract(self, now: Moment) -> Extract:
        """The extract with the items and rows that changes have added."""
        extract = self._workspace.calculator.extract(now.record.extract)
        grown = [change for change in self._active(now) if change.kind in ROW_KINDS]
        return amend_extract(extract, grown) if grown else extract

    def _check(self, changes: Sequence[Change]) -> None:
        """Refuse what does not fit; where it can only be seen by calculating, calculate before anything is kept."""
        now, wiring = self._moment(), self._workspace.calculator.wiring
        check_changes(changes, inputs=self._inputs_of(now), extract=self._grown_extract(now), wiring=wiring)
        for change in changes:
            if isinstance(change.operation, Add) and change.operation.value < 0:
                self._check_room(change)
            if change.moves_cells:
                check_locks(change, now.changes, self._inputs_of(now), wiring.measures[change.measure])
        if any(needs_trial(change, now.changes) for change in changes):
            self._plan_of(now, changes)

    def _check_room(self, change: Change) -> None:
        measure = self._workspace.calculator.wiring.measures[change.measure]
        if measure.over_series == "sum":
            total = self.plan().value(change.measure, scope=change.scope, periods=change.periods)
            check_room(change, measure, total)
