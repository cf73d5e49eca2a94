"""Records: extracts, scenarios, their events and published plans, kept in SQLite or PostgreSQL."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from steelyard.errors import NotFound, PlanError, ScenarioClosed, StaleRevision
from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.change import Change
from steelyard.plan.change_sets.records import ChangeSetRecords
from steelyard.plan.intelligence.records import IntelligenceRecords
from steelyard.plan.journal import Event, EventKind, Journal, latest_change
from steelyard.plan.money.action_records import gap_action_records
from steelyard.plan.record_faults import name_taken, not_found, unreachable
from steelyard.plan.record_tables import (
    SCHEMA_VERSION,
    ExtractRecord,
    PublishedRecord,
    ScenarioRecord,
    about_table,
    event_table,
    event_values,
    events_of,
    extract_table,
    metadata,
    open_engine,
    published_table,
    read_event,
    read_extract,
    read_scenario,
    scenario_table,
    text,
    time,
)
from steelyard.plan.sign_off.records import SignOffRecords, Watch, refuse_closed_slices
from steelyard.plan.uncertainty.register_records import Registers

ReadJournal = Callable[[], Journal]
"""Reads what happened to a scenario, within the transaction."""


class Records:
    """The single truth of extracts, scenarios, changes and published plans.

    Args:
        engine: An SQLAlchemy engine made by `open`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)
        self.intelligence = IntelligenceRecords(engine)
        self.registers = Registers(engine)
        self.change_sets = ChangeSetRecords(engine)
        self.gap_actions = gap_action_records(engine)
        self.sign_offs = SignOffRecords(engine)
        self.watch: Watch | None = None

    @classmethod
    def open(cls, url: str | Path) -> "Records":
        """Open or create the records.

        Args:
            url: A file (SQLite) or a database URL such as `postgresql://user@host/database`.

        Raises:
            PlanError: The database cannot be reached, is not one, or was written by a newer version.
        """
        try:
            return cls(open_engine(url))._prepared()
        except (ModuleNotFoundError, SQLAlchemyError) as fault:
            raise unreachable(url, fault) from fault

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    # ---- extracts

    def add_extract(self, extract: ExtractRecord) -> None:
        """Keep an extract; the same one again changes nothing."""
        values = {**vars(extract), "as_of": extract.as_of.isoformat(), "at": text(extract.at)}
        self._insert_once(extract_table, extract_table.c.digest == extract.digest, values)

    def extracts(self) -> tuple[ExtractRecord, ...]:
        """All extracts, oldest first."""
        return tuple(
            read_extract(row)
            for row in self._rows(sa.select(extract_table).order_by(extract_table.c.at, extract_table.c.digest))
        )

    # ---- scenarios

    def add_scenario(
        self,
        name: str,
        *,
        extract: str,
        actor: str,
        at: datetime,
        parameters: dict[str, Json] | None = None,
        base_scenario: int | None = None,
        base_plan: str | None = None,
        note: str = "",
    ) -> ScenarioRecord:
        """Create a scenario.

        Raises:
            NameTaken: Another scenario has the name.
        """
        values = {
            "name": name, "extract": extract, "parameters": canonical_json(parameters or {}).decode(),
            "base_scenario": base_scenario, "base_plan": base_plan, "revision": 0, "archived": False, "closed": False,
            "actor": actor, "at": text(at), "note": note,
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(scenario_table).values(values))
        except IntegrityError as fault:
            raise self._why_not_added(name, extract) from fault
        return self.scenario(name)

    def scenarios(self) -> tuple[ScenarioRecord, ...]:
        """All scenarios, archived ones too, oldest first."""
        return tuple(read_scenario(row) for row in self._rows(sa.select(scenario_table).order_by(scenario_table.c.id)))

    def scenario(self, name: str | int) -> ScenarioRecord:
        """Find a scenario by name or number.

        Raises:
            NotFound: There is none; the message names near ones.
        """
        column = scenario_table.c.id if isinstance(name, int) else scenario_table.c.name
        rows = self._rows(sa.select(scenario_table).where(column == name))
        if not rows:
            raise not_found("scenario", str(name), [record.name for record in self.scenarios()])
        return read_scenario(rows[0])

    # ---- events

    def journal(self, scenario: int, known: Journal | None = None) -> Journal:
        """Everything that happened to a scenario.

        Args:
            scenario: Number of the scenario.
            known: What was read before; only what came after is read.
        """
        before = known.events if known is not None else ()
        after = before[-1].revision if before else 0
        return Journal(before + tuple(read_event(row) for row in self._rows(events_of(scenario, after=after))))

    def append(
        self,
        scenario: int,
        changes: Sequence[Change],
        *,
        actor: str,
        at: datetime,
        expected_revision: int | None = None,
    ) -> Event:
        """Append changes as one event; each gets an id.

        Args:
            scenario: Number of the scenario.
            changes: One or more changes.
            actor: Who does it.
            at: When.
            expected_revision: The revision the actor saw; None accepts any.

        Raises:
            StaleRevision: Somebody was faster; it carries the other's change. Nothing is kept.
            ScenarioClosed: The scenario is locked or archived.
        """

        def build(_read: ReadJournal, revision: int) -> Event:
            return Event(scenario, revision, "append", actor, at, _numbered(changes, scenario, revision))

        return self._record(scenario, build, expected_revision)

    def merge(
        self,
        scenario: int,
        changes: Sequence[Change],
        *,
        on: Sequence[str] = (),
        off: Sequence[str] = (),
        actor: str,
        at: datetime,
        expected_revision: int | None = None,
    ) -> Event:
        """Take over changes and switch others in one event, which can be undone as one.

        Raises:
            NotFound: A change to be switched does not stand here.
            StaleRevision: Somebody was faster. Nothing is kept.
            ScenarioClosed: The scenario is locked or archived.
        """

        def build(read: ReadJournal, revision: int) -> Event:
            known = [standing.id for standing in read().changes]
            for missing in sorted({*on, *off} - set(known)):
                raise not_found("change", missing, known)
            detail = " ".join([*(f"-{change}" for change in off), *(f"+{change}" for change in on)])
            return Event(scenario, revision, "merge", actor, at, _numbered(changes, scenario, revision), detail=detail)

        return self._record(scenario, build, expected_revision)

    def switch(self, scenario: int, change: str, *, on: bool, actor: str, at: datetime) -> Event:
        """Switch a change on or off.

        Raises:
            NotFound: The scenario has no such change.
        """

        def build(read: ReadJournal, revision: int) -> Event:
            known = [standing.id for standing in read().changes]
            if change not in known:
                raise not_found("change", change, known)
            return Event(scenario, revision, "switch_on" if on else "switch_off", actor, at, detail=change)

        return self._record(scenario, build)

    def undo(self, scenario: int, *, actor: str, at: datetime) -> Event:
        """Take back the actor's latest event.

        Raises:
            NotFound: The actor has nothing to take back.
        """

        def build(read: ReadJournal, revision: int) -> Event:
            event = read().undoable(actor)
            if event is None:
                raise NotFound(f"{actor} has nothing to undo here", mend="only own changes can be undone")
            return Event(scenario, revision, "undo", actor, at, target=event.revision)

        return self._record(scenario, build)

    def redo(self, scenario: int, *, actor: str, at: datetime) -> Event:
        """Bring back what the actor took back last.

        Raises:
            NotFound: The actor has nothing to bring back.
        """

        def build(read: ReadJournal, revision: int) -> Event:
            event = read().redoable(actor)
            if event is None:
                raise NotFound(f"{actor} has nothing to redo here", mend="undo something first")
            return Event(scenario, revision, "redo", actor, at, target=event.revision)

        return self._record(scenario, build)

    def set_archived(self, scenario: int, archived: bool, *, actor: str, at: datetime) -> Event:
        """Put a scenario into the archive or bring it back."""
        kind: EventKind = "archive" if archived else "restore"
        return self._record(scenario, _plain(scenario, kind, actor, at), state={"archived": archived})

    def set_closed(self, scenario: int, closed: bool, *, actor: str, at: datetime) -> Event:
        """Lock a scenario against changes or open it again."""
        kind: EventKind = "close" if closed else "reopen"
        return self._record(scenario, _plain(scenario, kind, actor, at), state={"closed": closed})

    def rename(self, scenario: int, name: str, *, actor: str, at: datetime) -> Event:
        """Give a scenario another name.

        Raises:
            NameTaken: Another scenario has the name.
        """
        try:
            return self._record(scenario, _plain(scenario, "rename", actor, at, name), state={"name": name})
        except IntegrityError as fault:
            raise name_taken(name) from fault

    def annotate(self, scenario: int, note: str, *, actor: str, at: datetime) -> Event:
        """Say anew what a scenario is for."""
        return self._record(scenario, _plain(scenario, "note", actor, at, note), state={"note": note})

    # ---- published plans

    def add_published(self, plan: PublishedRecord) -> None:
        """Keep a published plan; the same one again changes nothing."""
        self._insert_once(published_table, published_table.c.id == plan.id, {**vars(plan), "at": text(plan.at)})

    def published(self) -> tuple[PublishedRecord, ...]:
        """All published plans, oldest first."""
        rows = self._rows(sa.select(published_table).order_by(published_table.c.at, published_table.c.id))
        return tuple(PublishedRecord(**{**row._mapping, "at": time(row.at)}) for row in rows)

    # ---- transactions

    def _record(
        self,
        scenario: int,
        build: Callable[[ReadJournal, int], Event],
        expected_revision: int | None = None,
        state: dict[str, object] | None = None,
    ) -> Event:
        """Raise the revision and write the event, both or neither; the raised row is the lock."""
        with self._engine.begin() as connection:
            revision = self._raise_revision(connection, scenario, expected_revision, state or {})
            event = build(lambda: _journal(connection, scenario), revision)
            refuse_closed_slices(connection, self.watch, event, lambda: _journal(connection, scenario))
            connection.execute(sa.insert(event_table).values(event_values(event)))
        return event

    def _raise_revision(
        self, connection: Connection, scenario: int, expected: int | None, state: dict[str, object]
    ) -> int:
        raised = sa.update(scenario_table).where(scenario_table.c.id == scenario)
        if not state:
            raised = raised.where(sa.not_(scenario_table.c.archived), sa.not_(scenario_table.c.closed))
        if expected is not None:
            raised = raised.where(scenario_table.c.revision == expected)
        values = {"revision": scenario_table.c.revision + 1, **state}
        row = connection.execute(raised.values(values).returning(scenario_table.c.revision)).one_or_none()
        if row is None:
            raise self._why_not_raised(connection, scenario, expected)
        return int(row[0])

    def _why_not_raised(self, connection: Connection, scenario: int, expected: int | None) -> PlanError:
        row = connection.execute(sa.select(scenario_table).where(scenario_table.c.id == scenario)).one_or_none()
        if row is None:
            return NotFound(f"There is no scenario {scenario}", mend="list the scenarios")
        if expected is not None and row.revision != expected:
            events = [read_event(found) for found in connection.execute(events_of(scenario, after=expected))]
            return StaleRevision(expected=expected, actual=row.revision, change=latest_change(events))
        kind = "archived" if row.archived else "locked"
        return ScenarioClosed(f"The scenario {row.name!r} is {kind}", mend="branch from it, or have it opened again")

    def _why_not_added(self, name: str, extract: str) -> PlanError:
        known = [record.digest for record in self.extracts()]
        return name_taken(name) if extract in known else not_found("extract", extract, known)

    def _insert_once(self, table: sa.Table, key: sa.ColumnElement[bool], values: dict[str, object]) -> None:
        try:
            with self._engine.begin() as connection:
                if connection.execute(sa.select(sa.literal(1)).select_from(table).where(key)).first() is None:
                    connection.execute(sa.insert(table).values(values))
        except IntegrityError:
            return  # somebody else has just kept the same content

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[Row[tuple[object, ...]]]:
        with self._reader.connect() as connection:
            return connection.execute(query).all()

    def _prepared(self) -> "Records":
        try:
            self._prepare()
        except Exception:
            self.close()
            raise
        return self

    def _prepare(self) -> None:
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7311947)"))
            metadata.create_all(connection)
            version = connection.execute(sa.select(sa.func.max(about_table.c.schema_version))).scalar()
            if version is None:
                connection.execute(sa.insert(about_table).values(schema_version=SCHEMA_VERSION))
            elif version > SCHEMA_VERSION:
                raise PlanError("These records were written by a newer Steelyard", mend="install that version")


def _numbered(changes: Sequence[Change], scenario: int, revision: int) -> tuple[Change, ...]:
    return tuple(replace(change, id=f"{scenario}.{revision}.{n}") for n, change in enumerate(changes, start=1))


def _journal(connection: Connection, scenario: int) -> Journal:
    return Journal(tuple(read_event(row) for row in connection.execute(events_of(scenario))))


def _plain(
    scenario: int, kind: EventKind, actor: str, at: datetime, detail: str = ""
) -> Callable[[ReadJournal, int], Event]:
    return lambda _read, revision: Event(scenario, revision, kind, actor, at, detail=detail)
