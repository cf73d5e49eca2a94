"""Patching: where few series of a block moved, a calculation repeats on those alone and keeps the others' numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plan.calculation import Calculation
from steelyard.plan.moves import MOST, Moves


class MovedSeries:
    """Patches the calculations of one block.

    Args:
        moves: What is known of the series that moved.
    """

    def __init__(self, moves: Moves | None = None) -> None:
        self._moves = Moves() if moves is None else moves
        self._now: dict[int, tuple[object, object]] = {}
        self._narrow: dict[tuple[int, bytes], object] = {}

    def patched(
        self,
        calculation: Calculation,
        cell: Mapping[str, object],
        before: Mapping[str, object],
        old: Sequence[object],
    ) -> tuple[Array, ...] | None:
        """The outputs of a calculation by series, of which only the series that moved are new.

        Args:
            calculation: What to calculate.
            cell: The block of each input.
            before: The same of the previous run, for the inputs that moved.
            old: Outputs of the previous run.

        Returns:
            Read-only blocks, each the old one where no number moved. None where the whole block must be calculated: too
            much moved, or series are not all that its arrays have.
        """
        if not calculation.by_series or not all(isinstance(block, np.ndarray) for block in old):
            return None
        blocks = [block for block in old if isinstance(block, np.ndarray)]
        size = blocks[0].shape[-1]
        series = self._moved(cell, before, size)
        if series is None or not all(_fits(cell[name], size) for name in calculation.inputs):
            return None
        if not series.size:
            return tuple(blocks)
        self._now.update({id(was): (was, cell[name]) for name, was in before.items()})
        parts = calculation({name: self._of(cell[name], series) for name in calculation.inputs})
        return tuple(self._settled(block, series, part) for block, part in zip(blocks, parts, strict=True))

    def _moved(self, cell: Mapping[str, object], before: Mapping[str, object], size: int) -> IntArray | None:
        """Series in which any of the inputs moved."""
        out = np.zeros(size, np.bool_)
        for name, value in before.items():
            found = self._moves.between(value, cell[name], size)
            if found is None:
                return None
            out[found] = True
        series = np.flatnonzero(out)
        return series if series.size <= MOST * size else None

    def _of(self, value: object, series: IntArray) -> object:
        """Some series of an array; a plain number as it is."""
        if not isinstance(value, np.ndarray) or not value.ndim:
            return value
        key = (id(value), series.tobytes())
        if key not in self._narrow:
            self._narrow[key] = value[..., series]
        return self._narrow[key]

    def _settled(self, old: Array, series: IntArray, part: Array) -> Array:
        """The old block with the numbers of some series replaced; itself where they are the same bit for bit."""
        differs = differing_columns(old[..., series], part)
        if not differs.any():
            return old
        fresh = self._twin(old, series, part) or _Fresh.of(old, series[differs], part[..., differs])
        self._now[id(old)] = (old, fresh.block)
        self._moves.put(old, fresh.block, series[differs])
        return fresh.block

    def _twin(self, old: Array, series: IntArray, part: Array) -> "_Fresh | None":
        """What stands where the same block stood before, if it holds the same now."""
        if id(old) not in self._now:
            return None
        _, twin = self._now[id(old)]
        if not isinstance(twin, np.ndarray) or twin.shape != old.shape or twin.flags.writeable:
            return None
        moved = self._moves.between(old, twin, old.shape[-1])
        inside = moved is not None and bool(np.isin(moved, series, assume_unique=True).all())
        return _Fresh(twin) if inside and not differing_columns(twin[..., series], part).any() else None


@dataclass(frozen=True)
class _Fresh:
    """A block that takes the place of an old one."""

    block: Array

    @classmethod
    def of(cls, old: Array, series: IntArray, part: Array) -> "_Fresh":
        """The old block with the numbers of some series replaced."""
        block: Array = old.copy()
        block[..., series] = part
        block.flags.writeable = False
        return cls(block)


def differing_columns(left: Array, right: Array) -> BoolArray:
    """Columns in which two arrays of one shape hold different bits."""
    bits = np.ascontiguousarray(left).view(np.int64) != np.ascontiguousarray(right, np.float64).view(np.int64)
    return np.asarray(bits.any(axis=0) if bits.ndim > 1 else bits)


def _fits(value: object, size: int) -> bool:
    """Whether the last axis of an array are the series; a plain number always fits."""
    return not isinstance(value, np.ndarray) or not value.ndim or value.shape[-1] == size
