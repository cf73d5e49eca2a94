"""Resource block: what more hours are worth, planned with one resource alone."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.grid.block import Array
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel, over_periods
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.resource_block import price_hours, resource_block, share_components, worth_of_block
from tests.supply.random_model import random_model as everything_model
from tests.supply.small_bills import random_model


def gain(model: SupplyModel, resource: int, share: float) -> float:
    """What the whole plan made again gains by more hours."""
    regular = np.array(over_periods(model.resources.regular, model.length))
    regular[:, resource] *= 1.0 + share
    more = replace(model, resources=replace(model.resources, regular=regular))
    return plan_exact(model).objective - plan_exact(more).objective


def prices(model: SupplyModel) -> tuple[Array, Array]:
    plan = plan_exact(model)
    assert plan.hour_price is not None
    assert plan.unit_value is not None
    return plan.hour_price, plan.unit_value


@pytest.mark.parametrize("seed", range(8))
def test_a_block_lies_between_the_price_and_the_plan_made_again(seed: int) -> None:
    model = random_model(seed)
    hour_price, unit_value = prices(model)
    for resource in range(2):
        found = worth_of_block(model, resource, hour_price, share=0.1, unit_value=unit_value)
        assert found is not None
        room = 1e-6 * abs(plan_exact(model).objective)
        assert gain(model, resource, 0.1) - room <= found.planned_again <= found.at_price + room


def test_a_resource_that_does_all_is_a_block_like_the_whole_model() -> None:
    model = random_model(4, items=4, parts=2)
    one = replace(model, options=replace(model.options, resource=np.zeros_like(model.options.resource)))
    hour_price, unit_value = prices(one)
    found = worth_of_block(one, 0, hour_price, unit_value=unit_value)
    assert found is not None
    assert found.planned_again >= gain(one, 0, 0.1) - 1e-6


def test_a_block_holds_what_needs_the_resource_and_no_more() -> None:
    model = random_model(2)
    hour_price, unit_value = prices(model)
    block = resource_block(model, 0, hour_price, unit_value)
    works = model.options.resource == 0
    assert block.nodes.names == tuple(name for name, use in zip(model.nodes.names, works, strict=False) if use)
    assert block.resources.names == ("line 1",)
    assert len(block.demand.names) == len(block.nodes.names)


def test_only_resources_that_are_dear_and_share_a_component_are_rough() -> None:
    write = ModelBuilder(2)
    for name in ("saw", "bench", "oven"):
        write.resource(name, regular=1)
    for name in ("wood", "flour"):
        write.node(name)
        write.buy(name)
    for name, part, line in (("board", "wood", "saw"), ("chair", "wood", "bench"), ("bread", "flour", "oven")):
        write.node(name)
        write.make(name, components={part: 1}, hours={line: 1})
    model = write.build()
    assert share_components(model, np.ones((2, 3))).tolist() == [True, True, False]
    assert not share_components(model, np.array([[1.0, 0.0, 1.0]] * 2)).any()


@pytest.mark.parametrize("seed", range(4))
def test_models_with_everything_have_blocks_too(seed: int) -> None:
    model = everything_model(seed)
    hour_price, unit_value = prices(model)
    for resource in range(len(model.resources.names)):
        found = worth_of_block(model, resource, hour_price, unit_value=unit_value)
        crewed = (model.workforce.resource == resource).any()
        assert (found is None) == crewed
        assert found is None or found.planned_again >= 0.0


@pytest.mark.parametrize("seed", range(6))
def test_blocks_price_hours_as_the_whole_plan_does_where_parts_are_bought_at_once(seed: int) -> None:
    model = random_model(seed, items=12, parts=4)
    bare = np.where(np.arange(len(model.nodes.names)) < 12, model.nodes.opening, 0.0)
    at_once = replace(
        model.options,
        lead_time=np.zeros_like(model.options.lead_time),
        maximum=np.full_like(model.options.maximum, np.inf),
    )
    model = replace(model, nodes=replace(model.nodes, opening=bare), options=at_once)
    best, found = plan_exact(model), price_hours(model)
    assert best.hour_price is not None
    assert found.hour_price is not None
    assert found.unit_value is not None
    hours = over_periods(model.resources.regular, model.length)
    worth = (best.hour_price * hours).sum(axis=0)
    assert (found.hour_price * hours).sum(axis=0) == pytest.approx(worth, rel=0.05)
    assert {one.resource for one in found.binding} == {one.resource for one in best.binding}
