"""Words: changes and what happened to scenarios, as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.life_operation import life_words
from steelyard.plan.operation import (
    Add,
    Assume,
    Formula,
    Lock,
    Percent,
    SetMasterData,
    SetParameter,
    SetValue,
    Unlock,
    Withdraw,
)
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import NAMELESS, MemberNames
from steelyard.web.ui.dates import period_words, sentence_words
from steelyard.web.ui.figures import MINUS, plain

TIMES = "\u00d7\u2009"
MOST_NAMED = 3
"""Members named one by one; with more, the rest is counted."""


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list."""

    change: Change
    own: bool
    names: MemberNames = field(default=NAMELESS, repr=False)

    @property
    def what(self) -> str:
        """The operation, with the measure as people read it."""
        return change_text(self.change, self.names)

    @property
    def reason(self) -> str:
        """The reason code in words."""
        return self.change.reason.replace("_", " ")

    @property
    def where(self) -> str:
        """Its scope in words."""
        return scope_text(self.change.scope, self.names)

    @property
    def when(self) -> str:
        """Its periods in words."""
        return periods_text(self.change)

    @property
    def sentence(self) -> str:
        """What changes where and when."""
        if not self.change.moves_cells:
            return self.what
        when = "" if self.change.periods is None else f", {self.when}"
        return f"{self.what} for {self.where}{when}"


@dataclass(frozen=True)
class EventLine:
    """Something that happened to a scenario, in words."""

    event: Event
    words: str


def change_text(change: Change, names: MemberNames = NAMELESS) -> str:
    """What a change does, in words."""
    label = measure_label(change.measure)
    match change.operation:
        case SetValue(value=value):
            return f"{label} = {plain(value)}"
        case Add(value=value):
            return f"{label} {_signed(value)}"
        case Percent(percent=percent):
            return f"{label} {_signed(percent)} %"
        case Formula(text=text):
            return f"{label} {text.replace('*', TIMES).replace('-', MINUS)}"
        case Lock():
            return f"{label} locked"
        case Unlock():
            return f"{label} unlocked"
        case Withdraw():
            return f"{label} withdrawn"
        case SetParameter(name=name, value=value):
            return f"{words_of(name)} = {_said(value)}"
        case SetMasterData() as operation:
            return _master_data(operation, names)
        case Assume(statement=statement):
            return f"Assumption: {statement}"
        case operation:
            told = sentence_words(life_words(operation))
            return told[:1].upper() + told[1:]


def measure_label(name: str) -> str:
    """A measure as people read it."""
    declared = workspace().calculator.wiring.measures.get(name)
    return declared.label if declared else words_of(name)


def words_of(name: str) -> str:
    """A name in the code as words.

    Example:
        >>> words_of("lead_time_days")
        'Lead time days'
    """
    return name.replace("_", " ").strip().capitalize()


def scope_text(scope: Scope, names: MemberNames = NAMELESS) -> str:
    """A scope in words: members with their names."""
    return "; ".join(_members(level, members, names) for level, members in scope.items()) or "everything"


def periods_text(change: Change) -> str:
    """The periods of a change in words."""
    if change.periods is None:
        return "all periods"
    first, last = change.periods
    return period_words(first) if first == last else f"{period_words(first)} to {period_words(last)}"


def event_words(event: Event, known: Mapping[str, Change], by_revision: Mapping[int, Event], names: MemberNames) -> str:
    """What happened, in words.

    Args:
        event: What happened.
        known: Every change of the scenario by id.
        by_revision: Every event by its revision.
        names: What members are called.
    """
    if event.kind == "append":
        return _made(event, names)
    if event.kind == "merge":
        return f"merged: {_made(event, names)}" if event.changes else _EVENT_WORDS["merge"]
    if event.kind in ("undo", "redo"):
        done = by_revision.get(event.target or 0)
        verb = "took back" if event.kind == "undo" else "brought back"
        return f"{verb} revision {event.target}" + (
            f" ({event_words(done, known, by_revision, names)})" if done else ""
        )
    if event.kind in ("switch_on", "switch_off"):
        change = known.get(event.detail)
        verb = "switched on" if event.kind == "switch_on" else "switched off"
        return f"{verb}: {ChangeLine(change, True, names).sentence}" if change else f"{verb} change {event.detail}"
    return _EVENT_WORDS.get(event.kind, event.kind).format(event.detail)


_EVENT_WORDS = {
    "archive": "put it into the archive",
    "restore": "brought it back from the archive",
    "close": "locked it",
    "reopen": "opened it again",
    "rename": "named it {}",
    "merge": "took over changes of another scenario",
}


def _made(event: Event, names: MemberNames) -> str:
    lines = [ChangeLine(change, True, names) for change in event.changes]
    if not lines:
        return "made a change"
    rest = f" and {len(lines) - 1} other change{'s' if len(lines) > 2 else ''}" if len(lines) > 1 else ""
    return f"entered {lines[0].sentence}{rest}"


def _members(level: str, members: str | Sequence[str], names: MemberNames) -> str:
    listed = [members] if isinstance(members, str) else members
    named = [names.spoken(level, member) for member in listed[:MOST_NAMED]]
    rest = len(listed) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest > 0 else "")


def _master_data(operation: SetMasterData, names: MemberNames) -> str:
    key = ", ".join(names.spoken(column.removesuffix("_id"), member) for column, member in operation.key.items())
    return f"{words_of(operation.column)} of {key} = {_said(operation.value)} ({operation.table.replace('_', ' ')})"


def _signed(value: float) -> str:
    return f"+{plain(value)}" if value > 0 else plain(value)


def _said(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, float | int) else "nothing" if value is None else value
