"""Remade inputs: what a published plan was calculated from, made again of its extract when it is first asked for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.numbers import PlanMaker


class RemadeInputs(Mapping[str, object]):
    """Inputs of a plan that keeps its numbers only: master data, settings and history, frozen again as they were."""

    def __init__(self, maker: PlanMaker, extract: str, parameters: PlanParameters, changes: Sequence[Change]) -> None:
        self._maker, self._extract, self._parameters, self._changes = maker, extract, parameters, tuple(changes)

    @cached_property
    def _made(self) -> Mapping[str, object]:
        return self._maker.numbers(self._extract, self._parameters, self._changes).inputs.values

    def __getitem__(self, name: str) -> object:
        """An input; KeyError if there is none of the name."""
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the inputs."""
        return iter(self._made)

    def __len__(self) -> int:
        """How many inputs there are."""
        return len(self._made)
