"""Signpost records: signposts in the database, every version kept."""

import json
from dataclasses import replace
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from steelyard.errors import NotFound
from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.record_tables import metadata, text, time
from steelyard.plan.uncertainty.signpost import Side, Signpost

signpost_table = sa.Table(
    "steelyard_signpost",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)


class SignpostRecords:
    """The signposts of a workspace.

    Args:
        engine: An SQLAlchemy engine on which the table exists.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(steelyard_reads=True)

    def add(self, signpost: Signpost) -> Signpost:
        """Keep a new signpost; it gets its number."""
        with self._engine.begin() as connection:
            last = connection.execute(sa.select(sa.func.max(signpost_table.c.number))).scalar()
            numbered = replace(signpost, id=int(last or 0) + 1)
            _keep(connection, numbered, 1)
        return numbered

    def revise(self, signpost: Signpost) -> Signpost:
        """Keep a new version of a signpost; the old ones stay.

        Raises:
            NotFound: There is no signpost of this number.
        """
        with self._engine.begin() as connection:
            query = sa.select(sa.func.max(signpost_table.c.version)).where(signpost_table.c.number == signpost.id)
            version = connection.execute(query).scalar()
            if version is None:
                raise _missing(signpost.id)
            _keep(connection, signpost, int(version) + 1)
        return signpost

    def entries(self) -> tuple[Signpost, ...]:
        """The latest version of every signpost, by number."""
        query = sa.select(signpost_table).order_by(signpost_table.c.number, signpost_table.c.version)
        latest: dict[int, Signpost] = {}
        with self._reader.connect() as connection:
            for row in connection.execute(query).all():
                latest[row.number] = replace(_read(row.content), id=row.number, actor=row.actor, at=time(row.at))
        return tuple(latest.values())

    def entry(self, number: int) -> Signpost:
        """The latest version of a signpost.

        Raises:
            NotFound: There is no signpost of this number.
        """
        for one in self.entries():
            if one.id == number:
                return one
        raise _missing(number)


def _keep(connection: Connection, one: Signpost, version: int) -> None:
    spelled: dict[str, Json] = {
        "statement": one.statement, "owner": one.owner, "measure": one.measure, "side": one.side,
        "threshold": one.threshold, "scenario": one.scenario, "note": one.note, "closed": one.closed,
        "scope": {level: list(members) for level, members in one.scope.items()},
        "periods": list(one.periods) if one.periods else None,
    }  # fmt: skip
    content = canonical_json(spelled).decode()
    row = {"number": one.id, "version": version, "content": content, "actor": one.actor, "at": text(one.at)}
    connection.execute(sa.insert(signpost_table).values(row))


def _read(content: str) -> Signpost:
    given = json.loads(content)
    periods = given["periods"]
    return Signpost(
        given["statement"], given["owner"], given["measure"], cast(Side, given["side"]), given["threshold"],
        given["scenario"], {level: tuple(members) for level, members in given["scope"].items()},
        (periods[0], periods[1]) if periods else None, given["closed"], given["note"],
    )  # fmt: skip


def _missing(number: int) -> NotFound:
    return NotFound(f"There is no signpost {number}", mend="list the signposts")
