"""Gating: what keeps a unit from being there in time, and the next best way to get it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.evaluate import unserved_cost
from steelyard.supply.model import SupplyModel, over_periods

GateKind = Literal["resource", "component", "lead time", "no source", "cost"]
NextKind = Literal["source", "other time", "wait", "give up", "none"]
"""What else can be done: another source, the same one at another time, a customer who waits, a sale given up."""


@dataclass(frozen=True)
class Gate:
    """What makes one more unit dear or impossible.

    Args:
        kind: A resource, a component, the lead time, or that there is no source at all.
        number: Number of the resource or node that gates; -1 for the others.
        period: Period in which it gates.
        extra_cost: What it adds to the cost of the unit.
        option: Option of the cheapest way, -1 without one.
        next_kind: What the second-best way is.
        next_option: Its option, -1 where it is not a source.
        next_period: Period in which it receives the unit.
        next_extra: What it costs more than the cheapest; below zero where only rules kept from it.
    """

    kind: GateKind
    number: int
    period: int
    extra_cost: float
    option: int
    next_kind: NextKind
    next_option: int
    next_period: int
    next_extra: float


def gate_of(model: SupplyModel, hour_price: Array, unit_value: Array, node: int, period: int) -> Gate:
    """Find what gates one more unit of a node in a period.

    The price of the cheapest way is taken apart into its own cost, hours and components; the largest part beyond its
    bare cost is the gate. A component that gates is followed down to what gates it.

    Args:
        model: The supply model.
        hour_price: Money per hour, `[period, resource]`.
        unit_value: Price of a unit at hand, `[period, node]`.
        node: The node that is short.
        period: The period in which it is short.
    """
    ways = sorted(_ways(model, hour_price, unit_value, node, period))
    if not ways:
        return _without_way(model, unit_value, node, period)
    price, option, receipt = ways[0]
    rivals: list[_Rival] = [
        (cost, "source" if other != option else "other time", other, when)
        for cost, other, when in ways
        if (other, when) != (option, receipt)
    ]
    cost, kind, other, when = min(rivals + _without_source(model, unit_value, node, period), default=_NOTHING)
    gate = _dearest_part(model, hour_price, unit_value, option, receipt)
    return Gate(*gate, option, kind, other, when, cost - price)


_Rival = tuple[float, NextKind, int, int]
_NOTHING: _Rival = (float("nan"), "none", -1, -1)


def _without_source(model: SupplyModel, unit_value: Array, node: int, period: int) -> list[_Rival]:
    """What customers can be asked: to wait for a later unit, or to go without."""
    rows = np.flatnonzero(model.demand.node == node)
    if not rows.size:
        return []
    waiting = over_periods(model.demand.backlog_cost, model.length)[:, rows].min(axis=1)
    never = (unserved_cost(model) + over_periods(model.demand.price, model.length))[period, rows].min()
    later = [
        (float(waiting[period:when].sum() + unit_value[when, node]), "wait", -1, when)
        for when in range(period + 1, model.length)
    ]
    found = [*later, (float(never), "give up", -1, period)]
    return [one for one in found if np.isfinite(one[0])]  # type: ignore[misc]


def _ways(
    model: SupplyModel, hour_price: Array, unit_value: Array, node: int, period: int
) -> list[tuple[float, int, int]]:
    """Price, option and period of receipt of every way to have a unit then, made then or before."""
    options, found = model.options, []
    maximum = over_periods(options.maximum, model.length)
    keep = over_periods(model.nodes.holding_cost, model.length)[:, node]
    for option in np.flatnonzero(options.node == node).tolist():
        for receipt in range(int(options.lead_time[option]), period + 1):
            if maximum[receipt, option] > 0:
                parts = _parts(model, hour_price, unit_value, option, receipt)
                price = sum(part[3] for part in parts) + float(keep[receipt:period].sum())
                found.append((price + _own_cost(model, option, receipt), option, receipt))
    return found


def _own_cost(model: SupplyModel, option: int, receipt: int) -> float:
    return float(over_periods(model.options.unit_cost, model.length)[receipt, option])


def _parts(
    model: SupplyModel, hour_price: Array, unit_value: Array, option: int, receipt: int
) -> list[tuple[GateKind, int, int, float]]:
    """Hours and components of a unit, each with its period and its price."""
    options, parts = model.options, []
    for line in range(options.hour_start[option], options.hour_start[option + 1]):
        when, number = max(receipt - int(options.hour_offset[line]), 0), int(options.resource[line])
        price = float(hour_price[when, number] * options.hours_per_unit[line])
        parts.append(("resource", number, when, price))
    start = receipt - int(options.lead_time[option])
    for line in range(options.component_start[option], options.component_start[option + 1]):
        if options.component_from[line] <= start < options.component_to[line]:
            below = int(options.component[line])
            value = float(unit_value[start, below])
            value = value if np.isfinite(value) else float(model.nodes.elastic_cost[below])
            parts.append(("component", below, start, value * float(options.quantity_per[line])))
    return parts  # type: ignore[return-value]


def _dearest_part(
    model: SupplyModel, hour_price: Array, unit_value: Array, option: int, receipt: int
) -> tuple[GateKind, int, int, float]:
    """The part that costs most beyond what it would cost without scarcity."""
    parts = _parts(model, hour_price, unit_value, option, receipt)
    usual = {number: float(np.min(unit_value[:, number])) for kind, number, _, _ in parts if kind == "component"}
    per = _per_unit(model, option)
    extra = [
        (money - usual[number] * per[number] if kind == "component" else money, kind, number, when)
        for kind, number, when, money in parts
    ]
    if not extra or max(extra)[0] <= 0:
        lead = int(model.options.lead_time[option])
        return ("lead time" if receipt <= lead else "cost"), -1, receipt, 0.0
    money, kind, number, when = max(extra)
    if kind == "component":
        deeper = gate_of(model, hour_price, unit_value, number, when)
        if deeper.kind in ("resource", "lead time", "no source", "component"):
            return deeper.kind, deeper.number if deeper.number >= 0 else number, deeper.period, money
    return kind, number, when, money


def _per_unit(model: SupplyModel, option: int) -> dict[int, float]:
    options = model.options
    out: dict[int, float] = {}
    for line in range(options.component_start[option], options.component_start[option + 1]):
        below = int(options.component[line])
        out[below] = out.get(below, 0.0) + float(options.quantity_per[line])
    return out


def _without_way(model: SupplyModel, unit_value: Array, node: int, period: int) -> Gate:
    options = np.flatnonzero(model.options.node == node)
    _, kind, other, when = min(_without_source(model, unit_value, node, period), default=_NOTHING)
    unknown = float("nan")
    if not options.size:
        return Gate("no source", -1, period, float("inf"), -1, kind, other, when, unknown)
    fastest = int(options[np.argmin(model.options.lead_time[options])])
    lead = int(model.options.lead_time[fastest])
    return Gate("lead time", -1, lead, float("inf"), fastest, kind, other, when, unknown)
