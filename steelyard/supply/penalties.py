"""Penalties: the order in which a supply model lets things slip, in money per unit, checked and shown."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import SupplyModel, laid_out, over_periods


@dataclass(frozen=True)
class Penalty:
    """One step of the order.

    Args:
        name: What slips.
        meaning: In one sentence.
        low: Money per unit and period that one in twenty nodes or rows stays below.
        middle: The median.
        high: Money that one in twenty lies above.
        broken: Nodes or rows where the next step is cheaper, which turns the order around.
    """

    name: str
    meaning: str
    low: float
    middle: float
    high: float
    broken: int


def order_of_penalties(model: SupplyModel) -> tuple[Penalty, ...]:
    """The order of penalties, cheapest first, by demand row: the node it asks and what its customers cost.

    holding < target missed < waiting < lost sale < what the data do not allow

    Args:
        model: The supply model.
    """
    model = laid_out(model)
    node, demand = model.demand.node, model.demand
    holding = model.nodes.holding_cost.mean(axis=0)[node]
    shortfall = model.nodes.shortfall_cost.mean(axis=0)[node]
    waiting = _finite(over_periods(demand.backlog_cost, model.length).mean(axis=0))
    lost = _finite(over_periods(demand.lost_cost + demand.price, model.length).mean(axis=0))
    beyond = np.full(node.size, model.elastic_unserved)
    targeted = np.any(model.nodes.target > 0, axis=0)[node]
    steps = (
        ("holding", "A unit lies in stock for a period.", holding),
        ("shortfall", "A unit of the stock target is missing for a period.", np.where(targeted, shortfall, np.nan)),
        ("waiting", "A customer waits for a unit for a period.", waiting),
        ("lost", "A sale is lost: its price and goodwill.", lost),
        ("elastic", "More is asked than the data allow; named in the plan.", beyond),
    )
    return tuple(
        _penalty(name, meaning, money, steps[number + 1][2] if number + 1 < len(steps) else None)
        for number, (name, meaning, money) in enumerate(steps)
    )


def _finite(money: Array) -> Array:
    return np.where(np.isfinite(money), money, np.nan)


def _penalty(name: str, meaning: str, money: Array, dearer: Array | None) -> Penalty:
    known = money[np.isfinite(money)]
    low, middle, high = np.quantile(known, (0.05, 0.5, 0.95)).tolist() if known.size else (np.nan,) * 3
    broken = 0 if dearer is None else int(np.count_nonzero(money >= dearer))
    return Penalty(name, meaning, low, middle, high, broken)
