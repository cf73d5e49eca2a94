"""Agenda: what a meeting has to talk about, what matters most first, within the time there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Part = Literal["actions", "assumptions", "cases", "exceptions", "levers", "decisions"]
PARTS: tuple[tuple[Part, str], ...] = (
    ("actions", "Actions due"),
    ("assumptions", "Assumptions that changed"),
    ("cases", "Problems that go on"),
    ("exceptions", "Exceptions, by money"),
    ("levers", "Levers to close the gap, by value"),
    ("decisions", "Decisions"),
)
"""Parts in the order of the meeting: what was promised, what is believed, what is wrong, what helps, what to do."""
MINUTES: dict[Part, float] = {
    "actions": 2.0, "assumptions": 3.0, "cases": 3.0, "exceptions": 5.0, "levers": 3.0, "decisions": 10.0,
}  # fmt: skip

"""Minutes one item of a part asks for."""


@dataclass(frozen=True)
class Item:
    """One thing to talk about."""

    part: Part
    key: str
    title: str
    text: str = ""
    money: float | None = None
    due: date | None = None
    owner: str = ""
    url: str = ""
    months: int = 0
    """For how many months in a row it has been seen."""


@dataclass(frozen=True)
class Section:
    """One part of the agenda."""

    part: Part
    title: str
    items: tuple[Item, ...]
    left_out: int = 0
    """Items for which there is no time."""

    @property
    def minutes(self) -> float:
        """What it asks for."""
        return MINUTES[self.part] * len(self.items)


@dataclass(frozen=True)
class Agenda:
    """What a meeting talks about."""

    sections: tuple[Section, ...]
    minutes: int
    """How long the meeting is."""

    @property
    def asked(self) -> float:
        """Minutes that everything asks for."""
        return sum(section.minutes for section in self.sections)

    @property
    def fits(self) -> bool:
        """Whether the time is enough."""
        return self.asked <= self.minutes


def build_agenda(items: Sequence[Item], *, minutes: int = 60, most: int = 8) -> Agenda:
    """Order what there is: decisions and exceptions by money, assumptions by money, actions by their date.

    Decisions and actions are never left out; of the others the first few of each part are kept.

    Args:
        items: All there is to talk about.
        minutes: How long the meeting is.
        most: Exceptions, levers, cases and assumptions kept.

    Example:
        >>> found = build_agenda([Item("exceptions", "a", "A", money=1.0), Item("exceptions", "b", "B", money=9.0)])
        >>> [item.key for item in found.sections[0].items]
        ['b', 'a']
    """
    sections = []
    for part, title in PARTS:
        found = sorted((item for item in items if item.part == part), key=_rank)
        kept = found if part in ("actions", "decisions") else found[:most]
        if kept:
            sections.append(Section(part, title, tuple(kept), len(found) - len(kept)))
    return Agenda(tuple(sections), minutes)


def _rank(item: Item) -> tuple[object, ...]:
    if item.part == "actions":
        return (item.due or date.max, -abs(item.money or 0.0), item.key)
    if item.part == "levers":
        return (-(item.money or 0.0), item.key)
    return (-item.months, -abs(item.money or 0.0), item.due or date.max, item.key)
