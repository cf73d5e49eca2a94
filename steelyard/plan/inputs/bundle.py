"""Bundle: everything a plan is calculated from, frozen, with a digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from steelyard.grid.block import block_digest, same
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import GRAINS, Grain, Span
from steelyard.grid.series import SeriesIndex
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods


@dataclass(frozen=True, eq=False)
class PlanInputs:
    """Frozen inputs of a plan.

    Args:
        extract: Digest of the extract they come from.
        parameters: Settings of the model.
        plan_periods: History and horizon.
        series: The rows of every grain.
        values: Input by name: blocks along the series, or one thing for the whole plan.
    """

    extract: str
    parameters: PlanParameters
    plan_periods: PlanPeriods
    series: Mapping[Grain, SeriesIndex]
    values: Mapping[str, Value]

    @property
    def calendar(self) -> Calendar:
        """All periods, history first."""
        return self.plan_periods.calendar

    @property
    def history_count(self) -> int:
        """How many periods are history."""
        return self.plan_periods.history_count

    def periods(self, span: Span) -> Calendar:
        """The periods a measure of this span covers."""
        return self._spans[span]

    @cached_property
    def _spans(self) -> Mapping[Span, Calendar]:
        spans: tuple[Span, ...] = ("history", "horizon", "static")
        return {span: self.plan_periods.of(span) for span in spans}

    @property
    def block_count(self) -> int:
        """Into how many blocks the items are cut."""
        return len(self.series["demand"].cuts)

    @cached_property
    def shape(self) -> str:
        """Digest of calendar and series; two plans of one shape can share blocks."""
        digest = hashlib.sha256(repr((self.calendar.labels, self.history_count)).encode())
        digest.update(np.ascontiguousarray(self.calendar.edges.astype(np.int64)).data)
        for grain in GRAINS:
            index = self.series[grain]
            digest.update(repr((grain, index.keys, index.cuts, index.levels)).encode())
            for level in index.levels:
                digest.update("\x1f".join(index.members[level].to_list()).encode())
        return digest.hexdigest()

    @cached_property
    def digest(self) -> str:
        """Digest of all inputs (sha256, hexadecimal)."""
        digest = hashlib.sha256(self.shape.encode())
        digest.update(repr(self.parameters).encode())
        for name in sorted(self.values):
            digest.update(f"\x1e{name}\x1f{value_digest(self.values[name])}".encode())
        return digest.hexdigest()

    def sharing(self, previous: "PlanInputs") -> "PlanInputs":
        """The same inputs, made of the objects of a previous bundle wherever the content is the same."""
        if previous.shape != self.shape:
            return self
        shared = {name: _shared(value, previous.values.get(name)) for name, value in self.values.items()}
        return replace(self, series=previous.series, values=MappingProxyType(shared))


def value_digest(value: Value) -> str:
    """Digest one input: blocks, an array, a frozen dataclass of arrays, or a plain value."""
    if isinstance(value, tuple):
        return hashlib.sha256("".join(value_digest(part) for part in value).encode()).hexdigest()
    if isinstance(value, np.ndarray):
        return block_digest(value)
    if is_dataclass(value):
        named = "".join(f"{entry.name}={value_digest(getattr(value, entry.name))};" for entry in fields(value))
        return hashlib.sha256(named.encode()).hexdigest()
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _shared(value: Value, old: Value) -> Value:
    if isinstance(value, tuple) and isinstance(old, tuple) and len(value) == len(old):
        parts = tuple(_shared(a, b) for a, b in zip(value, old, strict=True))
        return old if all(a is b for a, b in zip(parts, old, strict=True)) else parts
    if isinstance(value, np.ndarray) and isinstance(old, np.ndarray):
        return old if _same_array(value, old) else value
    if old is not None and type(value) is type(old) and value_digest(value) == value_digest(old):
        return old
    return value


def _same_array(value: np.ndarray, old: np.ndarray) -> bool:
    if value.dtype == np.float64 and old.dtype == np.float64:
        return same(value, old)
    return value.dtype == old.dtype and np.array_equal(value, old)
