"""Record tables: how records lie in the database, and the connection to it."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.change import Change
from steelyard.plan.journal import Event

SCHEMA_VERSION = 1
BUSY_SECONDS = 20

metadata = sa.MetaData()

about_table = sa.Table("steelyard_about", metadata, sa.Column("schema_version", sa.Integer, primary_key=True))

extract_table = sa.Table(
    "steelyard_extract",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("source_system", sa.Text, nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)

scenario_table = sa.Table(
    "steelyard_scenario",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("extract", sa.ForeignKey("steelyard_extract.digest"), nullable=False),
    sa.Column("parameters", sa.Text, nullable=False),
    sa.Column("base_scenario", sa.ForeignKey("steelyard_scenario.id")),
    sa.Column("base_plan", sa.String(64)),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

event_table = sa.Table(
    "steelyard_event",
    metadata,
    sa.Column("scenario", sa.ForeignKey("steelyard_scenario.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Column("target", sa.Integer),
    sa.Column("detail", sa.Text, nullable=False),
)

published_table = sa.Table(
    "steelyard_published",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("scenario", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("extract", sa.String(64), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class ExtractRecord:
    """An extract the workspace holds."""

    digest: str
    company: str
    source_system: str
    as_of: date
    actor: str
    at: datetime


@dataclass(frozen=True)
class ScenarioRecord:
    """A scenario: a base and what was done since."""

    id: int
    name: str
    extract: str
    """Digest of the extract it stands on."""
    parameters: dict[str, Json]
    """Settings of the model: horizon, calendar, forecast mode and so on."""
    base_scenario: int | None
    base_plan: str | None
    """Id of the published plan it branched from; at most one of the two bases is given."""
    revision: int
    archived: bool
    closed: bool
    actor: str
    at: datetime
    note: str


@dataclass(frozen=True)
class PublishedRecord:
    """A published plan the workspace holds."""

    id: str
    scenario: str
    revision: int
    extract: str
    actor: str
    at: datetime
    note: str


def open_engine(url: str | Path) -> Engine:
    """Connect to a file (SQLite) or to a database by URL (SQLite or PostgreSQL)."""
    if isinstance(url, Path):
        return _sqlite(sa.URL.create("sqlite", database=str(url)))
    made = sa.make_url(url)
    if made.get_backend_name() == "sqlite":
        return _sqlite(made)
    if made.drivername in ("postgres", "postgresql"):
        made = made.set(drivername="postgresql+psycopg")
    return sa.create_engine(made, pool_pre_ping=True)


def _sqlite(url: sa.URL) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _tune_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once, so that two writers queue up instead of failing half-way."""
    reads = connection.get_execution_options().get("steelyard_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def events_of(scenario: int, *, after: int = 0) -> sa.Select[tuple[object, ...]]:
    """Ask for the events of a scenario after a revision."""
    found = sa.select(event_table).where(event_table.c.scenario == scenario, event_table.c.revision > after)
    return found.order_by(event_table.c.revision)


def event_values(event: Event) -> dict[str, object]:
    """Spell an event as a row."""
    changes = canonical_json([change.to_json() for change in event.changes]).decode()
    return {**vars(event), "at": text(event.at), "changes": changes}


def read_event(row: Row[tuple[object, ...]]) -> Event:
    """Read an event from its row."""
    changes = tuple(Change.from_json(spelled) for spelled in json.loads(row.changes))
    return Event(row.scenario, row.revision, row.kind, row.actor, time(row.at), changes, row.target, row.detail)


def read_scenario(row: Row[tuple[object, ...]]) -> ScenarioRecord:
    """Read a scenario from its row."""
    return ScenarioRecord(**{**row._mapping, "parameters": json.loads(row.parameters), "at": time(row.at)})


def read_extract(row: Row[tuple[object, ...]]) -> ExtractRecord:
    """Read an extract from its row."""
    return ExtractRecord(**{**row._mapping, "as_of": date.fromisoformat(row.as_of), "at": time(row.at)})


def text(at: datetime) -> str:
    """Spell a time, in UTC, the same in every database."""
    return at.astimezone(UTC).isoformat()


def time(spelled: str) -> datetime:
    """Read a time."""
    return datetime.fromisoformat(spelled)
