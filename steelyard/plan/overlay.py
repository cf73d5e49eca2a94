"""Overlay: changes laid on the blocks of a measure in fixed order; only blocks in scope are copied."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from steelyard.errors import ChangeInvalid, SpreadImpossible
from steelyard.grid.block import SILENT, Array, Blocks, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Measure
from steelyard.grid.series import SeriesIndex
from steelyard.grid.spread import settle, spread_down
from steelyard.plan.change import Change, places_of
from steelyard.plan.formula import parse_formula
from steelyard.plan.operation import Add, Formula, Lock, Per, Percent, SetValue, Unlock, Withdraw


def apply_changes(
    before: Blocks,
    changes: Sequence[Change],
    *,
    measure: Measure,
    series: SeriesIndex,
    periods: Calendar,
    basis: Blocks | None,
    history: Blocks | None = None,
    only: Collection[int] | None = None,
) -> Blocks:
    """Lay changes on a measure, in order.

    Relative changes stay relative: they work on what the cells hold when their turn comes. Totals are spread by
    the rule of the change over the cells that are not locked. Blocks out of scope are shared, not copied.

    Args:
        before: The measure as calculated, `[period, series]` per block (or `[series]` for a static measure).
        changes: Changes of this measure that are switched on, in order.
        measure: Its declaration; over_series and over_time say what a total is.
        series: The rows of its grain.
        periods: The calendar window the measure spans.
        basis: The measure that gives the proportions, of the same shape; None means its own values.
        history: Past values of the same series, for totals that are spread by history.
        only: Numbers of the blocks wanted; they must hold all that `blocks_moved_with` ties to them.

    Returns:
        The blocks after the changes; a block that no change touched is the same object as before.

    Raises:
        SpreadImpossible: Locked cells leave no room for a total; the message names the change.
        ChangeInvalid: The change is spread by history, and there is none, or its formula divides by zero.
    """
    overlay = _Overlay(list(before), measure, series, periods, basis, history, only)
    for change in changes:
        overlay.lay(change)
    return overlay.frozen()


@dataclass
class _Cells:
    """The cells of one change: a rectangle of periods x rows, gathered from several blocks."""

    periods: slice
    places: dict[int, IntArray]
    values: Array
    locked: BoolArray


@dataclass
class _Overlay:
    """Blocks while changes are laid on them."""

    blocks: list[Array]
    measure: Measure
    series: SeriesIndex
    periods: Calendar
    basis: Blocks | None
    history: Blocks | None
    only: Collection[int] | None
    copied: set[int] = field(default_factory=set)
    locks: dict[int, BoolArray] = field(default_factory=dict)

    def lay(self, change: Change) -> None:
        cells = self._cells(change)
        if cells is None:
            return
        try:
            self._operate(change, cells)
        except (SpreadImpossible, ChangeInvalid) as fault:
            mend = f"{fault.mend}, or switch the change off"
            raise type(fault)(fault.what, where=change.told(self.measure.label), mend=mend) from fault

    def frozen(self) -> Blocks:
        for j in self.copied:
            self.blocks[j].flags.writeable = False
        return tuple(self.blocks)

    def _operate(self, change: Change, cells: _Cells) -> None:
        match change.operation:
            case Lock() | Unlock():
                self._write_locks(cells, change.kind == "lock")
            case Withdraw():
                self._write(cells, np.where(cells.locked, cells.values, SILENT))
            case _ if self.measure.optional:
                self._speak(change, cells)
            case _:
                self._lay_on(change, cells)

    def _speak(self, change: Change, cells: _Cells) -> None:
        """Lay a change where cells may hold nothing: free cells begin as the basis, so that +8 % means +8 % of that."""
        held = cells.values
        begun = np.zeros_like(held) if self.basis is None else self._gather(self.basis, cells)
        cells.values = np.where(np.isfinite(held), held, np.where(cells.locked, 0.0, begun))
        self._lay_on(change, cells)
        silent = cells.locked & ~np.isfinite(held)
        if silent.any():
            self._write(cells, np.where(silent, SILENT, self._gather(self.blocks, cells)))

    def _lay_on(self, change: Change, cells: _Cells) -> None:
        match change.operation:
            case Percent(percent):
                self._write(cells, self._floored(cells, cells.values * (1 + percent / 100)))
            case SetValue() | Add() | Formula() as operation:
                self._write(cells, self._floored(cells, self._retotal(operation, cells)))
            case _:
                raise ChangeInvalid(f"A change of kind {change.kind} does not work on cells", mend="name no measure")

    def _floored(self, cells: _Cells, values: Array) -> Array:
        """Keep locked cells, and let no change take a cell below zero where the measure has no sign.

        A change that was possible when it was made may ask for too much when the numbers below it have fallen.
        """
        kept = np.where(cells.locked, cells.values, values)
        return kept if self.measure.signed else np.where((kept < 0) & (cells.values >= 0), 0.0, kept)

    def _retotal(self, operation: SetValue | Add | Formula, cells: _Cells) -> Array:
        per = per_of(operation.per, self.measure)
        if per == "cell":
            return np.where(cells.locked, cells.values, _evaluate(operation)(cells.values))
        weights = self._weights(operation, cells)
        if per == "scope":
            return _respread(operation, cells.values, cells.locked, weights)
        rows = range(cells.values.shape[0])
        return np.stack([_respread(operation, cells.values[t], cells.locked[t], weights[t]) for t in rows])

    def _weights(self, operation: SetValue | Add | Formula, cells: _Cells) -> Array:
        if operation.spread == "equal":
            return np.ones_like(cells.values)
        if operation.spread == "history":
            return self._past(cells)
        weights = cells.values if self.basis is None else self._gather(self.basis, cells)
        if operation.spread == "factor" and not isinstance(operation, Formula):
            return self._by_factor(operation, cells, weights)
        return weights

    def _past(self, cells: _Cells) -> Array:
        if self.history is None:
            raise ChangeInvalid(f"{self.measure.label} has no history to spread by", mend="spread by basis")
        means = [self.history[j][:, rows].mean(axis=0) for j, rows in cells.places.items()]
        return np.broadcast_to(np.concatenate(means), cells.values.shape)

    def _by_factor(self, operation: SetValue | Add, cells: _Cells, weights: Array) -> Array:
        shares = np.zeros(weights.shape)
        names = self.series.names(operation.factor_level)
        codes = self.series.codes(operation.factor_level)[self._rows(cells)]
        for member, factor in operation.factors.items():
            inside = codes == (names.index(member) if member in names else -1)
            own = np.where(inside, np.maximum(weights, 0.0), 0.0)
            total = own.sum()
            shares += factor * (own / total if total > 0 else inside / max(1, inside.sum() * own.shape[0]))
        return shares

    def _rows(self, cells: _Cells) -> IntArray:
        return np.concatenate([rows + self.series.cuts[j][0] for j, rows in cells.places.items()])

    def _cells(self, change: Change) -> _Cells | None:
        span = window_of(change, self.periods) if self._timed else slice(0, 1)
        found = places_of(change, self.series).items()
        places = {j: rows for j, rows in found if self.only is None or j in self.only}
        if span is None or not places:
            return None
        cells = _Cells(span, places, np.empty(0), np.empty(0, dtype=bool))
        cells.values = self._gather(self.blocks, cells)
        cells.locked = self._gather_locks(cells)
        return cells

    @property
    def _timed(self) -> bool:
        return self.measure.span != "static"

    def _gather(self, blocks: Sequence[Array], cells: _Cells) -> Array:
        return np.concatenate(
            [np.atleast_2d(blocks[j])[cells.periods, rows] for j, rows in cells.places.items()], axis=1
        )

    def _gather_locks(self, cells: _Cells) -> BoolArray:
        shape = (cells.values.shape[0],)
        parts = [
            self.locks[j][cells.periods, rows] if j in self.locks else np.zeros((*shape, rows.size), dtype=bool)
            for j, rows in cells.places.items()
        ]
        return np.concatenate(parts, axis=1)

    def _write(self, cells: _Cells, values: Array) -> None:
        start = 0
        for j, rows in cells.places.items():
            self._own(j)
            np.atleast_2d(self.blocks[j])[cells.periods, rows] = values[:, start : start + rows.size]
            start += rows.size

    def _write_locks(self, cells: _Cells, locked: bool) -> None:
        for j, rows in cells.places.items():
            if j not in self.locks:
                self.locks[j] = np.zeros(np.atleast_2d(self.blocks[j]).shape, dtype=bool)
            self.locks[j][cells.periods, rows] = locked

    def _own(self, j: int) -> None:
        if j not in self.copied:
            self.blocks[j] = self.blocks[j].copy()
            self.copied.add(j)


def per_of(per: Per, measure: Measure) -> Per:
    """What a value stands for in a measure: a total only where the measure sums.

    A price has no total, so the value goes to each cell; a stock has one total in each period.
    """
    if measure.over_series != "sum":
        return "cell"
    return "period" if per == "scope" and measure.over_time != "sum" else per


def window_of(change: Change, periods: Calendar) -> slice | None:
    """Find the periods of a change in a calendar; None where it has none left there.

    A change reaching back before the calendar, or on beyond it, keeps the periods that are inside.
    """
    if change.periods is None:
        return slice(0, periods.size)
    first, last = change.periods
    if first in periods.labels and last in periods.labels:
        return slice(periods.position(first), max(periods.position(first), periods.position(last) + 1))
    inside = [i for i, label in enumerate(periods.labels) if first <= label <= last]
    start = periods.labels.index(first) if first in periods.labels else min(inside, default=periods.size)
    stop = periods.labels.index(last) + 1 if last in periods.labels else max(inside, default=-1) + 1
    return slice(start, stop) if stop > start else None


def idle_reason(change: Change, *, series: SeriesIndex, periods: Calendar) -> str:
    """Say why a change of cells moves nothing in a plan; empty if it has cells to move."""
    if not places_of(change, series):
        return "none of its members is in the plan any more"
    return "" if window_of(change, periods) is not None else "its periods lie outside the plan"


def _respread(operation: SetValue | Add | Formula, values: Array, locked: BoolArray, weights: Array) -> Array:
    if isinstance(operation, Add):
        return _add(operation.value, values, locked, weights)
    total = _evaluate(operation)(np.array([values.sum()]))
    return spread_down(float(total[0]), weights, current=values, locked=locked)


def _add(amount: float, values: Array, locked: BoolArray, weights: Array) -> Array:
    """Add to a total; where that would push a cell below zero, the cells share the new total instead."""
    none = np.zeros_like(values)
    target = float(values.sum()) + amount
    step = spread_down(amount, weights, current=none, locked=locked)
    after = np.where(locked, values, values + step)
    if target >= 0 and np.any((after < 0) & (values >= 0)):
        return spread_down(target, np.maximum(values, 0.0), current=values, locked=locked)
    return settle(after, target, ~locked)


def _evaluate(operation: SetValue | Add | Formula) -> Callable[[Array], Array]:
    match operation:
        case SetValue(value):
            return lambda x: np.full_like(x, value)
        case Add(value):
            return lambda x: x + value
        case Formula(text):
            return parse_formula(text)
