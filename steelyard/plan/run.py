"""Run: calculate a plan, and of it only what is stale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

import numpy as np

from steelyard.grid.block import Array, Blocks, freeze, same
from steelyard.plan.calculation import Calculation, Dirty, NetworkCalculation, NetworkOutcome, Value
from steelyard.plan.change import Change, blocks_moved_with, spreads_by_history, touched_blocks
from steelyard.plan.executor import Executor, local_executor
from steelyard.plan.forecasting.override import OVERRIDES, overrides_of
from steelyard.plan.graph import Adjustment, BlockStage, Stage, Wiring
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.overlay import apply_changes
from steelyard.plan.patching import MovedSeries, Part
from steelyard.plan.sharing import SharedBlocks

BEFORE = "@before"
"""Suffix of an editable measure as it was before people's changes."""


@dataclass(frozen=True, eq=False)
class Results:
    """Every number of a plan, inputs included."""

    inputs: PlanInputs
    changes: tuple[Change, ...]
    values: Mapping[str, Value]
    """Measure name -> blocks; editable measures also under `name@before`."""
    outcomes: Mapping[str, NetworkOutcome] = field(default_factory=dict, repr=False)
    moved: int = 0
    """Blocks of all measures that differ from the run this one started from."""

    def blocks(self, measure: str) -> Blocks:
        """The blocks of a measure."""
        value = self.values[measure]
        assert isinstance(value, tuple), f"{measure} is not cut into blocks"
        return value


def run_plan(
    inputs: PlanInputs,
    changes: Sequence[Change],
    *,
    wiring: Wiring,
    previous: Results | None = None,
    executor: Executor | None = None,
) -> Results:
    """Calculate a plan.

    With a previous run, a calculation repeats on a block only if an input block is another object; where its
    result holds the same bytes the old object is kept, and nothing that follows repeats (early cutoff).

    Args:
        inputs: Frozen inputs.
        changes: What people believe and decide, in order; those switched off are left out.
        wiring: Which calculation reads and writes which measure.
        previous: A run to start from; with other inputs, too.
        executor: Who runs the blocks; by default threads of this machine.

    Returns:
        All measures; equal to a run without `previous`, bit for bit.
    """
    if previous is not None and previous.inputs.shape != inputs.shape:
        previous = None
    run = _Run(
        inputs, tuple(change for change in changes if change.enabled), wiring, previous, executor or local_executor()
    )
    return run.results()


class _Run:
    def __init__(
        self,
        inputs: PlanInputs,
        changes: tuple[Change, ...],
        wiring: Wiring,
        previous: Results | None,
        executor: Executor,
    ) -> None:
        self.inputs, self.changes, self.wiring = inputs, changes, wiring
        self.previous, self.executor = previous, executor
        self.values: dict[str, Value] = dict(inputs.values)
        self.outcomes: dict[str, NetworkOutcome] = {}
        self.dirty = Dirty()

    def results(self) -> Results:
        self._hand_over_overrides()
        self._mark_inputs()
        for stage in self.wiring.stages(self._changed_measures()):
            self._run_stage(stage)
        moved = self.dirty.size(self.inputs.block_count)
        return Results(self.inputs, self.changes, self.values, self.outcomes, moved)

    def _run_stage(self, stage: Stage) -> None:
        if isinstance(stage, BlockStage):
            self._run_blocks(stage)
        elif isinstance(stage, Adjustment):
            self._adjust(stage.measure)
        else:
            self._run_network(stage)

    def _hand_over_overrides(self) -> None:
        """Totals set for the forecast are met where levels are reconciled, so they are an input of it."""
        if not any(OVERRIDES in step.inputs for step in self.wiring.steps):
            return
        overrides = overrides_of(self.changes, self.inputs)
        before = self.previous.values.get(OVERRIDES) if self.previous is not None else None
        self.values[OVERRIDES] = before if before == overrides else overrides

    def _mark_inputs(self) -> None:
        for name in self.inputs.values:
            if name in self.wiring.measures and self.wiring.measures[name].editable:
                self.values[name + BEFORE] = self.values[name]
        if self.previous is None:
            return
        for name, value in self.values.items():
            old = self.previous.values.get(name + BEFORE, self.previous.values.get(name))
            self.dirty.mark(name, old, value)

    def _changed_measures(self) -> set[str]:
        runs = self.changes if self.previous is None else self.changes + self.previous.changes
        return {change.measure for change in runs if change.measure in self.wiring.measures}

    # ---- calculations that stay inside a block

    def _run_blocks(self, stage: BlockStage) -> None:
        count = self.inputs.block_count
        todo = range(count) if self.previous is None else self.dirty.blocks(stage.inputs, count)
        if self.previous is not None:
            for name in stage.outputs:
                self._store(name, self._old(name))
        if not todo:
            return
        check = self.previous is not None and len(todo) < count
        groups = self._groups(stage, list(todo)) if check else [[block] for block in todo]
        done = self.executor.map(lambda group: self._run_group(stage, group, check), groups)
        fresh = dict(zip(chain(*groups), chain(*done), strict=True))
        self._collect(stage, list(todo), [fresh[block] for block in todo])

    def _groups(self, stage: BlockStage, todo: list[int]) -> list[list[int]]:
        """Blocks in which few series moved together, as those alone are calculated; each other for itself."""
        patches = MovedSeries(self.dirty.moves)
        few = [
            block for block in todo if patches.few(self._before(stage.inputs, block), self._cell(stage.inputs, block))
        ]
        return [*([few] if few else []), *([block] for block in todo if block not in set(few))]

    def _cell(self, names: tuple[str, ...], block: int) -> dict[str, object]:
        return {name: _pick(self.values[name], block) for name in names}

    def _before(self, names: Iterable[str], block: int) -> dict[str, object]:
        """A block of the previous run, for the names that moved in it."""
        assert self.previous is not None
        values = self.previous.values
        return {name: _pick(values.get(name), block) for name in names if self.dirty.at(name, block)}

    def _run_group(self, stage: BlockStage, group: list[int], check: bool) -> list[dict[str, Array]]:
        blocks = [self._open(stage, block) for block in group]
        patches = MovedSeries(self.dirty.moves)
        for calculation in stage.calculations:
            for one in blocks:
                if one.moved.isdisjoint(calculation.inputs):
                    one.cell.update({name: _pick(self._old(name), one.number) for name in calculation.outputs})
            stale = [one for one in blocks if not one.moved.isdisjoint(calculation.inputs)]
            parts = [self._part(calculation, one) for one in stale]
            found = patches.patched(calculation, parts) if self.previous is not None else [None] * len(parts)
            for one, part, values in zip(stale, parts, found, strict=True):
                one.settle(calculation, part.old, values or one.whole(calculation, part.old, check))
        return [one.fresh for one in blocks]

    def _open(self, stage: BlockStage, block: int) -> "_Block":
        moved = {name for name in stage.inputs if self.previous is None or self.dirty.at(name, block)}
        return _Block(block, self._cell(stage.inputs, block), moved)

    def _part(self, calculation: Calculation, block: "_Block") -> Part:
        if self.previous is None:
            return Part(block.cell, {}, [None] * len(calculation.outputs))
        values = self.previous.values
        before = {name: _pick(values.get(name), block.number) for name in calculation.inputs if name in block.moved}
        return Part(block.cell, before, [_pick(self._old(name), block.number) for name in calculation.outputs])

    def _collect(self, stage: BlockStage, todo: list[int], done: list[dict[str, Array]]) -> None:
        for name in stage.outputs:
            fresh = {block: out[name] for block, out in zip(todo, done, strict=True) if name in out}
            if self.previous is None:
                self._store(name, tuple(fresh[block] for block in range(self.inputs.block_count)))
            elif fresh:
                old = self._old(name)
                assert isinstance(old, tuple)
                merged = list(old)
                for block, value in fresh.items():
                    merged[block] = value
                self._store(name, tuple(merged))
                self.dirty.mark(name, old, self.values[name])

    def _old(self, name: str) -> Value:
        assert self.previous is not None
        return self.previous.values.get(name + BEFORE, self.previous.values.get(name))

    def _store(self, name: str, value: Value) -> None:
        self.values[name] = value
        if name in self.wiring.measures and self.wiring.measures[name].editable:
            self.values[name + BEFORE] = value

    # ---- calculations that cross blocks

    def _run_network(self, stage: NetworkCalculation) -> None:
        if self.previous is None or stage.name not in self.previous.outcomes:
            outcome = stage.full(self.values)
        elif not self.dirty.any(stage.inputs):
            outcome = self.previous.outcomes[stage.name]
        else:
            before = self.previous.values
            outcome = stage.update(self.values, self.previous.outcomes[stage.name], before, self.dirty)
        if self.previous is None or outcome is not self.previous.outcomes.get(stage.name):
            outcome = self._shared(stage, outcome)
        self.outcomes[stage.name] = outcome
        for name in stage.outputs:
            self._store(name, outcome.values[name])
            if self.previous is not None:
                self.dirty.mark(name, self._old(name), outcome.values[name])

    def _shared(self, stage: NetworkCalculation, outcome: NetworkOutcome) -> NetworkOutcome:
        """The same outcome, with blocks that its inputs hold already kept once."""
        inputs = {
            name: value
            for name in stage.inputs
            if isinstance(value := self.values[name], tuple) and len(value) == self.inputs.block_count
        }
        cut = {
            name: value
            for name, value in outcome.values.items()
            if isinstance(value, tuple) and len(value) == self.inputs.block_count
        }
        old = {name: self._before_blocks(name, len(blocks)) for name, blocks in cut.items()}
        fresh = [j for j in range(self.inputs.block_count) if any(cut[name][j] is not old[name][j] for name in cut)]
        found = dict(zip(fresh, self.executor.map(lambda j: self._shared_at(j, cut, old, inputs), fresh), strict=True))
        shared = {
            name: tuple(found[j][n] if j in found else block for j, block in enumerate(blocks))
            for n, (name, blocks) in enumerate(cut.items())
        }
        return replace(outcome, values={**outcome.values, **shared})

    def _before_blocks(self, name: str, count: int) -> Sequence[Array | None]:
        before = self._old(name) if self.previous is not None else None
        return before if isinstance(before, tuple) and len(before) == count else (None,) * count

    def _shared_at(
        self,
        j: int,
        outputs: Mapping[str, Blocks],
        old: Mapping[str, Sequence[Array | None]],
        inputs: Mapping[str, Blocks],
    ) -> list[Array]:
        """The blocks of all outputs at one place."""
        known = SharedBlocks({name: blocks[j] for name, blocks in inputs.items()})
        return [
            blocks[j] if blocks[j] is old[name][j] else self._shared_block(blocks[j], old[name][j], j, inputs, known)
            for name, blocks in outputs.items()
        ]

    def _shared_block(
        self, block: Array, old: Array | None, j: int, inputs: Mapping[str, Blocks], known: SharedBlocks
    ) -> Array:
        """The block of an input with the same bits; where only some rows moved, one that was the same before."""
        if self.previous is None or old is None or not self.dirty.moves.knows(old, block):
            return known.share(block)
        values = self.previous.values
        twins = (blocks[j] for name, blocks in inputs.items() if _pick(values.get(name), j) is old)
        return next((twin for twin in twins if same(twin, block)), block)

    # ---- people's changes

    def _adjust(self, measure: str) -> None:
        changes = _of(self.changes, measure)
        raw = self.values[measure + BEFORE]
        assert isinstance(raw, tuple)
        if self.previous is None:
            self.values[measure] = self._apply(measure, raw, changes, None)
            return
        old = self.previous.blocks(measure)
        stale = self._stale(measure, changes)
        fresh = self._apply(measure, raw, changes, stale) if stale else old
        merged = tuple(
            block if j in stale and not same(block, kept) else kept
            for j, (block, kept) in enumerate(zip(fresh, old, strict=True))
        )
        self.values[measure] = merged
        self.dirty.clear(measure)
        self.dirty.mark(measure, self.previous.values[measure], merged)

    def _stale(self, measure: str, changes: tuple[Change, ...]) -> set[int]:
        """Blocks on which the changes have to be laid again."""
        assert self.previous is not None
        before = _of(self.previous.changes, measure)
        kept = next(
            (i for i, pair in enumerate(zip(before, changes, strict=False)) if pair[0] != pair[1]),
            min(len(before), len(changes)),
        )
        declared = self.wiring.measures[measure]
        series = self.inputs.series[declared.grain]
        by_history = any(spreads_by_history(change) for change in changes)
        names = (measure, declared.spread_basis, "demand_history" if by_history else "")
        stale = set(self.dirty.blocks(names, len(series.cuts)))
        for change in before[kept:] + changes[kept:]:
            stale |= touched_blocks(change, series)
        return blocks_moved_with(stale, before + changes, series)

    def _apply(self, measure: str, raw: Blocks, changes: tuple[Change, ...], only: set[int] | None) -> Blocks:
        declared = self.wiring.measures[measure]
        basis = self.values.get(declared.spread_basis) if declared.spread_basis else None
        history = self.values.get("demand_history") if declared.grain == "demand" else None
        return apply_changes(
            raw,
            changes,
            measure=declared,
            series=self.inputs.series[declared.grain],
            periods=self.inputs.periods(declared.span),
            basis=basis if isinstance(basis, tuple) else None,
            history=history if isinstance(history, tuple) else None,
            only=only,
        )


@dataclass
class _Block:
    """One block while its calculations run."""

    number: int
    cell: dict[str, object]
    """What is known so far, by name."""
    moved: set[str]
    """Names that differ from the previous run."""
    fresh: dict[str, Array] = field(default_factory=dict)
    """Outputs that differ from the previous run."""

    @cached_property
    def shared(self) -> SharedBlocks:
        """What stands in the block, to keep what holds the same bits once."""
        return SharedBlocks(self.cell)

    def whole(self, calculation: Calculation, old: Sequence[object], check: bool) -> tuple[Array, ...]:
        """The outputs of a calculation on the whole block; where asked, the old ones that hold the same."""
        return tuple(
            was if check and isinstance(was, np.ndarray) and same(value, was) else freeze(self.shared.share(value))
            for value, was in zip(calculation(self.cell), old, strict=True)
        )

    def settle(self, calculation: Calculation, old: Sequence[object], values: tuple[Array, ...]) -> None:
        """Write the outputs of a calculation."""
        for name, value, was in zip(calculation.outputs, values, old, strict=True):
            self.cell[name] = value
            if value is not was:
                self.fresh[name] = value
                self.moved.add(name)


def _of(changes: tuple[Change, ...], measure: str) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.measure == measure)


def _pick(value: Value, block: int) -> object:
    return value[block] if isinstance(value, tuple) else value
