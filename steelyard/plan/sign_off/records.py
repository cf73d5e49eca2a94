"""Sign-off records: every act on a slice by a function, in order, never altered."""

import json
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from steelyard.errors import NotFound, StaleRevision
from steelyard.plan.canonical import canonical_json
from steelyard.plan.change import Change
from steelyard.plan.journal import Event, Journal, latest_change
from steelyard.plan.record_tables import events_of, metadata, read_event, scenario_table, text, time
from steelyard.plan.sign_off.signature import Act, SignOff, Slice, check_act

sign_off_table = sa.Table(
    "steelyard_sign_off",
    metadata,
    sa.Column("scenario", sa.ForeignKey("steelyard_scenario.id"), primary_key=True),
    sa.Column("function", sa.String(40), primary_key=True),
    sa.Column("slice", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("first_period", sa.Text, nullable=False),
    sa.Column("last_period", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


class SignOffRecords:
    """Who signed what.

    Args:
        engine: The database of the records.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)

    def acts(self, scenario: int) -> tuple[SignOff, ...]:
        """Every act on slices of a scenario, oldest first."""
        with self._reader.connect() as connection:
            return _acts(connection, scenario)

    def latest(self, scenario: int) -> tuple[SignOff, ...]:
        """The latest act of each function on each slice, oldest first."""
        return latest_acts(self.acts(scenario))

    def add(
        self,
        scenario: int,
        function: str,
        signed: Slice,
        *,
        act: Act,
        revision: int,
        digest: str,
        value: float,
        actor: str,
        at: datetime,
        note: str = "",
    ) -> SignOff:
        """Keep an act; the scenario's row is the lock, so that of two people at the same moment one comes first.

        Args:
            scenario: Number of the scenario.
            function: Who stands behind it.
            signed: The slice.
            act: What is done.
            revision: The revision whose numbers the person saw.
            digest: Digest of these numbers.
            value: Their total.
            actor: Who does it.
            at: When.
            note: Why.

        Raises:
            StaleRevision: The scenario has moved since.
            AlreadySigned: The function has just signed the same numbers.
            SliceClosed: The slice is closed.
            NotFound: There is nothing to reopen or withdraw, or no such scenario.
        """
        with self._engine.begin() as connection:
            _lock(connection, scenario, revision)
            before = [one for one in _acts(connection, scenario) if (one.function, one.slice) == (function, signed)]
            check_act(act, before[-1] if before else None, digest=digest)
            made = SignOff(scenario, function, signed, len(before) + 1, act, revision, digest, value, actor, at, note)
            connection.execute(sa.insert(sign_off_table).values(_row_of(made)))
        return made


def latest_acts(acts: tuple[SignOff, ...]) -> tuple[SignOff, ...]:
    """The latest act of each function on each slice, in the order of time."""
    found = {(act.function, act.slice.key): act for act in acts}
    return tuple(sorted(found.values(), key=lambda act: (act.at, act.function, act.slice.key)))


def closed_slices(connection: Connection, scenario: int) -> tuple[SignOff, ...]:
    """Slices of a scenario that are closed, as the transaction sees them."""
    return tuple(act for act in latest_acts(_acts(connection, scenario)) if act.act == "closed")


Watch = Callable[[int, tuple[SignOff, ...], tuple[Change, ...]], None]
"""Refuses changes of closed slices: number of the scenario, the slices, the changes that move."""


def refuse_closed_slices(
    connection: Connection, watch: Watch | None, event: Event, journal: Callable[[], Journal]
) -> None:
    """Ask the watch whether an event moves a closed slice, within the transaction that would keep it.

    Raises:
        SliceClosed: It does.
    """
    closed = closed_slices(connection, event.scenario) if watch is not None else ()
    if watch is not None and closed:
        watch(event.scenario, closed, journal().moved_by(event))


def _acts(connection: Connection, scenario: int) -> tuple[SignOff, ...]:
    columns = sign_off_table.c
    asked = sa.select(sign_off_table).where(columns.scenario == scenario)
    return tuple(_read(row) for row in connection.execute(asked.order_by(columns.at, columns.slice, columns.number)))


def _lock(connection: Connection, scenario: int, revision: int) -> None:
    """Take the scenario's row and see that its numbers are those that were seen."""
    taken = sa.update(scenario_table).where(scenario_table.c.id == scenario)
    row = connection.execute(
        taken.values(revision=scenario_table.c.revision).returning(scenario_table.c.revision)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no scenario {scenario}", mend="list the scenarios")
    if row[0] != revision:
        events = [read_event(found) for found in connection.execute(events_of(scenario, after=revision))]
        raise StaleRevision(expected=revision, actual=row[0], change=latest_change(events))


def _row_of(made: SignOff) -> dict[str, object]:
    first, last = made.slice.periods or ("", "")
    scope = canonical_json({level: list(members) for level, members in made.slice.scope.items()}).decode()
    return {
        "scenario": made.scenario, "function": made.function, "slice": made.slice.key, "number": made.number,
        "act": made.act, "measure": made.slice.measure, "scope": scope, "first_period": first, "last_period": last,
        "revision": made.revision, "digest": made.digest, "value": made.value, "actor": made.actor,
        "at": text(made.at), "note": made.note,
    }  # fmt: skip


def _read(row: Row[tuple[object, ...]]) -> SignOff:
    scope = {level: tuple(members) for level, members in json.loads(row.scope).items()}
    periods = (row.first_period, row.last_period) if row.first_period else None
    return SignOff(
        row.scenario, row.function, Slice(row.measure, scope, periods), row.number, row.act, row.revision, row.digest,
        row.value, row.actor, time(row.at), row.note,
    )  # fmt: skip
