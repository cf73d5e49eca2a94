"""Graph: in which order the calculations run, and which of them run together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter

from steelyard.errors import ModelError
from steelyard.grid.measure import Measure
from steelyard.plan.calculation import Calculation, NetworkCalculation

Step = Calculation | NetworkCalculation


@dataclass(frozen=True)
class Adjustment:
    """The place where people's changes to one measure are applied."""

    measure: str


@dataclass(frozen=True)
class BlockStage:
    """Calculations that run one after another on one block, while it is in the cache."""

    calculations: tuple[Calculation, ...]

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """What the stage writes."""
        return tuple(name for calculation in self.calculations for name in calculation.outputs)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What the stage reads from before itself."""
        written = set(self.outputs)
        read = (name for calculation in self.calculations for name in calculation.inputs if name not in written)
        return tuple(dict.fromkeys(read))


Stage = BlockStage | NetworkCalculation | Adjustment


@dataclass(frozen=True, eq=False)
class Wiring:
    """Which calculation reads and writes which measure.

    Args:
        measures: Every measure, by name.
        steps: The calculations, in any order.
    """

    measures: Mapping[str, Measure]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        names = [name for step in self.steps for name in step.outputs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ModelError(f"Two calculations write {', '.join(sorted(twice))}", mend="let one of them go")

    @cached_property
    def writer(self) -> Mapping[str, Step]:
        """The calculation that writes a measure."""
        return {name: step for step in self.steps for name in step.outputs}

    @cached_property
    def order(self) -> tuple[Step, ...]:
        """The steps, each after what it reads and what gives the proportions of people's entries on its inputs.

        Raises:
            ModelError: The calculations form a ring.
        """
        position = {id(step): i for i, step in enumerate(self.steps)}
        needs = {
            position[id(step)]: {position[id(self.writer[name])] for name in self._needs(step) if name in self.writer}
            for step in self.steps
        }
        try:
            return tuple(self.steps[i] for i in TopologicalSorter(needs).static_order())
        except CycleError as ring:
            named = " > ".join(self.steps[i].outputs[0] for i in ring.args[1])
            raise ModelError("The calculations form a ring", where=named, mend="let one read last period") from ring

    def _needs(self, step: Step) -> tuple[str, ...]:
        return (*step.inputs, *(basis for name in step.inputs if (basis := self.basis_of_input(name))))

    def basis_of_input(self, name: str) -> str:
        """The calculated measure that gives the proportions of people's entries on an input; empty if none does."""
        measure = self.measures.get(name)
        if measure is None or name in self.writer or measure.spread_basis not in self.writer:
            return ""
        return measure.spread_basis

    def stages(self, changed: Iterable[str]) -> tuple[Stage, ...]:
        """Group the steps into stages; measures with changes get an adjustment after their calculation."""
        return _stages(self, frozenset(changed))

    def ancestors(self, measure: str) -> tuple[str, ...]:
        """Every name a measure depends on, nearest first."""
        found: dict[str, None] = {}
        todo = list(self.writer[measure].inputs) if measure in self.writer else []
        while todo:
            name = todo.pop(0)
            if name not in found:
                found[name] = None
                todo += self.writer[name].inputs if name in self.writer else ()
        return tuple(found)

    def editable_ancestors(self, measure: str) -> tuple[str, ...]:
        """Measures a person may change in order to move a calculated one."""
        return tuple(name for name in self.ancestors(measure) if name in self.measures and self.measures[name].editable)


@lru_cache(maxsize=256)
def _stages(wiring: Wiring, changed: frozenset[str]) -> tuple[Stage, ...]:
    inputs = sorted(changed - wiring.writer.keys())
    stages: list[Stage] = [Adjustment(name) for name in inputs if not wiring.basis_of_input(name)]
    after = {basis: [name for name in inputs if wiring.basis_of_input(name) == basis] for basis in wiring.writer}
    due = {basis: ([basis] if basis in changed else []) + names for basis, names in after.items()}
    for run in _runs(wiring.order, frozenset(name for name, names in due.items() if names)):
        if isinstance(run[0], Calculation):
            stages.append(BlockStage(tuple(step for step in run if isinstance(step, Calculation))))
        else:
            stages.append(run[0])
        stages += [Adjustment(name) for step in run for output in step.outputs for name in due[output]]
    return tuple(stages)


def _runs(order: Sequence[Step], changed: frozenset[str]) -> list[list[Step]]:
    """Cut the order where a network step stands or a change has to be applied before going on."""
    runs: list[list[Step]] = []
    is_open = False
    for step in order:
        block = isinstance(step, Calculation)
        if block and is_open:
            runs[-1].append(step)
        else:
            runs.append([step])
        is_open = block and not any(name in changed for name in step.outputs)
    return runs
