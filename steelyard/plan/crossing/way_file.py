"""Way file: the plans on a way as bytes.

Each block is spelled as what it differs by from the same block of the plan before it, which is mostly nothing.

    file = mark | rows of grains and measures, packed | index (JSON) | length of the index | SHA-256 of all before
"""

import hashlib
import json
import struct
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Generic, TypedDict, TypeVar, cast

import numpy as np
import polars as pl
import zstandard

from steelyard.grid.block import Array, Blocks, IntArray
from steelyard.grid.measure import Grain
from steelyard.grid.series import SeriesIndex
from steelyard.plan.canonical import Json, canonical_json
from steelyard.plan.executor import local_executor
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.period_store import read_periods, spell_periods
from steelyard.plan.series_store import spell_series, spelled_series
from steelyard.plan.store import pack_block, unpack_block

MAGIC = b"STEELYARDWAY1\n\0\0"
_LENGTH = struct.Struct("<Q")
_CHECK = hashlib.sha256().digest_size
_FAULTS = (ValueError, KeyError, IndexError, TypeError, struct.error, pl.exceptions.PolarsError, zstandard.ZstdError)

Thing = TypeVar("Thing")


class _ToldPlan(TypedDict):
    """A plan in the index: number of its calendar, and of its rows by grain."""

    digest: str
    calendar: int
    series: dict[Grain, int]


class _ToldMeasure(TypedDict):
    """A measure in the index: where it lies, and how it is woven (see `Woven`)."""

    at: list[int]
    shapes: list[tuple[int, ...]]
    parents: list[int]
    plans: list[list[int]]


class _Index(TypedDict):
    """What stands where."""

    plans: list[_ToldPlan]
    calendars: list[Mapping[str, Json]]
    series: list[list[int]]
    measures: dict[str, _ToldMeasure]


@dataclass(frozen=True)
class KeptPlan:
    """A plan on a kept way."""

    periods: PlanPeriods
    series: Mapping[Grain, SeriesIndex]
    values: Mapping[str, object]
    """Measures, read when they are asked for."""


@dataclass(frozen=True)
class Woven:
    """One measure of all plans on a way: its distinct blocks, each as what it differs by from another one.

    Example:
        >>> one, other = np.zeros((1, 2)), np.array([[0.0, 5.0]])
        >>> Woven.of([(one,), (other,), (one,)]).blocks_of_plans()[1][0].tolist()
        [[0.0, 5.0]]
    """

    bits: Array
    """The bits of all blocks behind each other; of those with a parent, what differs (exclusive or)."""
    shapes: tuple[tuple[int, ...], ...]
    parents: tuple[int, ...]
    """Number of the block from which each differs; -1 where it stands for itself."""
    plans: tuple[tuple[int, ...], ...]
    """Numbers of the blocks of each plan."""

    @classmethod
    def of(cls, measure: Sequence[Blocks]) -> "Woven":
        """Weave the blocks of each plan into those of the plan before."""
        known: dict[int, int] = {}
        blocks: list[Array] = []
        parents: list[int] = []
        plans: list[tuple[int, ...]] = []
        for one in measure:
            last = plans[-1] if plans else ()
            for j, block in enumerate(one):
                if id(block) not in known:
                    known[id(block)] = len(blocks)
                    alike = j < len(last) and blocks[last[j]].shape == block.shape
                    parents.append(last[j] if alike else -1)
                    blocks.append(block)
            plans.append(tuple(known[id(block)] for block in one))
        bits = [_bits(b) if p < 0 else _bits(b) ^ _bits(blocks[p]) for b, p in zip(blocks, parents, strict=True)]
        whole = np.concatenate([np.empty(0, np.int64), *bits]).view(np.float64)
        return cls(whole, tuple(block.shape for block in blocks), tuple(parents), tuple(plans))

    def blocks_of_plans(self) -> tuple[Blocks, ...]:
        """The blocks of each plan, read-only."""
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in self.shapes)])
        if ends[-1] != self.bits.size:
            raise ValueError("The blocks of a measure are not complete")
        bits = self.bits.view(np.int64)
        whole: list[IntArray] = []
        for start, stop, parent in zip(ends, ends[1:], self.parents, strict=False):
            whole.append(bits[start:stop] if parent < 0 else bits[start:stop] ^ whole[parent])
        blocks = [_block(part, shape) for part, shape in zip(whole, self.shapes, strict=True)]
        return tuple(tuple(blocks[number] for number in plan) for plan in self.plans)


def spell_way(plans: Sequence[PlanNumbers]) -> list[bytes]:
    """Spell the plans on a way.

    Args:
        plans: Each after the one it is most like; one may come twice.
    """
    body = [MAGIC]
    calendars: _Numbered[PlanPeriods] = _Numbered(spell_periods)
    series: _Numbered[SeriesIndex] = _Numbered(lambda rows: _put(body, spell_series(rows)))
    told: list[Json] = [
        {
            "digest": plan.digest,
            "calendar": calendars.of(plan.inputs.plan_periods),
            "series": {grain: series.of(rows) for grain, rows in plan.inputs.series.items()},
        }
        for plan in plans
    ]
    packed = local_executor().map(_packed, list(_measures(plans)))
    measures: dict[str, Json] = {name: {**layout, "at": _put(body, bits)} for name, layout, bits in packed}
    index = canonical_json({"plans": told, "calendars": calendars.told, "series": series.told, "measures": measures})
    body += [index, _LENGTH.pack(len(index))]
    return [*body, _checksum(body)]


def read_way(content: bytes) -> Mapping[str, KeptPlan]:
    """Read the plans on a way by their digest.

    Raises:
        ValueError: These are not the bytes of a way, or they were altered.
    """
    if content[: len(MAGIC)] != MAGIC or _checksum([memoryview(content)[:-_CHECK]]) != content[-_CHECK:]:
        raise ValueError("not a way, or altered")
    try:
        (length,) = _LENGTH.unpack(content[-_CHECK - _LENGTH.size : -_CHECK])
        index = json.loads(content[-_CHECK - _LENGTH.size - length : -_CHECK - _LENGTH.size])
        return _plans(content, cast(_Index, index))
    except _FAULTS as fault:
        raise ValueError("the index of a way cannot be read") from fault


def _plans(content: bytes, index: _Index) -> Mapping[str, KeptPlan]:
    calendars = [read_periods(spelled) for spelled in index["calendars"]]
    series = [spelled_series(_piece(content, at)) for at in index["series"]]
    measures = _Measures(content, index["measures"])
    found: dict[str, KeptPlan] = {}
    for number, told in enumerate(index["plans"]):
        rows = {grain: series[at] for grain, at in told["series"].items()}
        values = _KeptValues(measures, number)
        found[told["digest"]] = KeptPlan(calendars[told["calendar"]], MappingProxyType(rows), values)
    return found


class _Measures:
    """Measures of all plans on a way, each unpacked once."""

    def __init__(self, content: bytes, told: Mapping[str, _ToldMeasure]) -> None:
        self.told, self._content = told, content
        self._read: dict[str, tuple[Blocks, ...]] = {}
        self._lock = Lock()

    def of(self, name: str) -> tuple[Blocks, ...]:
        """The blocks of a measure by plan."""
        with self._lock:
            if name not in self._read:
                self._read[name] = self._unpacked(self.told[name])
            return self._read[name]

    def _unpacked(self, told: _ToldMeasure) -> tuple[Blocks, ...]:
        shapes = tuple(map(tuple, told["shapes"]))
        bits = unpack_block(_piece(self._content, told["at"]), (sum(int(np.prod(shape)) for shape in shapes),))
        return Woven(bits, shapes, tuple(told["parents"]), tuple(map(tuple, told["plans"]))).blocks_of_plans()


class _KeptValues(Mapping[str, object]):
    """Measures of one plan on a way."""

    def __init__(self, measures: _Measures, number: int) -> None:
        self._measures, self._number = measures, number

    def __getitem__(self, name: str) -> Blocks:
        """The blocks of a measure; KeyError if the plan does not hold it."""
        return self._measures.of(name)[self._number]

    def __contains__(self, name: object) -> bool:
        """Say whether the plan holds a measure, without reading it."""
        return name in self._measures.told

    def __iter__(self) -> Iterator[str]:
        """Names of the measures."""
        return iter(self._measures.told)

    def __len__(self) -> int:
        """How many measures there are."""
        return len(self._measures.told)


class _Numbered(Generic[Thing]):
    """Things told once each, and known by their number."""

    def __init__(self, tell: Callable[[Thing], Json]) -> None:
        self._tell, self.told = tell, list[Json]()
        self._numbers: dict[Hashable, tuple[int, Thing]] = {}

    def of(self, thing: Thing) -> int:
        """The number of a thing."""
        if id(thing) not in self._numbers:
            self._numbers[id(thing)] = (len(self.told), thing)
            self.told.append(self._tell(thing))
        return self._numbers[id(thing)][0]


def _measures(plans: Sequence[PlanNumbers]) -> Iterator[tuple[str, list[Blocks]]]:
    """Measures that all plans hold as blocks."""
    for name in sorted(plans[0].measures):
        values = [plan.values.get(name) for plan in plans]
        if all(isinstance(value, tuple) for value in values):
            yield name, cast(list[Blocks], values)


def _packed(measure: tuple[str, list[Blocks]]) -> tuple[str, dict[str, Json], bytes]:
    """A measure with how it is woven, and its bits; those of all measures at once would be as large as the plans."""
    woven = Woven.of(measure[1])
    layout: dict[str, Json] = {"shapes": woven.shapes, "parents": woven.parents, "plans": woven.plans}
    return measure[0], layout, pack_block(woven.bits)


def _put(body: list[bytes], piece: bytes) -> list[int]:
    """Add a piece; where it begins, and its length."""
    start = sum(map(len, body))
    body.append(piece)
    return [start, len(piece)]


def _piece(content: bytes, at: Sequence[int]) -> bytes:
    return content[at[0] : at[0] + at[1]]


def _checksum(parts: Sequence[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def _bits(block: Array) -> IntArray:
    return np.ascontiguousarray(block).view(np.int64).reshape(-1)


def _block(bits: IntArray, shape: tuple[int, ...]) -> Array:
    block: Array = bits.view(np.float64).reshape(shape)
    block.flags.writeable = False
    return block
