"""Overlap: which changes of two lists work on the same cells, parameters or rows of master data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from steelyard.grid.block import IntArray
from steelyard.grid.measure import Measure
from steelyard.grid.series import SeriesIndex
from steelyard.plan.change import Change, known_rows
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.life_operation import LifeOperation, RowOperation, life_subjects
from steelyard.plan.operation import Add, Lock, Percent, SetMasterData, SetParameter, Unlock
from steelyard.plan.overlay import window_of


@dataclass(frozen=True)
class Overlap:
    """Two changes that meet."""

    left: int
    """Place of the first change in its list."""
    right: int
    """Place of the second change in its list."""
    cells: int
    """Cells of the measure that both work on; 1 for a parameter or a row of master data."""


def find_overlaps(
    left: Sequence[Change], right: Sequence[Change], inputs: PlanInputs, measures: Mapping[str, Measure]
) -> list[Overlap]:
    """Find the pairs of changes that meet and whose order or choice matters.

    Additions to the same cells can stand together in any order, and so can percentages; all else that meets is found.

    Args:
        left: Changes of one side.
        right: Changes of the other side.
        inputs: Series and periods in which they are laid.
        measures: Declarations by name.

    Returns:
        Overlaps, by place on the right, then on the left.
    """
    found = [*_cell_overlaps(left, right, inputs, measures), *_table_overlaps(left, right)]
    return sorted(found, key=lambda overlap: (overlap.right, overlap.left))


def stand_together(one: Change, other: Change) -> bool:
    """Say whether two changes of the same cells give the same numbers in either order."""
    return any(isinstance(one.operation, kind) and isinstance(other.operation, kind) for kind in _COMMUTING)


_COMMUTING = (Add, Percent, Lock, Unlock)


def _cell_overlaps(
    left: Sequence[Change], right: Sequence[Change], inputs: PlanInputs, measures: Mapping[str, Measure]
) -> Iterator[Overlap]:
    here, there = _by_measure(left), _by_measure(right)
    for name in sorted(here.keys() & there.keys() & measures.keys()):
        measure = measures[name]
        series, periods = inputs.series[measure.grain], inputs.periods(measure.span)
        windows = {id(c): _window(c, measure, periods.size, inputs) for c in (*left, *right) if c.measure == name}
        yield from _meeting(left, right, here[name], there[name], series, windows)


def _by_measure(changes: Sequence[Change]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, change in enumerate(changes):
        if change.moves_cells and change.enabled:
            places[change.measure].append(place)
    return places


def _window(change: Change, measure: Measure, size: int, inputs: PlanInputs) -> tuple[int, int]:
    if measure.span == "static":
        return 0, 1
    window = window_of(change, inputs.periods(measure.span))
    return (window.start, min(window.stop, size)) if window is not None else (0, 0)


def _meeting(
    left: Sequence[Change],
    right: Sequence[Change],
    here: Sequence[int],
    there: Sequence[int],
    series: SeriesIndex,
    windows: Mapping[int, tuple[int, int]],
) -> Iterator[Overlap]:
    scopes_here, scopes_there = _scopes(left, here), _scopes(right, there)
    shared = _rows_of(scopes_here, left, series) @ _rows_of(scopes_there, right, series).T
    pairs = shared.tocoo()
    first, second = list(scopes_here.values()), list(scopes_there.values())
    for a, b, rows in zip(pairs.coords[0].tolist(), pairs.coords[1].tolist(), pairs.data.tolist(), strict=True):
        for i in first[a]:
            for j in second[b]:
                periods = _common(windows[id(left[i])], windows[id(right[j])])
                if periods and not stand_together(left[i], right[j]):
                    yield Overlap(i, j, rows * periods)


def _scopes(changes: Sequence[Change], places: Sequence[int]) -> dict[object, list[int]]:
    """Changes with the same scope, which is looked up once."""
    scopes: dict[object, list[int]] = defaultdict(list)
    for place in places:
        scopes[tuple(changes[place].scope.items())].append(place)
    return scopes


def _rows_of(scopes: Mapping[object, list[int]], changes: Sequence[Change], series: SeriesIndex) -> csr_array:
    """Which scope holds which series, `[scope, series]`."""
    rows: list[IntArray] = []
    for places in scopes.values():
        scope = known_rows(changes[places[0]], series)
        rows.append(series.select(scope) if scope is not None else np.empty(0, dtype=np.int64))
    ends = np.cumsum([0, *(part.size for part in rows)])
    ones = np.ones(int(ends[-1]), dtype=np.int64)
    return csr_array((ones, np.concatenate([np.empty(0, np.int64), *rows]), ends), shape=(len(rows), series.size))


def _common(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _table_overlaps(left: Sequence[Change], right: Sequence[Change]) -> Iterator[Overlap]:
    here = defaultdict(list)
    for i, change in enumerate(left):
        if change.enabled and (subject := _subject(change)):
            here[subject].append(i)
    for j, change in enumerate(right):
        for i in here.get(_subject(change), ()) if change.enabled else ():
            if _value(left[i]) != _value(change) and _same_row(left[i], change):
                yield Overlap(i, j, 1)


def _subject(change: Change) -> tuple[str, ...]:
    operation = change.operation
    if isinstance(operation, SetParameter):
        return ("parameter", operation.name)
    if isinstance(operation, SetMasterData):
        return ("master_data", operation.table, operation.column)
    if isinstance(operation, LifeOperation | RowOperation):
        return life_subjects(operation)
    return ()


def _value(change: Change) -> object:
    """What a change says of its subject; two that say the same agree."""
    operation = change.operation
    return operation if isinstance(operation, LifeOperation | RowOperation) else getattr(operation, "value", None)


def _same_row(one: Change, other: Change) -> bool:
    """Whether two keys can mean the same row: they agree on every column that both name."""
    here = getattr(one.operation, "key", {})
    there = getattr(other.operation, "key", {})
    return all(here[column] == there[column] for column in here.keys() & there.keys())
