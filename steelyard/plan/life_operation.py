"""Life operation: what a change does to the coming and going of items, and to the rows of master data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from steelyard.errors import ChangeInvalid, ModelError
from steelyard.portfolio.life_cycle import GATE_STATUSES, GateStatus
from steelyard.portfolio.phase_in import CURVES, CurveKind, phase_in_shares

MOST_PERIODS = 260
"""Longest ramp, window or run-down [periods]."""


@dataclass(frozen=True)
class Launch:
    """An item is launched on a day and sells like others, once its phase-in curve is through."""

    kind: ClassVar[str] = "launch"
    item: str
    date: str
    """First day on which it is sold, `2027-03-01`."""
    like: Mapping[str, float] = field(default_factory=dict)
    """Weight of each like-item; 0.8 means that it sells 80 % of it. Empty: as the launch stands in the extract."""
    offset: Mapping[str, float] = field(default_factory=dict)
    """Periods by which a like-item ran ahead: 12 reads its numbers of a year before."""
    curve: CurveKind = "linear"
    ramp: float = 6.0
    """Periods until full volume; an own curve brings its own number."""
    shares: Sequence[float] = ()
    """What each period of an own curve gains of full volume; together 1."""
    volume: float | None = None
    """Mean units a period at full volume, over all its series; nothing: as the like-items say."""
    price: float | None = None
    """Net price of a unit in base currency, in place of the price table; nothing: as the table says."""
    locations: Sequence[str] = ()
    """Where it is sold; nothing: wherever its like-items are."""
    customers: Sequence[str] = ()
    """Who buys it; nothing: whoever buys its like-items."""
    takes_from: Mapping[str, float] = field(default_factory=dict)
    """Units an older item loses per unit sold, 0 to 1."""

    def __post_init__(self) -> None:
        _text(self.item, "item", "a launch")
        object.__setattr__(self, "date", _day(self.date, "launch", self.item))
        for name in ("like", "offset", "takes_from"):
            object.__setattr__(self, name, _numbers(getattr(self, name), name.replace("_", " "), self.item))
        for name in ("locations", "customers"):
            object.__setattr__(self, name, _names(getattr(self, name)))
        object.__setattr__(self, "shares", tuple(_number(s, "a share", self.item) for s in self.shares))
        for name in ("volume", "price"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else _number(value, f"the {name}", self.item, low=0.0))
        object.__setattr__(self, "ramp", _periods(self.ramp, "ramp", self.item, least=1))
        self._check()

    def _check(self) -> None:
        curve_of(self.curve, self.ramp, self.shares, self.item)
        _check_range(self.like, 0.0, 100.0, "weight of like-item", self.item)
        _check_range(self.offset, -MOST_PERIODS, MOST_PERIODS, "offset of like-item", self.item)
        _check_range(self.takes_from, 0.0, 1.0, "cannibalisation rate of", self.item)
        strange = sorted(self.offset.keys() - self.like.keys())
        if strange:
            raise ChangeInvalid(
                f"{strange[0]} has an offset and no weight", where=f"launch of {self.item}", mend="name it as like-item"
            )
        if self.item in self.like or self.item in self.takes_from:
            raise ChangeInvalid(
                "A launch is compared with itself", where=f"launch of {self.item}", mend="name another item"
            )


@dataclass(frozen=True)
class SlipLaunch:
    """A launch moves to another day; everything else about it stays."""

    kind: ClassVar[str] = "slip"
    item: str
    date: str

    def __post_init__(self) -> None:
        _text(self.item, "item", "a launch")
        object.__setattr__(self, "date", _day(self.date, "launch", self.item))


@dataclass(frozen=True)
class SetGate:
    """The launch gate of an item has a date or a decision."""

    kind: ClassVar[str] = "gate"
    item: str
    status: GateStatus = "open"
    """open, passed, held or stopped; a stopped launch sells nothing."""
    date: str = ""
    """Day of the decision; nothing: no date is set."""

    def __post_init__(self) -> None:
        _text(self.item, "item", "a launch gate")
        if self.status not in GATE_STATUSES:
            raise ChangeInvalid(
                f"There is no gate status {self.status!r}", where=self.item, mend=f"use {', '.join(GATE_STATUSES)}"
            )
        if self.date:
            object.__setattr__(self, "date", _day(self.date, "launch gate", self.item))


@dataclass(frozen=True)
class Supersede:
    """A successor takes over the demand of an old item from a day on."""

    kind: ClassVar[str] = "supersession"
    old: str
    new: str
    date: str
    factor: float = 1.0
    """Units of the successor per unit of the old item."""
    window: float = 0.0
    """Periods in which both are sold; 0 moves everything at once."""

    def __post_init__(self) -> None:
        for name in ("old", "new"):
            _text(getattr(self, name), f"{name} item", "a supersession")
        where = f"{self.old} > {self.new}"
        object.__setattr__(self, "date", _day(self.date, "supersession", where))
        object.__setattr__(self, "factor", _number(self.factor, "the factor", where, low=0.0, high=1000.0))
        object.__setattr__(self, "window", _periods(self.window, "window", where, least=0))
        if self.old == self.new:
            raise ChangeInvalid("An item cannot succeed itself", where=where, mend="name two items")


@dataclass(frozen=True)
class PhaseOut:
    """An item is sold until a day and fades before it."""

    kind: ClassVar[str] = "phase_out"
    item: str
    date: str
    """Last day on which it is sold."""
    run_down: float = 3.0
    """Periods over which demand fades before the end; 0 is a clean cut."""
    curve: CurveKind = "linear"
    shares: Sequence[float] = ()
    """What each period of an own curve loses; together 1."""

    def __post_init__(self) -> None:
        _text(self.item, "item", "a phase-out")
        object.__setattr__(self, "date", _day(self.date, "phase-out", self.item))
        object.__setattr__(self, "shares", tuple(_number(s, "a share", self.item) for s in self.shares))
        object.__setattr__(self, "run_down", _periods(self.run_down, "run-down", self.item, least=0))
        if self.run_down or self.curve == "own":
            curve_of(self.curve, self.run_down, self.shares, self.item)


@dataclass(frozen=True)
class NewItem:
    """An item that the extract does not know, with the master data of a pattern: sources, bill, routing, cost."""

    kind: ClassVar[str] = "new_item"
    item: str
    pattern: str
    """Item whose rows are copied."""
    description: str = ""
    """Name; nothing: that of the pattern with `(new)`."""
    price: float | None = None
    """Net price in base currency; nothing: the prices of the pattern."""
    cost: float | None = None
    """Standard cost in base currency; nothing: the cost of the pattern."""

    def __post_init__(self) -> None:
        _text(self.item, "item", "a new item")
        _text(self.pattern, "pattern", "a new item")
        for name in ("price", "cost"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else _number(value, f"the {name}", self.item, low=0.0))


@dataclass(frozen=True)
class AddRow:
    """A row is added to an input table: a source, a price, a link between items."""

    kind: ClassVar[str] = "add_row"
    table: str
    values: Mapping[str, str | float | bool | None]
    """Value by column; columns not named stay empty."""

    def __post_init__(self) -> None:
        _text(self.table, "table", "a new row")
        if not self.values:
            raise ChangeInvalid("A new row needs values", where=self.table, mend="name its columns and their values")
        plain = {str(name): _scalar(value, self.table) for name, value in sorted(self.values.items())}
        object.__setattr__(self, "values", MappingProxyType(plain))


LifeOperation = Launch | SlipLaunch | SetGate | Supersede | PhaseOut
"""Operations on the coming and going of items."""

RowOperation = NewItem | AddRow
"""Operations that add rows to input tables."""

LIFE_KINDS: frozenset[str] = frozenset(c.kind for c in (Launch, SlipLaunch, SetGate, Supersede, PhaseOut))
ROW_KINDS: frozenset[str] = frozenset(c.kind for c in (NewItem, AddRow))


def curve_of(curve: CurveKind, periods: float, shares: Sequence[float], item: str) -> tuple[float, ...]:
    """What each period of a curve gains.

    Raises:
        ChangeInvalid: The curve is unknown, has no period, or does not sum to 1.
    """
    if curve not in CURVES:
        raise ChangeInvalid(f"There is no curve {curve!r}", where=item, mend=f"use one of {', '.join(CURVES)}")
    if shares and curve != "own":
        raise ChangeInvalid("Shares belong to an own curve", where=item, mend="set the curve to own, or leave them out")
    try:
        return tuple(phase_in_shares(curve, int(periods), shares).tolist())
    except ModelError as fault:
        raise ChangeInvalid(fault.what, where=f"{item}, {fault.where}".strip(", "), mend=fault.mend) from fault


def life_words(operation: LifeOperation | RowOperation) -> str:
    """The operation in one line.

    Example:
        >>> life_words(SlipLaunch("KS-1001", "2027-05-01"))
        'launch of KS-1001 moved to 2027-05-01'
    """
    match operation:
        case Launch():
            like = ", ".join(f"{weight:g} x {item}" for item, weight in operation.like.items())
            volume = f", {operation.volume:g} a period" if operation.volume is not None else ""
            return f"launch of {operation.item} on {operation.date}{f' like {like}' if like else ''}{volume}"
        case SlipLaunch():
            return f"launch of {operation.item} moved to {operation.date}"
        case SetGate():
            day = f" on {operation.date}" if operation.date else ""
            return f"launch gate of {operation.item}: {operation.status}{day}"
        case Supersede():
            return f"{operation.new} succeeds {operation.old} from {operation.date} at {operation.factor:g}"
        case PhaseOut():
            return f"{operation.item} ends on {operation.date}, fading over {operation.run_down:g} periods"
        case NewItem():
            return f"new item {operation.item} with the master data of {operation.pattern}"
        case AddRow():
            values = ", ".join(f"{name} {value}" for name, value in operation.values.items())
            return f"new row of {operation.table}: {values}"


def life_subjects(operation: LifeOperation | RowOperation) -> tuple[str, ...]:
    """What an operation speaks about: two changes of one subject cannot both hold.

    Example:
        >>> life_subjects(SlipLaunch("KS-1001", "2027-05-01"))
        ('launch_date', 'KS-1001')
    """
    match operation:
        case Launch() | SlipLaunch():
            return ("launch_date", operation.item)
        case SetGate() | PhaseOut() | NewItem():
            return (operation.kind, operation.item)
        case Supersede():
            return (operation.kind, operation.old, operation.new)
        case AddRow():
            return (operation.kind, operation.table, *(f"{n}={v}" for n, v in operation.values.items()))


def _text(value: object, name: str, of: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ChangeInvalid(f"{of.capitalize()} needs {'an' if name[0] in 'aeiou' else 'a'} {name}", mend="name it")


def _day(value: object, name: str, where: str) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise ChangeInvalid(
            f"{str(value)!r} is no day for the {name}", where=where, mend="write it as 2027-03-01"
        ) from None


def _number(value: object, name: str, where: str, *, low: float = -math.inf, high: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ChangeInvalid(
            f"{name.capitalize()} must be a finite number, not {value!r}", where=where, mend="enter a number"
        )
    if not low <= value <= high:
        upper = f" and {high:g} or less" if math.isfinite(high) else ""
        raise ChangeInvalid(f"{name.capitalize()} is {value:g}", where=where, mend=f"enter {low:g} or more{upper}")
    return float(value)


def _periods(value: object, name: str, where: str, *, least: int) -> float:
    number = _number(value, f"the {name}", where, low=least, high=MOST_PERIODS)
    if not number.is_integer():
        raise ChangeInvalid(f"The {name} is {number:g} periods", where=where, mend="give whole periods")
    return number


def _numbers(given: Mapping[str, float], name: str, where: str) -> Mapping[str, float]:
    if not isinstance(given, Mapping):
        raise ChangeInvalid(f"{name.capitalize()} is no list of items", where=where, mend='write {"item": 0.8}')
    plain = {str(item): _number(value, f"{name} of {item}", where) for item, value in sorted(given.items())}
    return MappingProxyType(plain)


def _check_range(numbers: Mapping[str, float], low: float, high: float, name: str, where: str) -> None:
    for item, value in numbers.items():
        _number(value, f"{name} {item}", f"launch of {where}", low=low, high=high)


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(sorted({str(name) for name in given}))


def _scalar(value: object, where: str) -> str | float | bool | None:
    return value if value is None or isinstance(value, str | bool) else _number(value, "a value", where)
