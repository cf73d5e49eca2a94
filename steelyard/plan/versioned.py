"""Versioned records: numbered entries in the database of which every version is kept, and the latest counts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from steelyard.errors import NotFound, StaleRevision
from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.record_tables import metadata, text, time

ATTEMPTS = 20
"""How often a new entry asks for the next number while others take it."""
BESIDE = ("id", "actor", "at")
"""Fields that lie in columns of their own."""


class Numbered(Protocol):
    """A frozen dataclass with a number, which the records give, and who wrote it when."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def id(self) -> int:
        """Its number; 0 before it is kept."""

    @property
    def actor(self) -> str:
        """Who wrote this version."""

    @property
    def at(self) -> datetime:
        """When."""


Entry = TypeVar("Entry", bound=Numbered)


def versioned_table(name: str) -> sa.Table:
    """Declare a table of versions."""
    return sa.Table(
        name,
        metadata,
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def _fits(_: object) -> None:
    """Refuse nothing."""


class VersionedRecords(Generic[Entry]):
    """Entries of one kind.

    Args:
        engine: An SQLAlchemy engine on which the table exists.
        table: Where the versions lie.
        read: Makes an entry of its kept content; number, writer and time are added.
        word: What an entry is called in messages.
        admit: Raises where a new entry could not be used.
        check: Raises where the entries, as they would be, contradict each other.
    """

    def __init__(
        self,
        engine: Engine,
        table: sa.Table,
        read: Callable[[dict[str, Any]], Entry],
        word: str,
        admit: Callable[[Entry], None] = _fits,
        check: Callable[[Sequence[Entry]], None] = _fits,
    ) -> None:
        self._engine, self._table, self._word = engine, table, word
        self._read: Callable[[dict[str, Any]], Entry] = read
        self._admit: Callable[[Entry], None] = admit
        self._check: Callable[[Sequence[Entry]], None] = check
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, entry: Entry) -> Entry:
        """Keep a new entry; it gets its number.

        Raises:
            ChangeInvalid: It could not be used, or contradicts other entries; nothing is kept.
        """
        self._admit(entry)
        for _ in range(ATTEMPTS):
            try:
                return self._add(entry)
            except IntegrityError:  # somebody took the number
                continue
        return self._add(entry)

    def revise(self, entry: Entry, *, expected_version: int | None = None) -> Entry:
        """Keep a new version of an entry; the old ones stay.

        Args:
            entry: Its new version, with its number.
            expected_version: The version it was made from; None writes over whatever is there.

        Raises:
            NotFound: There is no entry of this number.
            StaleRevision: Somebody revised it in the meantime.
            ChangeInvalid: It contradicts other entries; nothing is kept.
        """
        version = 0
        try:
            with self._engine.begin() as connection:
                version = self._version(connection, entry.id)
                if expected_version is not None and version != expected_version:
                    raise StaleRevision(expected=expected_version, actual=version)
                self._check([one for one in self._latest(connection) if one.id != entry.id] + [entry])
                self._keep(connection, entry, version + 1)
        except IntegrityError as error:
            raise StaleRevision(expected=version, actual=version + 1) from error
        return entry

    def version(self, number: int) -> int:
        """The number of the latest version of an entry.

        Raises:
            NotFound: There is no entry of this number.
        """
        with self._reader.connect() as connection:
            return self._version(connection, number)

    def entries(self) -> tuple[Entry, ...]:
        """The latest version of every entry, by number."""
        with self._reader.connect() as connection:
            return self._latest(connection)

    def entry(self, number: int) -> Entry:
        """The latest version of an entry.

        Raises:
            NotFound: There is no entry of this number.
        """
        return self.history(number)[-1]

    def history(self, number: int) -> tuple[Entry, ...]:
        """All versions of an entry, oldest first.

        Raises:
            NotFound: There is no entry of this number.
        """
        query = sa.select(self._table).where(self._table.c.number == number).order_by(self._table.c.version)
        with self._reader.connect() as connection:
            found = connection.execute(query).all()
        if not found:
            raise self._missing(number)
        return tuple(self._entry(row) for row in found)

    def _add(self, entry: Entry) -> Entry:
        with self._engine.begin() as connection:
            self._check([*self._latest(connection), entry])
            last = connection.execute(sa.select(sa.func.max(self._table.c.number))).scalar()
            numbered = _with(entry, id=int(last or 0) + 1)
            self._keep(connection, numbered, 1)
        return numbered

    def _version(self, connection: Connection, number: int) -> int:
        query = sa.select(sa.func.max(self._table.c.version)).where(self._table.c.number == number)
        version = connection.execute(query).scalar()
        if version is None:
            raise self._missing(number)
        return int(version)

    def _latest(self, connection: Connection) -> tuple[Entry, ...]:
        query = sa.select(self._table).order_by(self._table.c.number, self._table.c.version)
        latest = {row.number: row for row in connection.execute(query).all()}
        return tuple(self._entry(row) for row in latest.values())

    def _keep(self, connection: Connection, entry: Entry, version: int) -> None:
        own = {one.name: _spelled(getattr(entry, one.name)) for one in fields(entry) if one.name not in BESIDE}
        content = canonical_json(own).decode()
        row = {"number": entry.id, "version": version, "content": content, "actor": entry.actor, "at": text(entry.at)}
        connection.execute(sa.insert(self._table).values(row))

    def _entry(self, row: Row[Any]) -> Entry:
        return _with(self._read(json.loads(row.content)), id=row.number, actor=row.actor, at=time(row.at))

    def _missing(self, number: int) -> NotFound:
        return NotFound(f"There is no {self._word} {number}", mend=f"list the {self._word}s")


def _with(entry: Entry, **values: object) -> Entry:
    """A copy with other values; the type checker cannot know that the protocol is of dataclasses alone."""
    changed: Entry = replace(entry, **values)
    return changed


def _spelled(value: object) -> Json:
    """A value of an entry as JSON: days by their ISO name, dataclasses by their fields."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _spelled(member) for name, member in value.items()}
    if isinstance(value, (tuple, list)):
        return [_spelled(member) for member in value]
    if is_dataclass(value):
        return {one.name: _spelled(getattr(value, one.name)) for one in fields(value)}
    assert value is None or isinstance(value, (str, int, float, bool))
    return value
