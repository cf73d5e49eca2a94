"""Action records: gap-closing actions in the database, every version kept."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from steelyard.errors import NotFound, StaleRevision
from steelyard.plan.canonical import canonical_json
from steelyard.plan.money.action import GapAction
from steelyard.plan.record_tables import metadata, text, time
from steelyard.plan.uncertainty.effect import Effect

gap_action_table = sa.Table(
    "steelyard_gap_action",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)
"""Versions of the actions; the latest of a number counts."""


class GapActionRecords:
    """The register of gap-closing actions.

    Args:
        engine: An SQLAlchemy engine on which the table exists.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, action: GapAction) -> GapAction:
        """Keep a new action; it gets its number."""
        with self._engine.begin() as connection:
            last = connection.execute(sa.select(sa.func.max(gap_action_table.c.number))).scalar()
            numbered = replace(action, id=int(last or 0) + 1)
            connection.execute(sa.insert(gap_action_table).values(_row(numbered, 1)))
        return numbered

    def revise(self, action: GapAction, *, expected_version: int | None = None) -> GapAction:
        """Keep a new version of an action; the old ones stay.

        Raises:
            NotFound: There is no action of this number.
            StaleRevision: Somebody revised it in the meantime.
        """
        with self._engine.begin() as connection:
            query = sa.select(sa.func.max(gap_action_table.c.version)).where(gap_action_table.c.number == action.id)
            version = connection.execute(query).scalar()
            if version is None:
                raise _missing(action.id)
            if expected_version is not None and version != expected_version:
                raise StaleRevision(expected=expected_version, actual=int(version))
            connection.execute(sa.insert(gap_action_table).values(_row(action, int(version) + 1)))
        return action

    def entries(self) -> tuple[GapAction, ...]:
        """The latest version of every action, by number."""
        order = (gap_action_table.c.number, gap_action_table.c.version)
        latest = {row.number: row for row in self._rows(sa.select(gap_action_table).order_by(*order))}
        return tuple(_action(row) for row in latest.values())

    def entry(self, number: int) -> GapAction:
        """The latest version of an action.

        Raises:
            NotFound: There is no action of this number.
        """
        return self.history(number)[-1]

    def history(self, number: int) -> tuple[GapAction, ...]:
        """All versions of an action, oldest first.

        Raises:
            NotFound: There is no action of this number.
        """
        query = sa.select(gap_action_table).where(gap_action_table.c.number == number)
        found = self._rows(query.order_by(gap_action_table.c.version))
        if not found:
            raise _missing(number)
        return tuple(_action(row) for row in found)

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[Row[tuple[object, ...]]]:
        with self._reader.connect() as connection:
            return connection.execute(query).all()


def _missing(number: int) -> NotFound:
    return NotFound(f"There is no action {number}", mend="list the actions")


def _action(row: Row[tuple[object, ...]]) -> GapAction:
    content: dict[str, Any] = json.loads(row.content)
    effect = content.pop("effect")
    periods = tuple(effect.pop("periods") or ()) or None
    due = date.fromisoformat(content.pop("due"))
    return GapAction(
        **content, due=due, effect=Effect(periods=periods, **effect), id=row.number, actor=row.actor, at=time(row.at)
    )


def _row(action: GapAction, version: int) -> dict[str, object]:
    own = {entry.name: getattr(action, entry.name) for entry in fields(action)}
    kept = {name: value for name, value in own.items() if name not in ("id", "actor", "at", "effect", "due")}
    effect = action.effect
    scope = {level: list(members) for level, members in effect.scope.items()}
    content = canonical_json(
        kept | {"due": action.due.isoformat(), "effect": {**vars(effect), "scope": scope}}
    ).decode()
    return {
        "number": action.id, "version": version, "content": content, "actor": action.actor, "at": text(action.at),
    }  # fmt: skip
