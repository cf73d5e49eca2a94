"""Effort: how much there is to calculate between two plans, guessed from what changes like these moved before."""

from collections.abc import Sequence

from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.run import Results


class Effort:
    """What changes of each measure move, learned from every run that differs in one measure only.

    It decides from which known plan another is calculated; the numbers are the same from any.
    """

    def __init__(self) -> None:
        self._moved: dict[str, int] = {}

    def learn(self, previous: Results, results: Results) -> None:
        """Note what a run moved, if changes of one measure are all in which it differs from the one before."""
        measures = {change.measure for change in _between(previous, results.changes)}
        if len(measures) == 1 and not _inputs_between(previous, results.inputs):
            self._moved[measures.pop()] = results.moved

    def expected(self, known: Results, inputs: PlanInputs, changes: Sequence[Change]) -> int:
        """Blocks that are expected to move from a known plan; changes of measures never met before count nothing."""
        of_changes = sum(self._moved.get(change.measure, 0) for change in _between(known, changes))
        return of_changes + _inputs_between(known, inputs) * inputs.block_count


def _between(known: Results, changes: Sequence[Change]) -> set[Change]:
    """The changes that only one of two plans has."""
    return {change for change in set(known.changes) ^ set(changes) if change.moves_cells}


def _inputs_between(known: Results, inputs: PlanInputs) -> int:
    """How many inputs are other objects."""
    return sum(known.inputs.values.get(name) is not value for name, value in inputs.values.items())
