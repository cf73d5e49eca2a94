"""Generated supply networks of any size, for the supply benchmarks."""

from dataclasses import dataclass, replace

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import RequirementInputs, plan_requirements
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill


@dataclass(frozen=True)
class GeneratedSupply:
    """A network with demand, stock, resources and hours; finished goods are the rows of level 0."""

    network: SupplyNetwork
    inputs: RequirementInputs
    bill: ResourceBill
    finished: IntArray


def linked_items(
    rows: int, periods: int, *, levels: int = 6, per_row: float = 3.9, common: float = 0.1
) -> GeneratedSupply:
    """One giant component: levels of equal size, components near their consumer but for the common parts.

    Rows are numbered by relative position in their level, as a plan sorted by family does.
    """
    draw = np.random.default_rng(1)
    size = rows // levels
    number = np.argsort(np.argsort(np.tile(np.arange(size), levels), kind="stable"), kind="stable")
    consumer, component = [], []
    for level in range(levels - 1):
        above = draw.integers(0, size, int(size * per_row))
        near = np.clip(above + np.rint(draw.normal(0, 3, above.size)).astype(np.int64), 0, size - 1)
        shared = draw.integers(0, size // 10 + 1, above.size)
        below = np.where(draw.random(above.size) < common, shared, near)
        pair = np.unique(above * size + below)
        consumer.append(level * size + pair // size)
        component.append((level + 1) * size + pair % size)
    rows = size * levels
    network = build_network(
        rows,
        periods,
        component=number[np.concatenate(component)],
        consumer=number[np.concatenate(consumer)],
        quantity_per=np.ones(sum(part.size for part in component)),
    )
    finished = np.sort(number[:size])
    return GeneratedSupply(network, _linked_inputs(draw, network, finished), _lines(draw, network), finished)


def _linked_inputs(draw: np.random.Generator, network: SupplyNetwork, finished: IntArray) -> RequirementInputs:
    rows, shape = network.rows, (network.rows, network.periods)
    demand = np.zeros(shape)
    demand[finished] = np.rint(draw.gamma(2.0, 50.0, (finished.size, network.periods)))
    lots = LotSizes(np.zeros(rows), draw.choice([0.0, 1.0, 10.0, 25.0], rows), np.full(rows, np.inf))
    empty = RequirementInputs(demand, np.zeros(shape), np.zeros(shape), np.zeros(rows), draw.integers(0, 2, rows), lots)
    usage = plan_requirements(network, empty).gross.dense().mean(axis=1)
    target = np.repeat(np.rint(0.3 * usage)[:, None], network.periods, axis=1)
    return replace(empty, safety_stock=target, opening_inventory=np.rint(usage * draw.uniform(0.5, 2.5, rows)))


def _lines(draw: np.random.Generator, network: SupplyNetwork) -> ResourceBill:
    made = np.flatnonzero(np.diff(network.components.start) > 0)
    resources = max(network.rows // 200, 1)
    return build_resource_bill(
        network.rows,
        resources,
        row=made,
        resource=made * resources // network.rows,
        hours_per_unit=draw.uniform(0.02, 0.2, made.size),
    )


def made_to_bill(items: int, periods: int) -> GeneratedSupply:
    """The public peer's generated model: finished items on items/50 lines, two of items/5 purchased components each."""
    draw = np.random.default_rng(7)
    components, lines = items // 5, max(items // 50, 1)
    base = draw.lognormal(4.5, 1.0, items)
    bought = items + np.stack(
        [draw.permutation(items) % components, (draw.permutation(items) + 1) % components], axis=1
    )
    network = build_network(
        items + components,
        periods,
        component=bought.ravel(),
        consumer=np.repeat(np.arange(items), 2),
        quantity_per=np.ones(2 * items),
    )
    usage = np.concatenate((base, np.bincount(bought.ravel() - items, np.repeat(base, 2), components)))
    inputs = _billed_inputs(draw, usage, base, periods)
    item = np.arange(items)
    hours = draw.uniform(0.02, 0.2, items)
    bill = build_resource_bill(items + components, lines, row=item, resource=item % lines, hours_per_unit=hours)
    return GeneratedSupply(network, inputs, bill, item)


def _billed_inputs(draw: np.random.Generator, usage: Array, base: Array, periods: int) -> RequirementInputs:
    items, rows = base.size, usage.size
    month = np.arange(36, 36 + periods)
    trend = 1 + draw.uniform(-0.005, 0.015, items)[:, None] * month
    season = 1 + draw.choice([0.0, 0.2, 0.4], items)[:, None] * np.sin(
        2 * np.pi * (month + draw.uniform(0, 12, items)[:, None]) / 12
    )
    demand = np.zeros((rows, periods))
    demand[:items] = np.rint(base[:, None] * trend * season)
    bought = np.arange(rows) >= items
    lots = LotSizes(np.where(bought, 100.0, 0.0), np.where(bought, 10.0, 0.0), np.full(rows, np.inf))
    lead = np.where(bought, draw.integers(0, 3, rows), 0)
    target = np.repeat(np.rint(0.5 * usage)[:, None], periods, axis=1)
    stock = np.rint(usage * draw.uniform(0.3, 1.5, rows))
    return RequirementInputs(demand, np.zeros((rows, periods)), target, stock, lead, lots)
