"""Staleness: on what an answer stands, and what of it has moved since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

import polars as pl

from steelyard.errors import NotFound, PlanError
from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.code_version import code_version
from steelyard.plan.home import Home
from steelyard.plan.journal import Event
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ExtractRecord
from steelyard.plan.scenario import Scenario

MoveKind = Literal["changes", "extract", "code", "beside", "gone"]
NO_CHANGES: frozenset[str] = frozenset({"rename", "note", "close", "reopen", "archive", "restore"})
"""Events of a scenario that move no number."""


@dataclass(frozen=True)
class Footing:
    """On what an answer stands: kept beside it, so that it can say later whether it is stale.

    Example:
        `kept = footing_of(scenario).to_json()` beside a saved simulation; later
        `staleness(workspace, Footing.from_json(kept)).words`
    """

    name: str
    """The scenario, or the one a published plan came from."""
    digest: str
    """Digest of the plan: extract, parameters, changes and code."""
    extract: str
    revisions: tuple[tuple[int, int], ...]
    """Number and revision of the scenario and of the scenarios below it."""
    code: str
    """Digest of the calculating code."""
    at: datetime
    """When the answer was made."""
    published: str = ""
    """Id of the published plan, if the answer is one or stands on one."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Digests of what else went in, by name, such as the register of risks."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "beside", MappingProxyType(dict(self.beside)))

    def to_json(self) -> dict[str, Json]:
        """Spell it as plain values."""
        return {
            "name": self.name, "digest": self.digest, "extract": self.extract, "code": self.code,
            "revisions": [list(pair) for pair in self.revisions], "at": self.at.isoformat(),
            "published": self.published, "beside": dict(self.beside),
        }  # fmt: skip

    @classmethod
    def from_json(cls, spelled: Mapping[str, Json]) -> "Footing":
        """Read it back.

        Raises:
            PlanError: It was not written by `to_json`.
        """
        try:
            plain = dict(spelled)
            revisions = tuple((int(number), int(revision)) for number, revision in plain.pop("revisions"))  # type: ignore[union-attr, arg-type, misc]
            at = datetime.fromisoformat(str(plain.pop("at")))
            return cls(revisions=revisions, at=at, **plain)  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError) as fault:
            raise PlanError("This is no footing", where=str(fault), mend="calculate the answer again") from fault


@dataclass(frozen=True)
class Move:
    """One thing that has moved since an answer was made."""

    kind: MoveKind
    words: str
    """What people read, such as `3 changes in base by luis`."""
    at: datetime | None = None
    """When it moved last."""


@dataclass(frozen=True)
class Staleness:
    """Whether an answer still holds, and what has moved."""

    footing: Footing
    moves: tuple[Move, ...]

    @property
    def is_stale(self) -> bool:
        """Whether anything has moved."""
        return bool(self.moves)

    @property
    def words(self) -> str:
        """In one sentence; empty where it still holds.

        Example: `Stale: 3 changes in base by luis; a newer extract, of 2026-11-30`
        """
        return f"Stale: {'; '.join(move.words for move in self.moves)}" if self.moves else ""


def footing_of(scenario: Scenario, *, at: datetime, beside: Mapping[str, str] | None = None) -> Footing:
    """On what an answer stands that is made of a scenario as it is now."""
    revisions = tuple((one.number, one.revision) for one in _line(scenario))
    return Footing(scenario.name, scenario.digest, scenario.extract, revisions, code_version(), at, beside=beside or {})


def footing_of_published(home: Home, published: PublishedPlan) -> Footing:
    """On what a published plan stands: its scenario as it was at its publication."""
    revision = int(str(published.information["revision"]))
    try:
        number = home.records.scenario(published.scenario).id
        revisions: tuple[tuple[int, int], ...] = ((number, revision),)
    except NotFound:
        revisions = ()
    digest = str(published.content["plan"])
    return Footing(
        published.scenario, digest, published.extract, revisions, published.code, published.at, published=published.id
    )


def staleness(home: Home, footing: Footing, *, beside: Mapping[str, str] | None = None) -> Staleness:
    """Say what has moved since an answer was made.

    A scenario whose plan has the same digest again (a change and its undo) has not moved. A published plan never
    moves itself: what is told is whether its scenario went on, and whether newer facts have come.

    Args:
        home: The workspace.
        footing: What was kept beside the answer.
        beside: Digests of what else goes in, as they are now, by the names of the footing.
    """
    moves = [*_of_changes(home, footing), *_of_extract(home, footing), *_of_code(footing)]
    now = beside or {}
    moves += [
        Move("beside", f"the {name} has moved")
        for name, digest in footing.beside.items()
        if name in now and now[name] != digest
    ]
    return Staleness(footing, tuple(moves))


def footing_table(footing: Footing) -> pl.DataFrame:
    """What an exported workbook says of its own footing, line by line: two columns, What and Is."""
    scenario = footing.revisions[0] if footing.revisions else None
    told = {
        "Scenario": footing.name,
        "Revision": str(scenario[1]) if scenario else "",
        "Published plan": footing.published,
        "Plan digest": footing.digest,
        "Extract": footing.extract,
        "Code": footing.code,
        "Made": footing.at.isoformat(timespec="seconds"),
        "Is it stale? In a shell": f"steelyard scenario stale {footing.published or 'footing.json'}",
        "Is it stale? By REST": f"POST /api/scenarios/{footing.name}/stale",
        "Footing to ask with (footing.json)": canonical_json(footing.to_json()).decode(),
    }
    return pl.DataFrame([{"What": what, "Is": is_} for what, is_ in told.items() if is_])


def _line(scenario: Scenario) -> list[Scenario]:
    line = [scenario]
    while isinstance(base := line[-1].base, Scenario):
        line.append(base)
    return line


def _of_changes(home: Home, footing: Footing) -> list[Move]:
    if not footing.revisions:
        return [] if footing.published else [Move("gone", f"the scenario {footing.name} is gone")]
    scenario = Scenario(home, footing.revisions[0][0])
    try:
        if scenario.digest == footing.digest:
            return []
    except NotFound:
        return [Move("gone", f"the scenario {footing.name} is gone")]
    since = [(number, _since(home, number, revision)) for number, revision in footing.revisions]
    return [_told(home, number, events) for number, events in since if events]


def _since(home: Home, number: int, revision: int) -> list[Event]:
    events = home.records.journal(number).since(revision)
    return [event for event in events if event.kind not in NO_CHANGES]


def _told(home: Home, number: int, events: Sequence[Event]) -> Move:
    name = home.records.scenario(number).name
    counts = Counter(event.actor for event in events)
    count = sum(counts.values())
    who = ", ".join(actor for actor, _ in counts.most_common())
    words = f"{count} change{'' if count == 1 else 's'} in {name} by {who}"
    return Move("changes", words, max(event.at for event in events))


def _of_extract(home: Home, footing: Footing) -> list[Move]:
    known = {record.digest: record for record in home.records.extracts()}
    own = known.get(footing.extract)
    newer = [record for record in known.values() if _is_newer(record, own)]
    if not newer:
        return []
    latest = max(newer, key=lambda record: (record.as_of, record.at))
    return [Move("extract", f"a newer extract, of {latest.as_of}", latest.at)]


def _is_newer(record: ExtractRecord, own: ExtractRecord | None) -> bool:
    day: date | None = own.as_of if own is not None else None
    return own is not None and day is not None and (record.as_of, record.at) > (day, own.at)


def _of_code(footing: Footing) -> list[Move]:
    if footing.published or footing.code == code_version():
        return []
    return [Move("code", "another version of the program")]
