"""Journal: what happened to a scenario, event by event, and the changes that follow from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from steelyard.plan.change import Change

EventKind = Literal[
    "append", "switch_on", "switch_off", "undo", "redo", "archive", "restore", "close", "reopen", "rename", "note",
    "merge",
]  # fmt: skip

UNDOABLE: frozenset[str] = frozenset({"append", "switch_on", "switch_off", "merge"})
"""Events that a person may take back."""


@dataclass(frozen=True)
class Event:
    """One thing that somebody did to a scenario; never altered, never deleted."""

    scenario: int
    revision: int
    """The revision the scenario has after the event."""
    kind: EventKind
    actor: str
    at: datetime
    changes: tuple[Change, ...] = ()
    """Changes appended together; a paste is one event and one undo."""
    target: int | None = None
    """Revision of the event that is undone or redone."""
    detail: str = ""
    """Id of the change that is switched, the new name or note, or what a merge switched: `-1.2.1 +1.3.1`."""

    @property
    def switched(self) -> dict[str, bool]:
        """Which changes it switches on or off, by id."""
        if self.kind == "merge":
            return {token[1:]: token.startswith("+") for token in self.detail.split()}
        return {self.detail: self.kind == "switch_on"} if self.kind in ("switch_on", "switch_off") else {}


@dataclass(frozen=True)
class Journal:
    """All events of a scenario, by revision."""

    events: tuple[Event, ...]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes that stand, in the order in which they were made."""
        standing: dict[str, Change] = {}
        for event in self._standing:
            standing.update({change.id: change for change in event.changes})
            for changed, on in event.switched.items():
                if changed in standing:
                    standing[changed] = replace(standing[changed], enabled=on)
        return tuple(standing.values())

    def undoable(self, actor: str) -> Event | None:
        """The event an actor would take back next."""
        own = [event for event in self._standing if event.actor == actor]
        return own[-1] if own else None

    def redoable(self, actor: str) -> Event | None:
        """The event an actor would bring back next; doing something new forgets what was undone before."""
        waiting: list[int] = []
        for event in self.events:
            if event.actor == actor:
                waiting = _after(waiting, event)
        return self._by_revision[waiting[-1]] if waiting else None

    def moved_by(self, event: Event) -> tuple[Change, ...]:
        """The changes that an event brings, switches, takes back or brings back."""
        undone = self._by_revision.get(event.target) if event.target is not None else None
        switched = {**event.switched, **(undone.switched if undone else {})}
        ever = {change.id: change for past in self.events for change in past.changes}
        named = tuple(ever[name] for name in switched if name in ever)
        return (*event.changes, *(undone.changes if undone else ()), *named)

    def since(self, revision: int) -> tuple[Event, ...]:
        """The events after a revision."""
        return tuple(event for event in self.events if event.revision > revision)

    @cached_property
    def _by_revision(self) -> dict[int, Event]:
        return {event.revision: event for event in self.events}

    @cached_property
    def _standing(self) -> tuple[Event, ...]:
        undone: set[int] = set()
        for event in self.events:
            if event.kind == "undo" and event.target is not None:
                undone.add(event.target)
            elif event.kind == "redo" and event.target is not None:
                undone.discard(event.target)
        return tuple(event for event in self.events if event.kind in UNDOABLE and event.revision not in undone)


def latest_change(events: Iterable[Event]) -> Change | Event | None:
    """What to show to somebody whose view is stale: the latest change, or else the latest event."""
    happened = list(events)
    changes = [change for event in happened for change in event.changes]
    return changes[-1] if changes else (happened[-1] if happened else None)


def _after(waiting: Sequence[int], event: Event) -> list[int]:
    if event.kind == "undo" and event.target is not None:
        return [*waiting, event.target]
    if event.kind == "redo":
        return list(waiting[:-1])
    return [] if event.kind in UNDOABLE else list(waiting)
