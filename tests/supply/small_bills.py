"""Small bills: companies with a bill of material, scarce hours and slow parts, from a seed."""

import numpy as np

from steelyard.supply.model import SupplyModel
from steelyard.supply.model_parts import (
    assemble_model,
    demand_table,
    node_table,
    option_table,
    resource_table,
    workforce_table,
)


def random_model(seed: int, *, items: int = 6, parts: int = 3, periods: int = 6) -> SupplyModel:
    """Items made on two lines of two parts each, which are bought with a lead time of up to two periods."""
    draw = np.random.default_rng(seed)
    demand = draw.uniform(20, 100, (periods, items))
    count, cost = items + parts, np.concatenate((draw.uniform(5, 9, items), draw.uniform(1, 3, parts)))
    taken = np.stack([draw.permutation(parts)[:2] for _ in range(items)])
    usage = np.bincount(taken.ravel(), np.repeat(demand.mean(axis=0), 2), parts)
    names = tuple(f"node {n}" for n in range(count))
    hours = draw.uniform(0.5, 1.5, items)
    line = np.arange(items) % 2
    load = np.bincount(line, hours * demand.mean(axis=0), 2)
    nodes = node_table(
        names, periods,
        opening=np.concatenate((demand[0] * draw.uniform(0.2, 1.2, items), usage * draw.uniform(1.0, 3.0, parts))),
        target=np.broadcast_to(np.concatenate((0.3 * demand.mean(axis=0), np.zeros(parts))), (periods, count)),
        holding_cost=0.03 * cost,
        shortfall_cost=np.concatenate((0.08 * cost[:items], np.zeros(parts))),
    )  # fmt: skip
    options = option_table(
        names, periods,
        node=np.arange(count),
        kind=np.repeat([0, 1], [items, parts]),
        lead_time=np.concatenate((np.zeros(items, np.int64), draw.integers(0, 3, parts))),
        unit_cost=cost,
        component_start=np.concatenate((np.arange(0, 2 * items + 1, 2), np.full(parts, 2 * items))),
        component=items + taken.ravel(),
        quantity_per=np.ones(2 * items),
        component_from=np.zeros(2 * items, np.int64),
        component_to=np.full(2 * items, periods),
        hour_start=np.concatenate((np.arange(items + 1), np.full(parts, items))),
        resource=line,
        hours_per_unit=hours,
        hour_offset=np.zeros(items, np.int64),
    )  # fmt: skip
    resources = resource_table(
        ("line 1", "line 2"), periods,
        kind=np.zeros(2, np.int64),
        regular=np.broadcast_to(0.95 * load, (periods, 2)),
        overtime=np.broadcast_to(0.2 * load, (periods, 2)),
        overtime_cost=np.full(2, 2.0),
    )  # fmt: skip
    rows = tuple(f"demand {n}" for n in range(items))
    asked = demand_table(
        rows, periods,
        node=np.arange(items),
        quantity=demand,
        backlog_cost=0.4 * cost[:items],
        lost_cost=3.0 * cost[:items],
    )  # fmt: skip
    nobody = workforce_table((), periods, resource=np.empty(0, np.int64))
    return assemble_model(tuple(str(t) for t in range(periods)), nodes, options, resources, nobody, asked)
