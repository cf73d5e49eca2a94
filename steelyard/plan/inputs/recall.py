"""Recall: parts of frozen inputs remembered by what they were made of, so that a table moves its own parts only.

What a part reads (tables, settings, other parts) is seen while it is made. Asked for again, it is the same object as
long as all that it read is the same. So recalling gives the bits that making gives, and may forget at any time.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import update_wrapper
from types import MappingProxyType
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import same
from steelyard.plan.inputs.parameters import PlanParameters

Part = TypeVar("Part")
Asked = ParamSpec("Asked")

KEPT_PARTS = 8
"""Variants of a part that are remembered; those unused for longest go first."""
KEPT_TABLES = 12
"""Variants of a table that are known by their content."""

Source = tuple[str, str]
"""What was read: the side it was read on (an extract, or the settings), and the name of the table or setting there."""
_SETTINGS = "settings"


@dataclass(frozen=True, eq=False)
class _Made:
    """A part, with all that it was made of."""

    value: object
    given: tuple[object, ...]
    read: Mapping[Source, object]


class Recall:
    """Parts of inputs that were made before."""

    def __init__(self) -> None:
        self._parts: dict[str, list[_Made]] = {}
        self._tables: dict[str, OrderedDict[int, tuple[pl.DataFrame, pl.DataFrame]]] = {}
        self._lock = threading.Lock()

    def find(self, name: str, given: tuple[object, ...], reads: "Callable[[_Made], bool]") -> _Made | None:
        """The part of a name that was made of the same."""
        with self._lock:
            kept = list(self._parts.get(name, ()))
        for made in reversed(kept):
            if len(made.given) == len(given) and all(map(_is_same, made.given, given)) and reads(made):
                self.keep(name, made)
                return made
        return None

    def keep(self, name: str, made: _Made) -> None:
        """Remember a part as the one used last."""
        with self._lock:
            kept = self._parts.setdefault(name, [])
            self._parts[name] = [*[other for other in kept if other is not made][1 - KEPT_PARTS :], made]

    def shared(self, name: str, value: Part) -> Part:
        """A fresh part made of what remembered ones of its name hold already, so that what follows stays."""
        with self._lock:
            kept = [made.value for made in reversed(self._parts.get(name, []))]
        return cast(Part, _shared(value, kept))

    def table(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The one frame that stands for all of the same name with the same rows and columns."""
        with self._lock:
            known = self._tables.setdefault(name, OrderedDict())
            if id(frame) in known:
                known.move_to_end(id(frame))
                return known[id(frame)][1]
            others = {id(first): first for _, first in known.values()}
        first = next((other for other in others.values() if _same_table(frame, other)), frame)
        with self._lock:
            known[id(frame)] = (frame, first)
            while len(known) > KEPT_TABLES:
                known.popitem(last=False)
        return first


class Reading:
    """One freezing of inputs: sees what each part reads, and takes parts from the recall where nothing they read moved.

    Args:
        recall: Parts made before.
        parameters: Settings of the model, changes laid on.
    """

    def __init__(self, recall: Recall, parameters: PlanParameters) -> None:
        self._recall = recall
        self._extracts: dict[str, Mapping[str, pl.DataFrame]] = {}
        self._open: list[dict[Source, object]] = []
        self._settings = parameters
        self.parameters = _seen_parameters(parameters, self._note)

    def extract(self, side: str, extract: Extract) -> Extract:
        """The same extract, watched."""
        self._extracts[side] = extract.tables
        return replace(extract, tables=_SeenTables(side, extract.tables, self._note))

    def table(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The one frame that stands for all of the same name with the same rows and columns."""
        return self._recall.table(name, frame)

    def made(self, name: str, make: Callable[[], Part], *given: object) -> Part:
        """A part: the one made of the same before, or a new one.

        Args:
            name: What the part is called.
            make: Makes it of tables and settings as this reading gives them, and of what is given.
            given: All else that it is made of; plain values are compared, other things must be the same objects.
        """
        found = self._recall.find(name, given, self._holds)
        if found is None:
            self._open.append({})
            try:
                value = make()
            finally:
                read = self._open.pop()
            found = _Made(self._recall.shared(name, _frozen(value)), given, MappingProxyType(read))
            self._recall.keep(name, found)
        if self._open:
            self._open[-1].update(found.read)
        return cast(Part, found.value)

    def _note(self, side: str, name: str) -> None:
        if self._open:
            self._open[-1][side, name] = self._now(side, name)

    def _now(self, side: str, name: str) -> object:
        if side == _SETTINGS:
            return getattr(self._settings, name)
        frame = self._extracts[side].get(name)
        return None if frame is None else self._recall.table(name, frame)

    def _holds(self, made: _Made) -> bool:
        return all(self._stays(source, value) for source, value in made.read.items())

    def _stays(self, source: Source, value: object) -> bool:
        side, name = source
        return (side == _SETTINGS or side in self._extracts) and _is_same(self._now(side, name), value)


class Recalling(Protocol):
    """Something whose methods make parts of inputs."""

    @property
    def reading(self) -> Reading:
        """Where parts are recalled."""
        ...

    @property
    def footing(self) -> tuple[object, ...]:
        """What all its parts stand on."""
        ...


Maker = TypeVar("Maker", bound=Recalling)


def recalled(
    method: Callable[Concatenate[Maker, Asked], Part],
) -> Callable[Concatenate[Maker, Asked], Part]:
    """Let a method that makes a part of inputs be recalled; its arguments are what the part is given."""

    def made(self: Maker, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Part:
        given = (*self.footing, *args, *(kwargs[name] for name in sorted(kwargs)))
        return self.reading.made(method.__qualname__, lambda: method(self, *args, **kwargs), *given)

    update_wrapper(made, method)
    return made


class _SeenTables(Mapping[str, pl.DataFrame]):
    """Tables of an extract that say which of them is read."""

    def __init__(self, side: str, tables: Mapping[str, pl.DataFrame], note: Callable[[str, str], None]) -> None:
        self._side, self._tables, self._note = side, tables, note

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A table; KeyError if the extract has none of the name."""
        self._note(self._side, name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the tables."""
        return iter(self._tables)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self._tables)


def _seen_parameters(parameters: PlanParameters, note: Callable[[str, str], None]) -> PlanParameters:
    """The same settings, saying which of them is read."""
    names = {entry.name for entry in fields(PlanParameters)}

    class Seen(PlanParameters):
        def __getattribute__(self, name: str) -> object:
            if name in names:
                note(_SETTINGS, name)
            return object.__getattribute__(self, name)

    seen = object.__new__(Seen)
    seen.__dict__.update({name: getattr(parameters, name) for name in names})
    return seen


def _shared(value: object, kept: list[object]) -> object:
    """The first of the kept that holds the same; of tuples and dictionaries each part for itself."""
    same = next((other for other in kept if holds_same(other, value)), None)
    if same is not None:
        return same
    if type(value) is tuple:
        alike = [other for other in kept if type(other) is tuple and len(other) == len(value)]
        return tuple(_shared(part, [other[i] for other in alike]) for i, part in enumerate(value))
    if type(value) is dict:
        alike_named = [other for other in kept if type(other) is dict]
        return {key: _shared(part, [d[key] for d in alike_named if key in d]) for key, part in value.items()}
    return value


def holds_same(one: object, other: object) -> bool:
    """Whether two parts hold the same, bit for bit."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _same_array(one, other)
    if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame):
        return _same_table(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(holds_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(map(holds_same, one.values(), other.values()))
    if is_dataclass(one) and not isinstance(one, type):
        return all(holds_same(getattr(one, entry.name), getattr(other, entry.name)) for entry in fields(one))
    return isinstance(one, _PLAIN) and one == other


def _same_array(one: np.ndarray, other: np.ndarray) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return same(one, other) if one.dtype == np.float64 else one.dtype != object and np.array_equal(one, other)


def _same_table(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.height == other.height and one.schema == other.schema and one.equals(other)


def _is_same(one: object, other: object) -> bool:
    """Whether two things are one object, or plain values that are equal."""
    return one is other or (isinstance(one, _PLAIN) and type(one) is type(other) and one == other)


_PLAIN = (str, int, float, bool, date, frozenset)


def _frozen(value: Part) -> Part:
    """The same, with arrays that nobody writes to any more."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple):
        for part in value:
            _frozen(part)
    elif isinstance(value, dict):
        for part in value.values():
            _frozen(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for entry in fields(value):
            _frozen(getattr(value, entry.name))
    return value
