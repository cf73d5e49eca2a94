"""Mix: the best use of all levers together, for what the company puts first, and how their effects overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.balancing.weights import Weights
from steelyard.grid.block import Array
from steelyard.plan.balancing.catalogue import Catalogue, LeverWorth
from steelyard.plan.balancing.program import Outcome, Quantities


@dataclass(frozen=True, eq=False)
class MixPart:
    """A lever in the mix.

    Args:
        worth: The lever and what it does alone at its best.
        quantity: What the mix does of it, by step.
        alone: Money it brings at this quantity with all others shut.
        adds: Money it adds to those before it in the list.
        closes: Units of gap it closes beside those before it.
    """

    worth: LeverWorth
    quantity: Array
    alone: float
    adds: float
    closes: float

    @property
    def used(self) -> float:
        """How much of it, in its unit."""
        return self.worth.lever.amount(self.quantity)

    @property
    def cost(self) -> float:
        """What that costs."""
        return float((self.quantity * self.worth.lever.steps.cost).sum())


@dataclass(frozen=True, eq=False)
class Mix:
    """A choice of levers, solved again together.

    Args:
        weights: What counted.
        parts: The levers, the most valuable first.
        shut: The model with all levers shut.
        together: The model with exactly these levers at these quantities.
        dropped: Levers of the first answer that were too small to keep.
    """

    weights: Weights
    parts: tuple[MixPart, ...]
    shut: Outcome
    together: Outcome
    dropped: tuple[str, ...]

    @property
    def sum_alone(self) -> float:
        """Money the parts would bring if they did not touch each other."""
        return sum(part.alone for part in self.parts)

    @property
    def overlap(self) -> float:
        """Money by which the sum of the parts overstates them (understates where below zero)."""
        return self.sum_alone - self.together.gain

    @property
    def quantities(self) -> Quantities:
        """What is done of each lever, by step."""
        return {part.worth.lever.key: part.quantity for part in self.parts}


def best_mix(
    catalogue: Catalogue, weights: Weights | None = None, *, keys: Sequence[str] = (), least_share: float = 0.002
) -> Mix:
    """Choose how much of each lever to pull, all of them on one model, so that no two are paid for the same unit.

    One linear program weighs all levers at once. Levers that come in whole steps are rounded and the rest is solved
    again around them. Levers that bring next to nothing are left out: every change has to be told and carried out.

    Args:
        catalogue: The levers of a plan.
        weights: What the company puts first; profit alone by default.
        keys: Levers to choose from; all that do something by default.
        least_share: Part of the gain, or of the gap closed, below which a lever is left out.

    Raises:
        NotFound: The plan has no such lever.
    """
    weighed = weights or Weights()
    chosen = [catalogue.worth(key) for key in keys] or list(catalogue.worths)
    program, open_keys = catalogue.program, [one.lever.key for one in chosen]
    first = _rounded(catalogue, program.best(open_keys, weighed), open_keys, weighed)
    kept = _worth_keeping(catalogue, first, least_share)
    again = first if len(kept) == len(first.quantities) else _rounded(
        catalogue, program.best(kept, weighed), kept, weighed
    )  # fmt: skip
    together = program.at(again.quantities)
    dropped = tuple(key for key in first.quantities if key not in again.quantities)
    return Mix(weighed, _parts(catalogue, again.quantities), program.shut, together, dropped)


def _rounded(catalogue: Catalogue, found: Outcome, keys: Sequence[str], weights: Weights) -> Outcome:
    """The answer with whole steps where a lever has them."""
    fixed: dict[str, Array] = {}
    for key, quantity in found.quantities.items():
        lever = catalogue.program.lever(key)
        if lever.step_size:
            nearest = np.round(quantity / lever.step_size) * lever.step_size
            fixed[key] = lever.in_whole_steps(nearest, up=False)
    if not fixed:
        return found
    free = [key for key in keys if key not in fixed]
    return catalogue.program.best(free, weights, {key: one for key, one in fixed.items() if one.any()})


def _worth_keeping(catalogue: Catalogue, found: Outcome, least_share: float) -> list[str]:
    gain, closed = max(found.gain, 0.0), max(catalogue.program.shut.units - found.units, 0.0)
    kept = []
    for key in found.quantities:
        one = catalogue.worth(key)
        if one.gain > least_share * gain or one.closed > max(least_share * closed, _LEAST_UNITS):
            kept.append(key)
    return kept


def _parts(catalogue: Catalogue, quantities: Quantities) -> tuple[MixPart, ...]:
    """The levers by what each brings alone, with what it adds to those before."""
    program = catalogue.program
    alone = {key: program.at({key: quantity}) for key, quantity in quantities.items()}
    laid: dict[str, Array] = {}
    before, parts = program.shut, []
    for key in sorted(quantities, key=lambda key: (-alone[key].gain, key)):
        laid[key] = quantities[key]
        now = program.at(laid) if len(laid) > 1 else alone[key]
        parts.append(
            MixPart(
                catalogue.worth(key), quantities[key], alone[key].gain, now.gain - before.gain, before.units - now.units
            )
        )
        before = now
    return tuple(parts)


_LEAST_UNITS = 0.5
