"""Linear program: a supply model as columns, rows and a sparse matrix, ready for a solver."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

Int32Array = NDArray[np.int32]
ABSENT = -1


@dataclass(frozen=True, eq=False)
class Places:
    """Numbers of the columns (or rows) of one kind, `[period, thing]`; `ABSENT` where there is none."""

    name: str
    number: IntArray

    @property
    def there(self) -> BoolArray:
        """Where there is one."""
        return self.number >= 0

    def read(self, values: Array) -> Array:
        """Values of a solution laid out as `[period, thing]`; 0 where there is no column."""
        if not values.size:
            return np.zeros(self.number.shape)
        return np.asarray(np.where(self.there, values[np.maximum(self.number, 0)], 0.0))


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """Minimise cost @ x + constant, with row_low <= A x <= row_high and low <= x <= high.

    The matrix is stored by column (CSC): rows `index[start[j]:start[j + 1]]` hold `value[...]` of column j.
    """

    cost: Array
    low: Array
    high: Array
    row_low: Array
    row_high: Array
    start: Int32Array
    index: Int32Array
    value: Array
    constant: float
    columns: dict[str, Places]
    rows: dict[str, Places]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.row_low.size, self.cost.size

    def matrix(self) -> sparse.csc_matrix:
        """The coefficients as a sparse matrix."""
        return sparse.csc_matrix((self.value, self.index, self.start), shape=self.shape)


class Assembly:
    """Collects columns, rows and coefficients of a linear program, kind by kind.

    Args:
        periods: How many periods there are.
        full: Keep columns that may not be used now (their upper bound is zero), so that later changes find them.
    """

    def __init__(self, periods: int, *, full: bool = False) -> None:
        self.periods = periods
        self._full = full
        self.columns: dict[str, Places] = {}
        self.rows: dict[str, Places] = {}
        self.constant = 0.0
        self._column_parts: list[tuple[Array, Array, Array]] = []
        self._row_parts: list[tuple[Array, Array]] = []
        self._entries: list[tuple[IntArray, IntArray, Array]] = []
        self._column_count = self._row_count = 0

    def add_columns(self, name: str, there: BoolArray, cost: Array, low: Array, high: Array) -> Places:
        """Add a kind of column where `there` says so; all `[period, thing]`."""
        if self._full and name in _MAY_COME:
            there = np.ones(there.shape, bool)
        places = Places(name, _numbered(there, self._column_count))
        self.columns[name] = places
        self._column_count += int(there.sum())
        turned = there.T
        self._column_parts.append((_picked(cost, turned), _picked(low, turned), _picked(high, turned)))
        return places

    def add_rows(self, name: str, there: BoolArray, low: Array, high: Array) -> Places:
        """Add a kind of row where `there` says so; all `[period, thing]`."""
        places = Places(name, _numbered(there, self._row_count))
        self.rows[name] = places
        self._row_count += int(there.sum())
        turned = there.T
        self._row_parts.append((_picked(low, turned), _picked(high, turned)))
        return places

    def enter(self, row: IntArray, column: IntArray, value: Array | float) -> None:
        """Enter coefficients where both the row and the column are there; shapes are broadcast."""
        shape = np.broadcast_shapes(row.shape, column.shape)
        row, column = np.broadcast_to(row, shape), np.broadcast_to(column, shape)
        values = np.broadcast_to(np.asarray(value, np.float64), shape)
        keep = (row >= 0) & (column >= 0)
        if keep.all():
            self._entries.append((row.ravel(), column.ravel(), values.ravel()))
        else:
            self._entries.append((row[keep], column[keep], values[keep]))

    def finish(self) -> LinearProgram:
        """Sort the coefficients by column and give the whole.

        Raises:
            ModelError: The matrix has more coefficients than 32 bits can number.
        """
        row = np.concatenate([np.empty(0, np.int64), *(entry[0] for entry in self._entries)])
        column = np.concatenate([np.empty(0, np.int64), *(entry[1] for entry in self._entries)])
        value = np.concatenate([np.empty(0), *(entry[2] for entry in self._entries)])
        if value.size >= 2**31:
            raise ModelError("The linear program is too large", mend="plan with the decomposition, or by family")
        matrix = sparse.csc_matrix(
            (value, (row.astype(np.int32), column.astype(np.int32))), shape=(self._row_count, self._column_count)
        )
        cost, low, high = (np.concatenate(parts) for parts in zip(*self._column_parts, strict=True))
        row_low, row_high = (np.concatenate(parts) for parts in zip(*self._row_parts, strict=True))
        return LinearProgram(
            cost, low, high, row_low, row_high,
            matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            self.constant, self.columns, self.rows,
        )  # fmt: skip


_MAY_COME = frozenset(("quantity", "lost", "overtime", "shifts", "stock_inside"))
"""Kinds of column whose upper bound is zero where the model has none of them now."""


def before(places: Places, periods: int = 1) -> IntArray:
    """Numbers of the columns some periods earlier, in line with each period; `ABSENT` before the first."""
    return shifted(places.number, np.full(places.number.shape[1], -periods, np.int64))


def shifted(number: IntArray, lag: IntArray) -> IntArray:
    """Numbers `lag` periods later (earlier where negative), in line with each period; `ABSENT` outside."""
    periods = number.shape[0]
    index = np.arange(periods)[:, None] + lag
    inside = (index >= 0) & (index < periods)
    return np.where(inside, np.take_along_axis(number, np.clip(index, 0, periods - 1), axis=0), ABSENT)


def write_out(program: LinearProgram) -> Iterator[str]:
    """Write a small program as lines to read: costs and bounds of each column, then each row."""
    column, row = _labels(program.columns), _labels(program.rows)
    yield f"constant {program.constant:g}"
    for j, name in enumerate(column):
        yield f"{name}: cost {program.cost[j]:g}, {program.low[j]:g} to {program.high[j]:g}"
    matrix = program.matrix().tocsr()
    for i, name in enumerate(row):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        pairs = zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)
        terms = " ".join(f"{value:+g} {column[j]}" for j, value in pairs)
        yield f"{name}: {program.row_low[i]:g} <= {terms} <= {program.row_high[i]:g}"


def _labels(kinds: dict[str, Places]) -> list[str]:
    found = {
        int(places.number[t, s]): f"{name}[{t + 1},{s + 1}]"
        for name, places in kinds.items()
        for t, s in zip(*(each.tolist() for each in np.nonzero(places.there)), strict=True)
    }
    return [found[number] for number in range(len(found))]


def _numbered(there: BoolArray, first: int) -> IntArray:
    """Number what is there thing by thing, periods within a thing."""
    flat = there.T.ravel()
    numbers = np.where(flat, first - 1 + np.cumsum(flat), ABSENT)
    return np.ascontiguousarray(numbers.reshape(there.shape[::-1]).T)


def _picked(values: Array, turned: BoolArray) -> Array:
    return np.broadcast_to(values, turned.shape[::-1]).T[turned]
