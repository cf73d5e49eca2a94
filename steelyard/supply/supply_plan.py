"""Supply plan: what an engine decided on a supply model, what it proves and what it found."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import SupplyModel

Engine = Literal["infinite", "priority", "decomposition", "exact", "strategy"]

ElasticKind = Literal["hours", "minimum_load", "material", "unserved", "bounds", "workers"]
"""What may have to give: hours, a minimum load, material, demand, bounds of an option, bounds of a workforce."""

ENGINES: tuple[Engine, ...] = ("infinite", "priority", "decomposition", "exact")
"""The four engines, from the simplest to the strongest."""


@dataclass(frozen=True)
class Binding:
    """A resource in a period whose hours are all used and worth money."""

    resource: int
    period: int
    price: float
    """Money that one more hour is worth."""
    load: float
    """Hours used."""
    overtime: float
    """Hours of overtime among them."""

    @property
    def worth(self) -> float:
        """Price x hours: by this binding resources are sorted."""
        return self.price * self.load


@dataclass(frozen=True)
class Move:
    """One step of an engine that explains itself: what it shifted, why, and what that cost."""

    kind: str
    """pre-build, alternate, subcontract, overtime, cut, ..."""
    option: int
    from_period: int
    to_period: int
    quantity: float
    resource: int
    """Resource that was short; -1 where none was."""
    cost: float
    """Money that the step added."""
    other_option: int = -1
    """Option that took the quantity over; -1 where the option stayed."""


@dataclass(frozen=True)
class Elastic:
    """Something a plan needed that the data do not allow, named."""

    kind: ElasticKind
    what: str
    """Name of the resource, node, demand row or group."""
    period: int
    quantity: float
    cost: float


@dataclass(frozen=True, eq=False)
class Decisions:
    """What is to be done. Everything `[period, thing]`.

    Args:
        quantity: Received by option [units].
        shipped: Shipped by demand row [units].
        lost: Given up by demand row [units].
        overtime: Hours of overtime by resource.
        shifts: Further shifts by resource.
        workers: Workers by group.
        expired: Thrown away by node [units].
    """

    quantity: Array
    shipped: Array
    lost: Array
    overtime: Array
    shifts: Array
    workers: Array
    expired: Array


@dataclass(frozen=True, eq=False)
class SupplyPlan:
    """A plan of one engine.

    Args:
        engine: Which engine made it.
        decisions: What is to be done.
        seconds: CPU seconds it took.
        lower_bound: No plan of this model costs less; -inf where the engine proves nothing.
        objective: What the engine says its plan costs, by `evaluate`.
        hour_price: Money that one more hour is worth, `[period, resource]`; None where the engine has none.
        unit_value: Money that one more unit in stock is worth, `[period, node]`; None where the engine has none.
        binding: Resources whose hours are worth money, dearest first by price x hours.
        moves: Steps that explain the plan, where the engine works in steps.
        elastic: What it needed beyond the data, by name.
        notes: What a reader should know, one sentence each.
        complete: False where a solver ran out of time: the plan is what it had, and may not even be possible.
    """

    engine: Engine
    decisions: Decisions
    seconds: float = 0.0
    lower_bound: float = -np.inf
    objective: float = np.nan
    hour_price: Array | None = None
    unit_value: Array | None = None
    binding: tuple[Binding, ...] = ()
    moves: tuple[Move, ...] = ()
    elastic: tuple[Elastic, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True

    @property
    def gap(self) -> float:
        """How much dearer the plan may be than the best one, as a share; NaN where nothing is proven.

        gap = (objective - lower bound) / |objective|
        """
        if not np.isfinite(self.lower_bound) or not self.objective:
            return 0.0 if self.objective == self.lower_bound else float("nan")
        return max((self.objective - self.lower_bound) / abs(self.objective), 0.0)


def empty_decisions(model: SupplyModel) -> Decisions:
    """Decisions of which all are zero, writeable."""

    def zeros(count: int) -> Array:
        return np.zeros((model.length, count))

    rows, resources, nodes = len(model.demand.names), len(model.resources.names), len(model.nodes.names)
    return Decisions(
        quantity=zeros(len(model.options.names)),
        shipped=zeros(rows),
        lost=zeros(rows),
        overtime=zeros(resources),
        shifts=zeros(resources),
        workers=zeros(len(model.workforce.names)),
        expired=zeros(nodes),
    )
