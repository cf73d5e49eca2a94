"""Demand replay: the consensus of a published plan as it would have been with other changes, exactly.

A published plan keeps its consensus as it was before people's changes. Changes of the consensus itself are laid on that
again, by the code that laid them on first; changes further up are replayed through the calculations between.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from types import MappingProxyType

from steelyard.grid.block import Array, Blocks, join
from steelyard.plan.calculation import Value
from steelyard.plan.calculator import Calculator
from steelyard.plan.change import Change
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.inputs.amend import amend_parameters
from steelyard.plan.inputs.streams import stream_ranks
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.overlay import apply_changes
from steelyard.plan.run import BEFORE, run_plan

TARGET = "consensus_demand"
BEFORE_CHANGES = TARGET + BEFORE


def consensus_with(plan: PlanNumbers, changes: Sequence[Change], periods: int | None = None) -> Array:
    """The consensus of a plan with only some of its changes on the consensus, period x series [units].

    Args:
        plan: A plan that keeps its consensus as it was before changes.
        changes: Changes of the consensus to be laid on, in order.
        periods: First periods wanted; all if nothing is given.
    """
    laid = _laid(plan, changes)
    return join([block[:periods] for block in laid])


def consensus_without(plan: PlanNumbers, left_out: Collection[str], periods: int | None = None) -> Array:
    """The consensus of a plan as it would be without some changes, by id, period x series [units].

    Changes of the consensus, and of what it is calculated from, are left out; all others stay as they are.

    Raises:
        NotFound: The plan was made on an extract that is not here any more.
    """
    kept = [change for change in plan.changes if change.id not in left_out]
    gone = {change.measure for change in plan.changes if change.id in left_out}
    if gone <= {TARGET}:
        return consensus_with(plan, [change for change in kept if change.measure == TARGET], periods)
    between = _between(plan.wiring, gone)
    moved = gone | {name for step in between.steps for name in step.outputs}
    changes = [change for change in kept if change.measure in moved]
    results = run_plan(_inputs_of(plan, between, gone), changes, wiring=between)
    return join([block[:periods] for block in results.blocks(TARGET)])


def replays(plan: PlanNumbers, change: Change) -> bool:
    """Whether a change moves the consensus of a plan in a way that can be replayed."""
    if not change.moves_cells or change.kind in ("lock", "unlock"):
        return False
    return change.measure == TARGET or change.measure in plan.wiring.editable_ancestors(TARGET)


def _laid(plan: PlanNumbers, changes: Sequence[Change]) -> Blocks:
    declared = plan.measure(TARGET)
    before = plan.values.get(BEFORE_CHANGES, plan.values[TARGET])
    basis = plan.values.get(declared.spread_basis)
    history = plan.values.get("demand_history")
    assert isinstance(before, tuple)
    return apply_changes(
        before,
        [change for change in changes if change.measure == TARGET],
        measure=declared,
        series=plan.series(TARGET),
        periods=plan.horizon,
        basis=basis if isinstance(basis, tuple) else None,
        history=history if isinstance(history, tuple) else None,
    )


def _between(wiring: Wiring, gone: set[str]) -> Wiring:
    """The calculations on the way from some measures to the consensus."""
    wanted = {TARGET, *wiring.ancestors(TARGET)}
    steps = [
        step
        for step in wiring.steps
        if wanted & set(step.outputs) and any(gone & {name, *wiring.ancestors(name)} for name in step.inputs)
    ]
    return replace(wiring, steps=tuple(steps))


def _inputs_of(plan: PlanNumbers, between: Wiring, gone: set[str]) -> PlanInputs:
    """What some calculations read: measures as they were published, the rest from the parameters or the extract."""
    written = {name for step in between.steps for name in step.outputs}
    needed = {name for step in between.steps for name in step.inputs} - written | gone
    missing = needed - plan.values.keys()
    values: dict[str, Value] = {}
    if "stream_ranks" in missing:
        values["stream_ranks"] = stream_ranks(amend_parameters(plan.parameters, plan.changes))
    if missing - values.keys() and isinstance(plan.maker, Calculator):
        frozen = plan.maker.inputs(plan.inputs.extract, plan.parameters, plan.changes).values
        values |= {name: frozen[name] for name in missing}
    basis = {plan.wiring.measures[name].spread_basis for name in written | gone if name in plan.wiring.measures}
    for name in (needed | basis | {"demand_history"}) & plan.values.keys() - written:
        values[name] = plan.values.get(name + BEFORE, plan.values[name]) if name in gone else plan.values[name]
    return replace(plan.inputs, values=MappingProxyType(values))
