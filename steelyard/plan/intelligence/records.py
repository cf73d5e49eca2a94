"""Intelligence records: entries and their uses in the database, beside scenarios and plans."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from steelyard.errors import NotFound
from steelyard.plan.canonical import canonical_json
from steelyard.plan.intelligence.entry import IntelligenceEntry, IntelligenceUse
from steelyard.plan.record_tables import metadata, text, time

LARGEST = 2**31 - 1
"""The largest number an entry can have: that of an integer column."""

entry_table = sa.Table(
    "steelyard_intelligence",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("first_period", sa.Text, nullable=False),
    sa.Column("last_period", sa.Text, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("likely", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("valid_until", sa.String(10)),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)

use_table = sa.Table(
    "steelyard_intelligence_use",
    metadata,
    sa.Column("change", sa.String(40), primary_key=True),
    sa.Column("entry", sa.ForeignKey("steelyard_intelligence.id"), nullable=False),
    sa.Column("scenario", sa.ForeignKey("steelyard_scenario.id"), nullable=False),
    sa.Column("counter", sa.Boolean, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)


class IntelligenceRecords:
    """Entries and their uses.

    Args:
        engine: An SQLAlchemy engine on which the tables exist.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, entry: IntelligenceEntry) -> IntelligenceEntry:
        """Keep an entry; it gets its number."""
        with self._engine.begin() as connection:
            number = connection.execute(sa.insert(entry_table).values(_values(entry))).inserted_primary_key
        assert number is not None
        return replace(entry, id=int(number[0]))

    def entries(self, *, withdrawn: bool = True) -> tuple[IntelligenceEntry, ...]:
        """All entries, the oldest first."""
        query = sa.select(entry_table).order_by(entry_table.c.id)
        rows = self._rows(query if withdrawn else query.where(sa.not_(entry_table.c.withdrawn)))
        return tuple(_entry(row) for row in rows)

    def entry(self, number: int) -> IntelligenceEntry:
        """Find an entry.

        Raises:
            NotFound: There is none of this number.
        """
        query = sa.select(entry_table).where(entry_table.c.id == number)
        rows = self._rows(query) if 0 < number <= LARGEST else ()
        if not rows:
            raise NotFound(f"There is no intelligence entry {number}", mend="list the entries")
        return _entry(rows[0])

    def withdraw(self, number: int) -> IntelligenceEntry:
        """Mark an entry as withdrawn; its track record stays.

        Raises:
            NotFound: There is none of this number.
        """
        self.entry(number)
        with self._engine.begin() as connection:
            connection.execute(sa.update(entry_table).where(entry_table.c.id == number).values(withdrawn=True))
        return self.entry(number)

    def add_use(self, use: IntelligenceUse) -> None:
        """Remember which change carries an entry."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(use_table).values({**vars(use), "at": text(use.at)}))

    def uses(self, *, entry: int | None = None) -> tuple[IntelligenceUse, ...]:
        """Changes that carry entries, the oldest first."""
        query = sa.select(use_table).order_by(use_table.c.at, use_table.c.change)
        rows = self._rows(query if entry is None else query.where(use_table.c.entry == entry))
        return tuple(IntelligenceUse(**{**row._mapping, "at": time(row.at)}) for row in rows)

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[Row[tuple[object, ...]]]:
        with self._reader.connect() as connection:
            return connection.execute(query).all()


def _values(entry: IntelligenceEntry) -> dict[str, object]:
    scope = canonical_json({level: list(members) for level, members in entry.scope.items()}).decode()
    return {
        "kind": entry.kind, "source": entry.source.strip(), "statement": entry.statement.strip(), "scope": scope,
        "first_period": entry.periods[0], "last_period": entry.periods[1], "low": entry.low, "likely": entry.likely,
        "high": entry.high, "confidence": entry.confidence, "evidence": entry.evidence, "owner": entry.owner,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None, "actor": entry.actor,
        "at": text(entry.at), "withdrawn": entry.withdrawn,
    }  # fmt: skip


def _entry(row: Row[tuple[object, ...]]) -> IntelligenceEntry:
    values = dict(row._mapping)
    first, last = str(values.pop("first_period")), str(values.pop("last_period"))
    values |= {
        "scope": json.loads(row.scope),
        "valid_until": date.fromisoformat(row.valid_until) if row.valid_until else None,
        "at": datetime.fromisoformat(row.at),
    }
    return IntelligenceEntry(periods=(first, last), **values)
