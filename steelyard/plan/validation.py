"""Validation: does a change fit the plan it is made for? Faults are gathered and raised together."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid, ManyFaults, SpreadImpossible, SteelyardError
from steelyard.grid.block import BoolArray
from steelyard.grid.measure import Measure
from steelyard.inventory.stock_policy import read_policy
from steelyard.plan.change import Change, couples_blocks
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.inputs.amend import amend_extract, amend_parameters
from steelyard.plan.inputs.declared_cell import check_declared
from steelyard.plan.life_operation import AddRow
from steelyard.plan.operation import Add, Operation, Percent, SetMasterData, SetParameter, SetValue
from steelyard.plan.record_faults import not_found

Check = Callable[[], object]
"""Raises if something is wrong."""


class ChangesInvalid(ManyFaults, ChangeInvalid):
    """Several changes, or one with several faults; none was kept."""


def check_changes(changes: Sequence[Change], *, inputs: PlanInputs, extract: Extract, wiring: Wiring) -> None:
    """Check that changes fit a plan.

    Raises:
        ChangeInvalid: A change names an unknown measure, member, period, parameter, table or column, or a measure that
            is calculated; the message says what to use instead.
    """
    faults = [fault for change in changes for fault in faults_of(change, inputs, extract, wiring)]
    if len(faults) == 1:
        fault = faults[0]
        raise ChangeInvalid(fault.what, where=fault.where, mend=fault.mend) from fault
    if faults:
        raise ChangesInvalid("The changes do not fit the plan", faults)


def faults_of(change: Change, inputs: PlanInputs, extract: Extract, wiring: Wiring) -> list[SteelyardError]:
    """Everything that is wrong with one change."""
    checks = _cell_checks(change, inputs, wiring) if change.moves_cells else _table_checks(change, inputs, extract)
    expiry: Check = partial(_check_expiry, change, extract)
    return [fault for check in (expiry, *checks) if (fault := _fault(check)) is not None]


def _cell_checks(change: Change, inputs: PlanInputs, wiring: Wiring) -> Iterable[Check]:
    yield lambda: _check_measure(change, wiring)
    measure = wiring.measures.get(change.measure)
    if measure is not None:
        yield from _scope_checks(change, inputs, measure)
        yield lambda: _check_periods(change, inputs, measure)
        yield lambda: _check_factors(change, inputs, measure)
        yield lambda: _check_sign(change, measure)
        yield lambda: _check_most(change, measure)
        yield lambda: _check_withdrawal(change, measure)


def _check_expiry(change: Change, extract: Extract) -> None:
    if change.expires is not None and change.expires <= extract.as_of:
        what = f"The change would expire on {change.expires} and never count: the plan stands on {extract.as_of}"
        raise ChangeInvalid(what, where=str(change), mend="choose a later day, or none")


def _scope_checks(change: Change, inputs: PlanInputs, measure: Measure) -> Iterable[Check]:
    series = inputs.series[measure.grain]
    for level, members in change.scope.items():
        for member in members:
            yield partial(series.select, {level: member})
    yield lambda: _check_not_empty(change, inputs, measure)


def _check_measure(change: Change, wiring: Wiring) -> None:
    if change.measure not in wiring.measures:
        raise not_found("measure", change.measure, list(wiring.measures))
    measure = wiring.measures[change.measure]
    if not measure.editable:
        instead = wiring.editable_ancestors(change.measure)
        mend = f"change one of {', '.join(instead)}" if instead else "change master data or a parameter instead"
        raise ChangeInvalid(f"{measure.label} is calculated", where=change.measure, mend=mend)


def _check_not_empty(change: Change, inputs: PlanInputs, measure: Measure) -> None:
    series = inputs.series[measure.grain]
    known = series.has(change.scope) and all(series.has_member(n, m) for n, ms in change.scope.items() for m in ms)
    if known and not series.select(change.scope).size:
        raise ChangeInvalid("No series lies in this scope", where=change.told(measure.label), mend="loosen the scope")


def _check_periods(change: Change, inputs: PlanInputs, measure: Measure) -> None:
    if change.periods is not None:
        inputs.periods(measure.span).span(*change.periods)


def _check_factors(change: Change, inputs: PlanInputs, measure: Measure) -> None:
    operation = change.operation
    if isinstance(operation, SetValue | Add) and operation.spread == "factor":
        for member in operation.factors:
            inputs.series[measure.grain].select({operation.factor_level: member})


def _check_sign(change: Change, measure: Measure) -> None:
    if measure.signed:
        return
    operation = change.operation
    if (isinstance(operation, SetValue) and operation.value < 0) or (
        isinstance(operation, Percent) and operation.percent < -100
    ):
        what = f"{measure.label} cannot be below zero"
        raise ChangeInvalid(what, where=change.told(measure.label), mend="enter zero or more, or -100 % at the most")


def _check_most(change: Change, measure: Measure) -> None:
    if np.isinf(measure.most) or change.kind in ("lock", "unlock"):
        return
    operation = change.operation
    if not isinstance(operation, SetValue):
        what, mend = f"{measure.label} is set, not scaled", f"enter a value from 0 to {measure.most:g}"
        raise ChangeInvalid(what, where=change.told(measure.label), mend=mend)
    if operation.value > measure.most:
        what = f"{measure.label} cannot be {operation.value:g}"
        raise ChangeInvalid(what, where=change.told(measure.label), mend=f"enter a value from 0 to {measure.most:g}")


def _check_withdrawal(change: Change, measure: Measure) -> None:
    if change.kind == "withdraw" and not measure.optional:
        what = f"{measure.label} always has a value"
        raise ChangeInvalid(what, where=change.told(measure.label), mend="switch your change off, or enter a number")


def check_room(change: Change, measure: Measure, total: float) -> None:
    """Refuse to take away more than there is.

    Raises:
        ChangeInvalid: The change would leave less than nothing.
    """
    operation = change.operation
    if isinstance(operation, Add) and not measure.signed and total >= 0 and total + operation.value < -1e-6:
        what = f"{measure.label} cannot be below zero: there are {total:,.0f}, and {-operation.value:,.0f} shall go"
        raise ChangeInvalid(what, where=change.told(measure.label), mend=f"take away {total:,.0f} at the most")


def check_locks(change: Change, standing: Sequence[Change], inputs: PlanInputs, measure: Measure) -> None:
    """Refuse a change of which every cell is locked: it would be kept and do nothing.

    Args:
        change: A change of cells.
        standing: Changes that count already, in order.
        inputs: Series and periods.
        measure: What it changes.

    Raises:
        SpreadImpossible: All its cells are locked.
    """
    locks = [other for other in standing if other.measure == change.measure and other.kind in ("lock", "unlock")]
    if not locks or change.kind in ("lock", "unlock"):
        return
    locked = np.zeros(_cells_of(locks[0], inputs, measure).shape, dtype=bool)
    for other in locks:
        locked[_cells_of(other, inputs, measure)] = other.kind == "lock"
    if locked[_cells_of(change, inputs, measure)].all():
        what = f"All cells of {measure.label} here are locked"
        raise SpreadImpossible(what, where=change.told(measure.label), mend="unlock a cell, or switch the lock off")


def _cells_of(change: Change, inputs: PlanInputs, measure: Measure) -> BoolArray:
    """Which cells of its measure a change is about, period x series."""
    series, static = inputs.series[measure.grain], measure.span == "static"
    size = 1 if static else inputs.periods(measure.span).size
    inside = np.zeros((size, series.size), dtype=bool)
    window = slice(None)
    if change.periods is not None and not static:
        window = inputs.periods(measure.span).span(*change.periods)
    inside[window, series.select(change.scope)] = True
    return inside


def _table_checks(change: Change, inputs: PlanInputs, extract: Extract) -> Iterable[Check]:
    if isinstance(change.operation, SetParameter):
        yield lambda: amend_parameters(inputs.parameters, [change])
    if isinstance(change.operation, SetMasterData):
        yield lambda: amend_extract(extract, [change])
        yield lambda: _check_policy(change.operation)
    if isinstance(change.operation, SetMasterData | AddRow):
        yield lambda: check_declared(change, extract.tables)


def _check_policy(operation: Operation) -> None:
    if isinstance(operation, SetMasterData) and operation.column == "stock_policy":
        read_policy(str(operation.value or ""))


def _fault(check: Check) -> SteelyardError | None:
    try:
        check()
    except SteelyardError as fault:
        return fault
    return None


def needs_trial(change: Change, standing: Sequence[Change]) -> bool:
    """Say whether only calculating shows that a change fits: formulas, moved inputs, totals spread around locks.

    Args:
        change: The change that is to be entered.
        standing: Changes that stand already.
    """
    locks = any(other.kind == "lock" and other.measure == change.measure for other in standing)
    return change.kind == "formula" or change.moves_inputs or (couples_blocks(change) and locks)
