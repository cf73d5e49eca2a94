"""Model driver: what an uncertain number of a plan does to its supply model, so that a live solver can answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from steelyard.grid.block import Array
from steelyard.plan.balancing.block import LeverBlock
from steelyard.plan.balancing.standing_model import BalanceBase
from steelyard.plan.overlay import window_of
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import BEGINNING, Assumption
from steelyard.supply.model import SupplyModel

Move = Callable[[SupplyModel, float], SupplyModel]
"""Moves a model by a share: 0.1 is ten percent more."""
DEMAND = frozenset({"consensus_demand", "unconstrained_demand", "demand_plan", "statistical_forecast"})
MOVED = DEMAND | {"price", "unit_cost", "standard_cost", "capacity_available", "safety_stock", "scheduled_receipts"}
"""Measures that a supply model knows."""
USUAL = 10.0
"""Percent by which each family and resource is moved where nobody has stated a range."""


@dataclass(frozen=True)
class ModelDriver:
    """One bar of a tornado before it is measured."""

    name: str
    move: Move
    low: float
    """Low end [percent]."""
    high: float
    """High end [percent]."""


def demand_driver(name: str, part: Array, low: float, high: float) -> ModelDriver:
    """Demand of some rows; `part` says which share of each cell moves, `[period, row]` or `[row]`."""

    def move(model: SupplyModel, share: float) -> SupplyModel:
        quantity = np.maximum(model.demand.quantity * (1 + share * part), 0.0)
        return replace(model, demand=replace(model.demand, quantity=quantity))

    return ModelDriver(name, move, low, high)


def price_driver(name: str, part: Array, low: float, high: float) -> ModelDriver:
    """Price of some rows."""

    def move(model: SupplyModel, share: float) -> SupplyModel:
        return replace(model, demand=replace(model.demand, price=model.demand.price * (1 + share * part)))

    return ModelDriver(name, move, low, high)


def cost_driver(name: str, part: Array, low: float, high: float) -> ModelDriver:
    """Unit cost of the options of some nodes, `[period, node]`."""

    def move(model: SupplyModel, share: float) -> SupplyModel:
        cost = model.options.unit_cost * (1 + share * part[:, model.options.node])
        return replace(model, options=replace(model.options, unit_cost=cost))

    return ModelDriver(name, move, low, high)


def hours_driver(name: str, hours: Array, low: float, high: float) -> ModelDriver:
    """Regular hours of some resources, `[period, resource]`: a share of `hours` is added to those of the model."""

    def move(model: SupplyModel, share: float) -> SupplyModel:
        regular = np.maximum(model.resources.regular + share * hours, 0.0)
        return replace(model, resources=replace(model.resources, regular=regular))

    return ModelDriver(name, move, low, high)


def stock_driver(name: str, column: Literal["target", "receipts"], part: Array, low: float, high: float) -> ModelDriver:
    """Stock targets or open orders of some nodes, `[period, node]`."""

    def move(model: SupplyModel, share: float) -> SupplyModel:
        cells = getattr(model.nodes, column) * (1 + share * part)
        return replace(model, nodes=replace(model.nodes, **{column: cells}))

    return ModelDriver(name, move, low, high)


def drivers_of(
    base: BalanceBase, assumptions: Sequence[Assumption], block: LeverBlock | None = None
) -> tuple[list[ModelDriver], list[Assumption]]:
    """Drivers of the assumptions with a range, and the assumptions whose measure a supply model does not know.

    Args:
        base: The plan's balance base.
        assumptions: What is uncertain.
        block: The part of a large plan that the drivers move; the whole by default.
    """
    wide = [one for one in assumptions if one.effect.low < one.effect.high]
    known = [one for one in wide if one.effect.measure in MOVED]
    return [_driver(base, one.statement, one.effect, block) for one in known], [one for one in wide if one not in known]


def usual_drivers(
    base: BalanceBase, percent: float = USUAL, block: LeverBlock | None = None
) -> list[ModelDriver]:  # fmt: skip
    """Each family's demand and price, each resource's hours, and all unit costs, by the same percentage both ways."""
    effects = [("Unit costs", Effect("unit_cost", {}, None, -percent, 0.0, percent))]
    rows = slice(None) if block is None else block.rows
    sold = np.bincount(base.family[base.full.demand.node[rows]], base.full.demand.quantity[:, rows].sum(axis=0))
    for number in np.flatnonzero(sold > 0).tolist():
        name, scope = base.family_names[number], {base.level: (base.family_names[number],)}
        effects.append((f"Demand of {name}", Effect("consensus_demand", scope, None, -percent, 0.0, percent)))
        effects.append((f"Price of {name}", Effect("price", scope, None, -percent, 0.0, percent)))
    effects.extend(
        (f"Hours of {name}", Effect("capacity_available", {"resource": (name,)}, None, -percent, 0.0, percent))
        for name in base.full.resources.names
    )
    return [_driver(base, name, effect, block) for name, effect in effects]


def _driver(base: BalanceBase, name: str, effect: Effect, block: LeverBlock | None) -> ModelDriver:
    low, high = effect.low, effect.high
    node = slice(None) if block is None else block.part.node
    row = slice(None) if block is None else block.rows
    if effect.measure in DEMAND:
        return demand_driver(name, _row_part(base, effect, base.cells("demand_plan"))[:, row], low, high)
    if effect.measure == "price":
        worth = base.cells("demand_plan") * base.cells("price")
        return price_driver(name, _row_part(base, effect, worth)[:, row], low, high)
    if effect.measure == "capacity_available":
        part = _part(base, effect, "capacity_available")
        return hours_driver(name, part * base.full.resources.regular, low, high)
    if effect.measure == "safety_stock":
        return stock_driver(name, "target", _part(base, effect, "safety_stock")[:, node], low, high)
    if effect.measure == "scheduled_receipts":
        return stock_driver(name, "receipts", _part(base, effect, "scheduled_receipts")[:, node], low, high)
    return cost_driver(name, _node_part(base, effect)[:, node], low, high)


def _window(base: BalanceBase, effect: Effect) -> Array:
    """1 in the periods of an effect, `[period, 1]`."""
    change = effect.change(0.0, actor="", at=BEGINNING, note="")
    inside = np.zeros((base.full.length, 1))
    inside[window_of(change, base.plan.horizon) or slice(0, 0)] = 1.0
    return inside


def _part(base: BalanceBase, effect: Effect, measure: str) -> Array:
    """1 for the series of a measure in scope, within the periods."""
    inside = np.zeros(base.plan.series(measure).size)
    inside[base.plan.series(measure).select(effect.scope)] = 1.0
    return np.asarray(_window(base, effect) * inside)


def _row_part(base: BalanceBase, effect: Effect, weight: Array) -> Array:
    """Part of each demand row that lies in scope, by weight, within the periods."""
    series = base.plan.series("demand_plan")
    inside = np.zeros(series.size)
    inside[series.select(effect.scope)] = 1.0
    whole, part = (np.zeros(base.full.demand.quantity.shape) for _ in range(2))
    np.add.at(whole.T, base.row_of_series, weight.T)
    np.add.at(part.T, base.row_of_series, (weight * inside).T)
    return np.asarray(_window(base, effect) * np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0))


def _node_part(base: BalanceBase, effect: Effect) -> Array:
    """1 for item-locations that serve or are in the scope of a cost, within the periods."""
    series = base.plan.series(effect.measure)
    rows = series.select(effect.scope)
    inside = np.zeros(base.places)
    inside[base.place_of_series[rows] if series.size == base.place_of_series.size else rows] = 1.0
    if not effect.scope:
        inside[:] = 1.0
    return np.asarray(_window(base, effect) * inside)
