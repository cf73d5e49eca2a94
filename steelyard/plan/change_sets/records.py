"""Records of change sets: every version of each, in the database beside the scenarios."""

import json
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import IntegrityError

from steelyard.errors import NotFound, StaleRevision
from steelyard.plan.canonical import canonical_json
from steelyard.plan.change import Change
from steelyard.plan.change_sets.change_set import ChangeSet
from steelyard.plan.record_tables import metadata, text, time

set_table = sa.Table(
    "steelyard_change_set",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)


class ChangeSetRecords:
    """The change sets of a workspace; the latest version of a name counts.

    Args:
        engine: An SQLAlchemy engine on which the tables exist.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, made: ChangeSet, *, withdrawn: bool = False) -> ChangeSet:
        """Keep a set as the next version of its name.

        Raises:
            StaleRevision: Somebody else kept a version of it at the same moment.
        """
        versions = sa.select(sa.func.max(set_table.c.version)).where(set_table.c.name == made.name)
        try:
            with self._engine.begin() as connection:
                version = int(connection.execute(versions).scalar() or 0) + 1
                numbered = replace(made, version=version)
                connection.execute(sa.insert(set_table).values(_row(numbered, withdrawn)))
        except IntegrityError as fault:
            raise StaleRevision(expected=made.version, actual=made.version + 1) from fault
        return numbered

    def withdraw(self, made: ChangeSet) -> ChangeSet:
        """Take a set off the list; its versions stay on record."""
        return self.add(made, withdrawn=True)

    def sets(self) -> tuple[ChangeSet, ...]:
        """The latest version of every set that is not withdrawn, by name."""
        latest = {row.name: row for row in self._rows()}
        return tuple(_read(row) for _, row in sorted(latest.items()) if not row.withdrawn)

    def find(self, name: str) -> ChangeSet:
        """The latest version of a set.

        Raises:
            NotFound: There is none of this name; the message names near ones.
        """
        known = {found.name: found for found in self.sets()}
        if name not in known:
            near = get_close_matches(name, known, 3, cutoff=0.4)
            mend = f"use {' or '.join(repr(other) for other in near)}" if near else "list the change sets"
            raise NotFound(f"There is no change set {name!r}", mend=mend)
        return known[name]

    def history(self, name: str) -> tuple[ChangeSet, ...]:
        """All versions of a set, oldest first."""
        return tuple(_read(row) for row in self._rows() if row.name == name)

    def _rows(self) -> Sequence[Row[tuple[object, ...]]]:
        query = sa.select(set_table).order_by(set_table.c.name, set_table.c.version)
        with self._reader.connect() as connection:
            return connection.execute(query).all()


def _row(made: ChangeSet, withdrawn: bool) -> dict[str, object]:
    return {
        "name": made.name, "version": made.version, "source": made.source, "note": made.note, "actor": made.actor,
        "at": text(made.at), "withdrawn": withdrawn, "labels": json.dumps(made.labels),
        "changes": canonical_json([change.to_json() for change in made.changes]).decode(),
    }  # fmt: skip


def _read(row: Row[tuple[object, ...]]) -> ChangeSet:
    changes = tuple(Change.from_json(spelled) for spelled in json.loads(row.changes))
    return ChangeSet(
        row.name, changes, row.note, row.source, tuple(json.loads(row.labels)), row.actor, time(row.at), row.version
    )
