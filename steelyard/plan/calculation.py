"""Calculation: one step of the plan, a pure function from measures to measures."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from steelyard.grid.block import Array, Blocks
from steelyard.plan.moves import Moves

Value = Blocks | Array | float | object
"""What a name stands for: blocks along the series, or one thing for the whole plan."""


@dataclass(frozen=True)
class Calculation:
    """A function that runs on one block of all its inputs at a time.

    Args:
        function: Its parameters name its inputs; `[period, series]` arrays, vectors, or plan-wide values.
        outputs: The measures it writes, in the order in which it returns them.
        by_series: Whether each series follows from the same series of its inputs alone, bit for bit, so that a block
            may be calculated in parts.
    """

    function: Callable[..., Array | tuple[Array, ...]]
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    by_series: bool = False

    @property
    def formula(self) -> str:
        """What it does, in the words of its docstring."""
        return inspect.getdoc(self.function) or self.function.__name__

    @property
    def name(self) -> str:
        """Where it lives: module and function."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, cell: Mapping[str, object]) -> tuple[Array, ...]:
        """Run on one block; `cell` holds the block of each input."""
        result = self.function(*[cell[name] for name in self.inputs])
        return result if isinstance(result, tuple) else (result,)


def writes(
    *outputs: str, function: Callable[..., Array | tuple[Array, ...]], by_series: bool = False, **renamed: str
) -> Calculation:
    """Declare that a function writes some measures.

    Args:
        outputs: Measures written.
        function: The function; a parameter reads the measure of the same name, one with a default keeps it.
        by_series: Whether each series follows from the same series of its inputs alone.
        renamed: Parameter name -> measure it reads instead.

    Example:
        >>> writes("b", function=lambda a, k: a + k, k="growth").inputs
        ('a', 'growth')
    """
    declared = inspect.signature(function).parameters.values()
    parameters = tuple(entry.name for entry in declared if entry.default is entry.empty)
    unknown = set(renamed) - set(parameters)
    if unknown:
        raise TypeError(f"{function.__qualname__} has no parameter {', '.join(sorted(unknown))}")
    return Calculation(function, outputs, tuple(renamed.get(name, name) for name in parameters), by_series)


@dataclass(frozen=True)
class NetworkOutcome:
    """What a network calculation gives."""

    values: Mapping[str, Value]
    """Measures written."""
    state: object = field(default=None, repr=False)
    """What it keeps to itself for the next incremental run."""


class NetworkCalculation(Protocol):
    """A step that crosses blocks: bills of material, transfers, shared resources."""

    @property
    def name(self) -> str:
        """Where it lives."""
        ...

    @property
    def formula(self) -> str:
        """What it does, in words."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """What it reads."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """What it writes."""
        ...

    def full(self, values: Mapping[str, Value]) -> NetworkOutcome:
        """Calculate everything."""
        ...

    def update(
        self, values: Mapping[str, Value], previous: NetworkOutcome, before: Mapping[str, Value], dirty: "Dirty"
    ) -> NetworkOutcome:
        """Calculate only what follows from the dirty inputs; equal to `full`, bit for bit.

        Blocks that did not change are returned as the same objects.
        """
        ...


class Dirty:
    """Which blocks of which names differ from the previous run."""

    def __init__(self) -> None:
        self.moves = Moves()
        self._blocks: dict[str, frozenset[int] | None] = {}

    def mark(self, name: str, before: Value, after: Value) -> None:
        """Record how a value differs from the one before, by the identity of its blocks."""
        if after is before:
            return
        if isinstance(after, tuple) and isinstance(before, tuple) and len(after) == len(before):
            blocks = frozenset(j for j, pair in enumerate(zip(after, before, strict=True)) if pair[0] is not pair[1])
            if blocks:
                self._blocks[name] = blocks
        else:
            self._blocks[name] = None

    def clear(self, name: str) -> None:
        """Forget a name."""
        self._blocks.pop(name, None)

    def any(self, names: tuple[str, ...]) -> bool:
        """Whether any of the names differs anywhere."""
        return any(name in self._blocks for name in names)

    def size(self, count: int) -> int:
        """How many blocks differ, over all names; a name that differs as a whole counts as all of its `count`."""
        return sum(count if blocks is None else len(blocks) for blocks in self._blocks.values())

    def everywhere(self, name: str) -> bool:
        """Whether a name differs as a whole."""
        return name in self._blocks and self._blocks[name] is None

    def blocks(self, names: tuple[str, ...], count: int) -> list[int]:
        """Blocks in which any of the names differs, ascending."""
        found: set[int] = set()
        for name in names:
            if name in self._blocks:
                touched = self._blocks[name]
                if touched is None:
                    return list(range(count))
                found |= touched
        return sorted(found)

    def at(self, name: str, block: int) -> bool:
        """Whether a name differs in a block."""
        if name not in self._blocks:
            return False
        touched = self._blocks[name]
        return touched is None or block in touched
