"""Sold parts: bounds stay below the best plan where components are sold, abundant, or worth something at the end."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from steelyard.supply.decomposition import PriceSession
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import Demand, SupplyModel
from steelyard.supply.sold_parts import shared_rows, sold_apart
from tests.supply.small_bills import random_model


def with_sold_parts(model: SupplyModel, seed: int) -> SupplyModel:
    """The first three nodes are made of the last three; these are now sold, too, and stock is worth half its cost."""
    draw, parts = np.random.default_rng([seed, 1]), np.arange(len(model.nodes.names) - 3, len(model.nodes.names))
    cost = model.options.unit_cost[0]
    more = {
        "names": tuple(f"spare {n}" for n in parts.tolist()),
        "node": parts,
        "quantity": draw.uniform(5, 40, (model.length, 3)),
        "price": np.broadcast_to(draw.uniform(0.5, 1.5, 3) * cost[parts], (model.length, 3)),
        "backlog_cost": np.broadcast_to(0.2 * cost[parts], (model.length, 3)),
        "lost_cost": np.broadcast_to(0.4 * cost[parts], (model.length, 3)),
    }
    plenty = np.where(np.arange(cost.size) >= parts[0], 3.0 * model.nodes.opening, model.nodes.opening)
    nodes = replace(model.nodes, opening=plenty, end_value=0.5 * cost)
    return replace(model, nodes=nodes, demand=_joined(model.demand, more)).check()


def _joined(demand: Demand, more: Mapping[str, object]) -> Demand:
    joined = {
        name: np.concatenate((getattr(demand, name), np.asarray(values)), axis=-1)
        for name, values in more.items()
        if name != "names"
    }
    rest = {
        name: np.concatenate((old := getattr(demand, name), np.zeros((*old.shape[:-1], 3), old.dtype)), axis=-1)
        for name in ("rank", "commitment", "commitment_cost")
    }
    names = (*demand.names, *more["names"])  # type: ignore[misc]
    classes = (*demand.customer_class, *("spare",) * 3)
    return replace(demand, names=names, customer_class=classes, **joined, **rest)


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_lies_below_and_the_plan_above_the_optimum(seed: int) -> None:
    model = with_sold_parts(random_model(seed), seed)
    best = plan_exact(model).objective
    session = PriceSession(model)
    session.improve(gap=1e-4, passes=40)
    assert session.lower_bound <= best + 1e-6 * abs(best)
    assert session.plan().objective >= best - 1e-6 * abs(best)


def test_only_rows_on_components_get_a_counter() -> None:
    model = with_sold_parts(random_model(1), 1)
    assert [model.demand.names[row] for row in shared_rows(model).tolist()] == ["spare 6", "spare 7", "spare 8"]
    apart = sold_apart(model).check()
    assert len(apart.nodes.names) == len(model.nodes.names) + 3
    plain = random_model(1)
    assert sold_apart(plain) is plain
