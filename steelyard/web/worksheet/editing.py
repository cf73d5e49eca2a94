"""Editing: what people typed into cells, turned into changes that keep the intention."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from steelyard.errors import ChangeInvalid, NotAllowed, SteelyardError, UnknownPeriod
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Measure
from steelyard.grid.spread import SpreadRule
from steelyard.plan.change import Change
from steelyard.plan.operation import Add, CellOperation, Formula, Lock, Per, Percent, SetValue, Unlock, Withdraw
from steelyard.web.accounts.permissions import User, require_edit
from steelyard.web.worksheet.address import Row
from steelyard.web.worksheet.columns import TO_DATE
from steelyard.web.worksheet.entry import Entry, read_entry

LEVELS = ("month", "quarter", "year", "fiscal_year")
TOTAL = "total:"


@dataclass(frozen=True)
class CellText:
    """A cell and what was typed into it."""

    row: str
    column: str
    text: str = ""


@dataclass(frozen=True)
class Skipped:
    """A cell that was left alone, and why."""

    row: str
    column: str
    why: str


@dataclass(frozen=True)
class Reason:
    """Who changes something, when and why."""

    author: User
    at: datetime
    code: str = "other"
    note: str = ""
    expires: date | None = None
    """First day on which the change no longer counts; never without it."""


@dataclass(frozen=True)
class Ground:
    """What a cell is looked up in: the plan's calendar and measures."""

    calendar: Calendar
    history_count: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Cell:
    """A cell that can be changed: its row, its first and last period, and the intention."""

    row: Row
    first: int
    last: int
    entry: Entry | None

    def joins(self, other: "Cell") -> bool:
        """Whether the next cell continues this one with the same intention."""
        return self.row == other.row and self.entry == other.entry and other.first == self.last + 1


def read_cells(
    cells: Iterable[CellText], ground: Ground, user: User, *, typed: bool = True
) -> tuple[list[Cell], list[Skipped]]:
    """Look cells up; those that cannot be changed are told apart, with the reason."""
    found: list[Cell] = []
    skipped: list[Skipped] = []
    for cell in cells:
        try:
            row = Row.parse(cell.row)
            first, last = _editable_span(ground, row, cell.column, user)
            found.append(Cell(row, first, last, read_entry(cell.text) if typed else None))
        except SteelyardError as error:
            skipped.append(Skipped(cell.row, cell.column, error.what))
    return found, skipped


def changes_of(cells: Sequence[Cell], ground: Ground, *, spread: SpreadRule, why: Reason) -> list[Change]:
    """Turn cells into changes; neighbours with the same intention become one."""
    return [_change(run, ground, _operation(run, ground, spread), why) for run in _runs(cells)]


def locks_of(cells: Sequence[Cell], ground: Ground, *, locked: bool, why: Reason) -> list[Change]:
    """Turn cells into locks, or take locks off."""
    return [_change(run, ground, Lock() if locked else Unlock(), why) for run in _runs(cells)]


def column_span(calendar: Calendar, key: str, history_count: int) -> tuple[int, int]:
    """First and last period of a column.

    The key of a year or quarter that runs means all of it; with `:to_date` its past.

    Raises:
        UnknownPeriod: No period or level has this label.
    """
    if not key.startswith(TOTAL) and key in calendar.labels:
        place = calendar.position(key)
        return place, place
    name = key.removeprefix(TOTAL).removesuffix(TO_DATE)
    levels = ("fiscal_year", "year") if key.startswith(TOTAL) else LEVELS
    for level in levels:
        places = [i for i, label in enumerate(calendar.levels.get(level, ())) if label == name]
        if places:
            return places[0], min(places[-1], history_count - 1) if key.endswith(TO_DATE) else places[-1]
    raise UnknownPeriod(f"There is no period {name!r} in this plan", mend="reload the page")


def _editable_span(ground: Ground, row: Row, column: str, user: User) -> tuple[int, int]:
    measure = ground.measures.get(row.measure)
    if measure is None:
        raise ChangeInvalid(f"There is no measure {row.measure!r}")
    if not measure.editable:
        raise ChangeInvalid(f"{measure.label} is calculated")
    try:
        require_edit(user, measure.area)
    except NotAllowed as error:
        raise NotAllowed(f"{measure.label} is not yours to edit: {error.what}") from error
    first, last = column_span(ground.calendar, column, ground.history_count)
    if measure.span == "history":
        if first >= ground.history_count:
            raise ChangeInvalid(f"{measure.label} belongs to the past")
        return first, min(last, ground.history_count - 1)
    if last < ground.history_count:
        raise ChangeInvalid("The period is past")
    return max(first, ground.history_count), last


def _runs(cells: Sequence[Cell]) -> list[list[Cell]]:
    ordered = sorted(cells, key=lambda c: (c.row.key, c.first))
    runs = [[cell] for cell in ordered[:1]]
    for before, cell in pairwise(ordered):
        if before.joins(cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _change(run: Sequence[Cell], ground: Ground, operation: CellOperation, why: Reason) -> Change:
    row = run[0].row
    return Change(
        operation,
        measure=row.measure,
        scope=row.node.scope,
        periods=(ground.calendar.labels[run[0].first], ground.calendar.labels[run[-1].last]),
        author=why.author.username,
        at=why.at,
        reason=why.code,
        note=why.note,
        expires=why.expires,
    )


def _operation(run: Sequence[Cell], ground: Ground, spread: SpreadRule) -> CellOperation:
    entry = run[0].entry
    assert entry is not None
    per = _per(run, ground.measures[run[0].row.measure])
    match entry.kind:
        case "set":
            return SetValue(entry.value, spread, per=per)
        case "add":
            return Add(entry.value, spread, per=per)
        case "percent":
            return Percent(entry.value)
        case "times":
            return Formula(f"*{entry.value!r}", _formula_spread(spread), per=per)
        case "withdraw":
            return Withdraw()


def _formula_spread(spread: SpreadRule) -> Literal["basis", "history", "equal"]:
    return "basis" if spread == "factor" else spread


def _per(run: Sequence[Cell], measure: Measure) -> Per:
    """What a typed number stands for: of a price each cell, of stock each period, of a quantity the total."""
    if measure.over_series != "sum":
        return "cell"
    if measure.over_time != "sum" or len(run) > 1:
        return "period"
    return "scope"
