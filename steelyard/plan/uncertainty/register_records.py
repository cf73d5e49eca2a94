"""Register records: assumptions and risks in the database, every version kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from steelyard.errors import NotFound, StaleRevision
from steelyard.plan.canonical import canonical_json, digest_of
from steelyard.plan.record_tables import metadata, text, time
from steelyard.plan.uncertainty.drawing import require_drawn
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.group import check_groups
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.plan.uncertainty.signpost_records import SignpostRecords

Entry = TypeVar("Entry", Assumption, Risk)
REGISTER_OF_ASSUMPTIONS, REGISTER_OF_RISKS = "register of assumptions", "register of risks"


def _register_table(name: str) -> sa.Table:
    """Versions of the entries of one register; the latest of a number counts."""
    return sa.Table(
        name,
        metadata,
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


assumption_table = _register_table("steelyard_assumption")
risk_table = _register_table("steelyard_risk")


class Register(Generic[Entry]):
    """One register.

    Args:
        engine: An SQLAlchemy engine on which the tables exist.
        table: Where its versions lie.
        read: Makes an entry of its content.
        word: What an entry is called in messages.
        check: Raises where the entries, as they would be, contradict each other.
        admit: Raises where a new entry could not be used.
    """

    def __init__(
        self,
        engine: Engine,
        table: sa.Table,
        read: Callable[[dict[str, object]], Entry],
        word: str,
        check: Callable[[Sequence[Entry]], None] = lambda _: None,
        admit: Callable[[Entry], None] = lambda _: None,
    ) -> None:
        self._engine, self._table, self._word = engine, table, word
        self._check: Callable[[Sequence[Entry]], None] = check
        self._admit: Callable[[Entry], None] = admit
        self._read: Callable[[dict[str, object]], Entry] = read
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, entry: Entry) -> Entry:
        """Keep a new entry; it gets its number.

        Raises:
            ChangeInvalid: It could not be used, or contradicts other entries; nothing is kept.
        """
        self._admit(entry)
        self._refuse(entry)
        with self._engine.begin() as connection:
            last = connection.execute(sa.select(sa.func.max(self._table.c.number))).scalar()
            numbered = replace(entry, id=int(last or 0) + 1)
            connection.execute(sa.insert(self._table).values(_row(numbered, 1)))
        return numbered

    def revise(self, entry: Entry, *, expected_version: int | None = None) -> Entry:
        """Keep a new version of an entry; the old ones stay.

        Raises:
            NotFound: There is no entry of this number.
            StaleRevision: Somebody revised it in the meantime.
            ChangeInvalid: It contradicts other entries; nothing is kept.
        """
        self._refuse(entry)
        with self._engine.begin() as connection:
            query = sa.select(sa.func.max(self._table.c.version)).where(self._table.c.number == entry.id)
            version = connection.execute(query).scalar()
            if version is None:
                raise self._missing(entry.id)
            if expected_version is not None and version != expected_version:
                raise StaleRevision(expected=expected_version, actual=int(version))
            connection.execute(sa.insert(self._table).values(_row(entry, int(version) + 1)))
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """The latest version of every entry, by number."""
        latest: dict[int, Entry] = {}
        for row in self._rows(sa.select(self._table).order_by(self._table.c.number, self._table.c.version)):
            latest[row.number] = self._entry(row)
        return tuple(latest.values())

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
        found = self._rows(sa.select(self._table).where(self._table.c.number == number).order_by(self._table.c.version))
        if not found:
            raise self._missing(number)
        return tuple(self._entry(row) for row in found)

    def _refuse(self, entry: Entry) -> None:
        """Refuse an entry that contradicts the others; one not yet kept has no number."""
        would_be: list[Entry] = [other for other in self.entries() if other.id != entry.id or not entry.id]
        would_be.append(entry)
        self._check(would_be)

    def _entry(self, row: Row[tuple[object, ...]]) -> Entry:
        content = json.loads(row.content)
        effect = content.pop("effect")
        periods = tuple(effect.pop("periods")) if effect["periods"] else None
        content["effect"] = Effect(periods=periods, **{k: v for k, v in effect.items() if k != "periods"})
        read: Entry = replace(self._read(content), id=row.number, actor=row.actor, at=time(row.at))
        return read

    def _missing(self, number: int) -> NotFound:
        return NotFound(f"There is no {self._word} {number}", mend=f"list the {self._word}s")

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[Row[tuple[object, ...]]]:
        with self._reader.connect() as connection:
            return connection.execute(query).all()


class Registers:
    """The registers of a workspace.

    Args:
        engine: An SQLAlchemy engine on which the tables exist.
    """

    def __init__(self, engine: Engine) -> None:
        self.assumptions: Register[Assumption] = Register(engine, assumption_table, _assumption, "assumption")
        self.risks: Register[Risk] = Register(engine, risk_table, _risk, "risk", check_groups, require_drawn)
        self.signposts = SignpostRecords(engine)

    def digests(self) -> dict[str, str]:
        """Digests of the registers as they are now, by their names: what an answer stands on beside its plan."""
        return {
            REGISTER_OF_ASSUMPTIONS: digest_of(repr(self.assumptions.entries())),
            REGISTER_OF_RISKS: digest_of(repr(self.risks.entries())),
        }


def _assumption(content: dict[str, object]) -> Assumption:
    until = content["valid_until"]
    return Assumption(**{**content, "valid_until": date.fromisoformat(str(until)) if until else None})  # type: ignore[arg-type]


def _risk(content: dict[str, object]) -> Risk:
    return Risk(**content)  # type: ignore[arg-type]


def _row(entry: Assumption | Risk, version: int) -> dict[str, object]:
    effect = entry.effect
    spelled = {
        **{name: value for name, value in vars(entry).items() if name not in ("id", "actor", "at", "effect")},
        "effect": {**vars(effect), "scope": {level: list(members) for level, members in effect.scope.items()}},
    }
    if isinstance(entry, Assumption):
        spelled["valid_until"] = entry.valid_until.isoformat() if entry.valid_until else None
    content = canonical_json(spelled).decode()
    return {"number": entry.id, "version": version, "content": content, "actor": entry.actor, "at": text(entry.at)}
