"""Patching: where few series of a block moved, a calculation repeats on those alone and keeps the others' numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.plan.calculation import Calculation
from steelyard.plan.moves import MOST, Moves


@dataclass(frozen=True)
class Part:
    """One block for which a calculation is to be repeated."""

    cell: Mapping[str, object]
    """The block of each input."""
    before: Mapping[str, object]
    """The same of the previous run, for the inputs that moved."""
    old: Sequence[object]
    """Outputs of the previous run."""


class MovedSeries:
    """Patches the calculations of some blocks together.

    Args:
        moves: What is known of the series that moved.
    """

    def __init__(self, moves: Moves | None = None) -> None:
        self._moves = Moves() if moves is None else moves
        self._now: dict[int, tuple[object, object]] = {}
        self._narrow: dict[tuple[int, int], tuple[object, object, object]] = {}

    def patched(self, calculation: Calculation, parts: Sequence[Part]) -> list[tuple[Array, ...] | None]:
        """The outputs of a calculation by series, of which only the series that moved are new.

        The series of all blocks are calculated at once.

        Returns:
            For each block its outputs, read-only, each the old one where no number moved. None where the whole block
            must be calculated: too much moved, or series are not all that its arrays have.
        """
        series = [self._series(calculation, part) if calculation.by_series else None for part in parts]
        at = [k for k, moved in enumerate(series) if moved is not None and moved.size]
        fresh = self._calculated(calculation, [(parts[k], moved) for k in at if (moved := series[k]) is not None])
        done = dict(zip(at, fresh, strict=True))
        return [None if moved is None else done.get(k) or _blocks(parts[k].old) for k, moved in enumerate(series)]

    def few(self, before: Mapping[str, object], cell: Mapping[str, object]) -> bool:
        """Whether few series moved in every input of a block that did."""
        return all(self._is_few(was, cell[name]) for name, was in before.items())

    def _is_few(self, before: object, after: object) -> bool:
        if not isinstance(before, np.ndarray) or not before.ndim:
            return False
        return self._moves.between(before, after, before.shape[-1]) is not None

    def _series(self, calculation: Calculation, part: Part) -> IntArray | None:
        """Series in which any of the inputs moved; None where the whole block is to be calculated."""
        if not all(isinstance(block, np.ndarray) for block in part.old):
            return None
        size = _blocks(part.old)[0].shape[-1]
        if not all(_fits(part.cell[name], size) for name in calculation.inputs):
            return None
        found: dict[int, IntArray] = {}
        for name, value in part.before.items():
            moved = self._moves.between(value, part.cell[name], size)
            if moved is None:
                return None
            found[id(moved)] = moved
        if len(found) == 1:
            return next(iter(found.values()))
        series = np.unique(np.concatenate([np.empty(0, np.int64), *found.values()]))
        same = next((moved for moved in found.values() if moved.size == series.size), series)
        return same if series.size <= MOST * size else None

    def _calculated(self, calculation: Calculation, moved: Sequence[tuple[Part, IntArray]]) -> list[tuple[Array, ...]]:
        if not moved:
            return []
        for part, _ in moved:
            self._now.update({id(was): (was, part.cell[name]) for name, was in part.before.items()})
        cell = {name: self._beside(name, moved) for name in calculation.inputs}
        ends = np.cumsum([series.size for _, series in moved])[:-1]
        outputs = [np.split(np.asarray(values, np.float64), ends, axis=-1) for values in calculation(cell)]
        return [
            tuple(self._settled(old, series, values[k]) for old, values in zip(_blocks(part.old), outputs, strict=True))
            for k, (part, series) in enumerate(moved)
        ]

    def _beside(self, name: str, moved: Sequence[tuple[Part, IntArray]]) -> object:
        """The series that moved of all blocks side by side; a plain number as it is."""
        first = moved[0][0].cell[name]
        if not isinstance(first, np.ndarray) or not first.ndim:
            return first
        parts = [self._of(part.cell[name], series) for part, series in moved]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    def _of(self, value: object, series: IntArray) -> Array:
        """Some series of an array."""
        assert isinstance(value, np.ndarray)
        key = (id(value), id(series))
        if key not in self._narrow:
            self._narrow[key] = (value, series, value.take(series, axis=-1))
        narrow = self._narrow[key][2]
        assert isinstance(narrow, np.ndarray)
        return narrow

    def _settled(self, old: Array, series: IntArray, part: Array) -> Array:
        """The old block with the numbers of some series replaced; itself where they are the same bit for bit."""
        if not differs(self._of(old, series), part):
            return old
        fresh = self._twin(old, series, part)
        if fresh is None:
            fresh = old.copy()
            fresh[..., series] = part
            fresh.flags.writeable = False
        self._now[id(old)] = (old, fresh)
        self._moves.put(old, fresh, series)
        return fresh

    def _twin(self, old: Array, series: IntArray, part: Array) -> Array | None:
        """What stands where the same block stood before, if it holds the same now."""
        if id(old) not in self._now:
            return None
        _, twin = self._now[id(old)]
        if not isinstance(twin, np.ndarray) or twin.shape != old.shape or twin.flags.writeable:
            return None
        moved = self._moves.between(old, twin, old.shape[-1])
        inside = moved is series or (moved is not None and bool(np.isin(moved, series, assume_unique=True).all()))
        return twin if inside and not differs(self._of(twin, series), part) else None


def differs(left: Array, right: Array) -> bool:
    """Whether two arrays of one shape hold different bits."""
    other = np.ascontiguousarray(right, np.float64).view(np.int64)
    return not np.array_equal(np.ascontiguousarray(left).view(np.int64), other)


def _blocks(outputs: Sequence[object]) -> tuple[Array, ...]:
    return tuple(block for block in outputs if isinstance(block, np.ndarray))


def _fits(value: object, size: int) -> bool:
    """Whether the last axis of an array are the series; a plain number always fits."""
    return not isinstance(value, np.ndarray) or not value.ndim or value.shape[-1] == size
