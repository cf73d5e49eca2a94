"""Pegging: which receipt serves which use of an item, first in first out, and on through the bill of material."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import SupplyModel, over_periods

OPENING = -1
"""Stands for opening stock where an option, or a period of receipt, is named."""
OPEN_ORDER = -2
"""Stands for an open order where an option is named."""
_CRUMB = 1e-7


@dataclass(frozen=True)
class Peg:
    """A quantity that came in one way and goes out another.

    Args:
        node: Item at a place.
        option: Option it came by; OPENING or OPEN_ORDER.
        received: Period of receipt; OPENING for stock.
        used: Period in which it leaves.
        consumer: Option whose start takes it; -1 where customers do, or where it stays.
        demand: Demand row it serves; -1 where it does not.
        quantity: Units.
    """

    node: int
    option: int
    received: int
    used: int
    consumer: int
    demand: int
    quantity: float

    @property
    def stays(self) -> bool:
        """Whether it is still there after the last period."""
        return self.consumer < 0 and self.demand < 0


def peg_node(model: SupplyModel, quantity: Array, shipped: Array, node: int) -> tuple[Peg, ...]:
    """Match what comes into a node with what leaves it, first in first out.

    Within a period open orders stand before new receipts, and customers before consumers.

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]`.
        shipped: Shipped by demand row, `[period, row]`.
        node: The node.
    """
    sources, uses = _sources(model, quantity, node), _uses(model, quantity, shipped, node)
    found, place, left = [], 0, sources[0][2] if sources else 0.0
    for used, consumer, row, wanted in uses:
        while wanted > _CRUMB and place < len(sources):
            option, received, _ = sources[place]
            taken = min(wanted, left)
            if taken > _CRUMB:
                found.append(Peg(node, option, received, used, consumer, row, taken))
            wanted, left = wanted - taken, left - taken
            if left <= _CRUMB:
                place += 1
                left = sources[place][2] if place < len(sources) else 0.0
    return tuple(found) + _staying(model, node, sources[place:], left)


def _staying(model: SupplyModel, node: int, rest: list[tuple[int, int, float]], left: float) -> tuple[Peg, ...]:
    amounts = [left, *(each[2] for each in rest[1:])] if rest else []
    return tuple(
        Peg(node, option, received, model.length, -1, -1, amount)
        for (option, received, _), amount in zip(rest, amounts, strict=True)
        if amount > _CRUMB
    )


def _sources(model: SupplyModel, quantity: Array, node: int) -> list[tuple[int, int, float]]:
    """Option, period and units of all that comes in, in order; co-products by the option they come out of."""
    found = [(OPENING, OPENING, float(model.nodes.opening[node]))]
    orders, given = over_periods(model.nodes.receipts, model.length), _given(model, node)
    for t in range(model.length):
        found.append((OPEN_ORDER, t, float(orders[t, node])))
        found += [(option, t, float(per[t] * quantity[t, option])) for option, per in given]
    return [each for each in found if each[2] > _CRUMB]


def _given(model: SupplyModel, node: int) -> list[tuple[int, Array]]:
    """Options that bring units to a node, and how many per unit received in each period."""
    beside, period = model.options.co_products, np.arange(model.length)
    given = {option: np.ones(model.length) for option in np.flatnonzero(model.options.node == node).tolist()}
    for line in np.flatnonzero(beside.node == node).tolist():
        option = int(beside.option[line])
        counts = (period >= beside.first[line]) & (period < beside.last[line])
        given[option] = given.get(option, np.zeros(model.length)) + counts * float(beside.per_unit[line])
    return sorted(given.items(), key=lambda each: each[0])


def _uses(model: SupplyModel, quantity: Array, shipped: Array, node: int) -> list[tuple[int, int, int, float]]:
    """Period, consuming option, demand row and units of all that leaves, in order."""
    options, rows = model.options, np.flatnonzero(model.demand.node == node).tolist()
    found = [(t, -1, row, float(shipped[t, row])) for t in range(model.length) for row in rows]
    for line in np.flatnonzero(options.component == node).tolist():
        option = int(np.searchsorted(options.component_start, line, side="right")) - 1
        lead, per = int(options.lead_time[option]), float(options.quantity_per[line])
        starts = range(int(options.component_from[line]), min(int(options.component_to[line]), model.length - lead))
        found += [(start, option, -1, per * float(quantity[start + lead, option])) for start in starts]
    kept = [each for each in found if each[3] > _CRUMB]
    return sorted(kept, key=lambda each: (each[0], each[1] >= 0, each[1], each[2]))


@dataclass(frozen=True)
class Reach:
    """Demand that an order serves in the end, or supply that stands behind a demand: a peg and its depth."""

    depth: int
    peg: Peg


def trace_down(model: SupplyModel, quantity: Array, shipped: Array, row: int, period: int) -> tuple[Reach, ...]:
    """What stands behind a shipment: receipts, and what their components came from.

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]`.
        shipped: Shipped by demand row, `[period, row]`.
        row: Demand row.
        period: Period of shipment.
    """
    node = int(model.demand.node[row])
    pegs = [p for p in peg_node(model, quantity, shipped, node) if p.demand == row and p.used == period]
    found, todo = [], [(0, peg) for peg in pegs]
    while todo:
        depth, peg = todo.pop(0)
        found.append(Reach(depth, peg))
        if peg.option >= 0 and depth < _DEEPEST:
            todo += [(depth + 1, below) for below in _behind(model, quantity, shipped, peg)]
    return tuple(found)


def _behind(model: SupplyModel, quantity: Array, shipped: Array, peg: Peg) -> list[Peg]:
    """Pegs of the components that went into a peg, scaled to its share of the receipt."""
    options, option = model.options, peg.option
    per = next(per for way, per in _given(model, peg.node) if way == option)[peg.received]
    share = peg.quantity / float(per * quantity[peg.received, option])
    start = peg.received - int(options.lead_time[option])
    nodes = np.unique(options.component[options.component_start[option] : options.component_start[option + 1]])
    below = [each for node in nodes.tolist() for each in peg_node(model, quantity, shipped, node)]
    return [_scaled(each, share) for each in below if each.consumer == option and each.used == start]


def _scaled(peg: Peg, share: float) -> Peg:
    return Peg(peg.node, peg.option, peg.received, peg.used, peg.consumer, peg.demand, peg.quantity * share)


def trace_up(model: SupplyModel, quantity: Array, shipped: Array, option: int, period: int) -> tuple[Reach, ...]:
    """What a receipt serves: shipments to customers, at the end of all that takes from it.

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]`.
        shipped: Shipped by demand row, `[period, row]`.
        option: Option of the receipt.
        period: Period of the receipt.
    """
    found: list[Reach] = []
    todo = [(0, option, period, 1.0)]
    while todo:
        depth, way, received, share = todo.pop(0)
        beside = model.options.co_products
        nodes = {int(model.options.node[way]): None, **dict.fromkeys(beside.node[beside.option == way].tolist())}
        for peg in (each for node in nodes for each in peg_node(model, quantity, shipped, node)):
            if peg.option != way or peg.received != received:
                continue
            found.append(Reach(depth, _scaled(peg, share)))
            if peg.consumer >= 0 and depth < _DEEPEST:
                lead = int(model.options.lead_time[peg.consumer])
                todo.append((depth + 1, peg.consumer, peg.used + lead, share * _part(model, quantity, peg)))
    return tuple(found)


def _part(model: SupplyModel, quantity: Array, peg: Peg) -> float:
    """Share of a consumer's receipt that a peg makes possible: its part of that component."""
    options, lead = model.options, int(model.options.lead_time[peg.consumer])
    made = float(quantity[peg.used + lead, peg.consumer])
    lines = range(options.component_start[peg.consumer], options.component_start[peg.consumer + 1])
    per = sum(float(options.quantity_per[line]) for line in lines if options.component[line] == peg.node)
    return peg.quantity / (made * per)


_DEEPEST = 12
