"""Operation: what a change does to the cells, parameters or master data in its scope."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

from steelyard.errors import ChangeInvalid
from steelyard.grid.spread import SpreadRule
from steelyard.plan.canonical import Json
from steelyard.plan.formula import parse_formula
from steelyard.plan.life_operation import (
    AddRow,
    Launch,
    LifeOperation,
    NewItem,
    PhaseOut,
    RowOperation,
    SetGate,
    SlipLaunch,
    Supersede,
)

Per = Literal["scope", "period", "cell"]
"""What a value stands for: the total of the whole scope, the total of each period, or each single cell."""

Scalar = str | float | bool | None
"""A value of master data or of a parameter; numbers are floats."""


@dataclass(frozen=True)
class SetValue:
    """The scope shall hold this value from now on, whatever it was."""

    kind: ClassVar[str] = "set"
    value: float
    spread: SpreadRule = "basis"
    """How a total is split over the cells below it."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """Split factors by member, for the rule `factor`."""
    factor_level: str = ""
    per: Per = "scope"

    def __post_init__(self) -> None:
        _normalise_spread(self)


@dataclass(frozen=True)
class Add:
    """The scope shall hold this much more (or less) than it would otherwise."""

    kind: ClassVar[str] = "add"
    value: float
    spread: SpreadRule = "basis"
    factors: Mapping[str, float] = field(default_factory=dict)
    factor_level: str = ""
    per: Per = "scope"

    def __post_init__(self) -> None:
        _normalise_spread(self)


@dataclass(frozen=True)
class Percent:
    """Every cell grows by a percentage; 8 means +8 %."""

    kind: ClassVar[str] = "percent"
    percent: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "percent", _number(self.percent, "a percentage"))


@dataclass(frozen=True)
class Formula:
    """The total of the scope becomes a formula of itself, such as `*1.2+100`."""

    kind: ClassVar[str] = "formula"
    text: str
    spread: SpreadRule = "basis"
    per: Per = "scope"

    def __post_init__(self) -> None:
        parse_formula(self.text)
        _check_choices(self)
        if self.spread == "factor":
            raise ChangeInvalid("A formula cannot be spread by split factors", mend="use basis, history or equal")


@dataclass(frozen=True)
class Lock:
    """The cells keep the value they have here; later changes leave them alone."""

    kind: ClassVar[str] = "lock"


@dataclass(frozen=True)
class Unlock:
    """The cells may change again."""

    kind: ClassVar[str] = "unlock"


@dataclass(frozen=True)
class Withdraw:
    """The cells hold nothing any more: whoever spoke here has no opinion. Only for measures that may be silent."""

    kind: ClassVar[str] = "withdraw"


@dataclass(frozen=True)
class SetParameter:
    """A parameter of the model has another value."""

    kind: ClassVar[str] = "parameter"
    name: str
    value: Scalar

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _scalar(self.value))


@dataclass(frozen=True)
class SetMasterData:
    """A column of the rows with this key in an input table has another value: lead time, lot, capacity, price."""

    kind: ClassVar[str] = "master_data"
    table: str
    key: Mapping[str, str]
    column: str
    value: Scalar

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", MappingProxyType({str(k): str(v) for k, v in sorted(self.key.items())}))
        object.__setattr__(self, "value", _scalar(self.value))
        if not self.key:
            raise ChangeInvalid("A change of master data needs a key", where=self.table, mend="name the row, e.g. item")


@dataclass(frozen=True)
class Assume:
    """A statement the plan rests on; it moves no number by itself."""

    kind: ClassVar[str] = "assumption"
    statement: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            object.__setattr__(self, name, None if number is None else _number(number, f"the {name}"))
        if not self.statement.strip():
            raise ChangeInvalid("An assumption needs a statement", mend="say what you assume in one sentence")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ChangeInvalid("The low end of the range is above the high end", mend="swap low and high")


CellOperation = SetValue | Add | Percent | Formula | Lock | Unlock | Withdraw
"""Operations on the cells of a measure."""

Operation = CellOperation | SetParameter | SetMasterData | Assume | LifeOperation | RowOperation

_KINDS: tuple[type[Operation], ...] = (
    SetValue, Add, Percent, Formula, Lock, Unlock, Withdraw, SetParameter, SetMasterData, Assume,
    Launch, SlipLaunch, SetGate, Supersede, PhaseOut, NewItem, AddRow,
)  # fmt: skip
OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType({c.kind: c for c in _KINDS})


def operation_to_json(operation: Operation) -> dict[str, Json]:
    """Spell an operation; fields at their default are left out, so that a new field keeps old digests."""
    spelled: dict[str, Json] = {"kind": operation.kind}
    for item in fields(operation):
        value = getattr(operation, item.name)
        plain = _plain(value)
        if plain != _plain(_default(item)):
            spelled[item.name] = plain
    return spelled


def operation_from_json(spelled: Mapping[str, Json]) -> Operation:
    """Read an operation back.

    Raises:
        ChangeInvalid: The kind or a field is unknown.
    """
    kind = spelled.get("kind")
    if not isinstance(kind, str) or kind not in OPERATIONS:
        raise ChangeInvalid(f"There is no operation {kind!r}", mend=f"use one of {', '.join(OPERATIONS)}")
    arguments = {name: value for name, value in spelled.items() if name != "kind"}
    try:
        return OPERATIONS[kind](**arguments)  # type: ignore[arg-type]
    except TypeError as fault:
        known = ", ".join(item.name for item in fields(OPERATIONS[kind]))
        raise ChangeInvalid(f"The operation {kind!r} is not complete", where=str(fault), mend=f"give {known}") from None


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value  # type: ignore[return-value]


def _default(item: Field[object]) -> object:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


def _check_choices(operation: SetValue | Add | Formula) -> None:
    for name, choices in (("spread", get_args(SpreadRule)), ("per", get_args(Per))):
        if getattr(operation, name) not in choices:
            raise ChangeInvalid(f"There is no {name} {getattr(operation, name)!r}", mend=f"use {', '.join(choices)}")


def _normalise_spread(operation: SetValue | Add) -> None:
    _check_choices(operation)
    object.__setattr__(operation, "value", _number(operation.value, "the value"))
    factors = {str(member): _number(share, "a split factor") for member, share in sorted(operation.factors.items())}
    object.__setattr__(operation, "factors", MappingProxyType(factors))
    given = {bool(factors), bool(operation.factor_level), operation.spread == "factor"}
    if len(given) != 1:
        raise ChangeInvalid("Split factors and their level belong to the rule 'factor'", mend="give both or neither")
    if any(share < 0 for share in factors.values()):
        raise ChangeInvalid("A split factor is negative", mend="give shares of zero or more")


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ChangeInvalid(f"{name.capitalize()} must be a finite number, not {value!r}", mend="enter a number")
    return float(value)


def _scalar(value: object) -> Scalar:
    if value is None or isinstance(value, str | bool):
        return value
    return _number(value, "the value")
