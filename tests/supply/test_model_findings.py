"""Findings of supply models: every contradiction is named, and a plan exists all the same."""

import pytest

from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.model_findings import model_findings
from steelyard.supply.penalties import order_of_penalties
from tests.supply.red_tomato import red_tomato


def chair() -> ModelBuilder:
    write = ModelBuilder(3)
    write.node("chair", holding_cost=1)
    write.node("leg", holding_cost=0.1)
    return write


def rules(write: ModelBuilder) -> dict[str, tuple[str, ...]]:
    model = write.build()
    plan = plan_exact(model)
    assert evaluate(model, plan.decisions).objective == pytest.approx(plan.objective)
    return {one.rule: one.examples for one in model_findings(model)}


def test_a_sound_model_has_no_findings() -> None:
    assert model_findings(red_tomato()) == ()


def test_no_source_is_found_and_what_lacks_is_named() -> None:
    write = chair()
    write.demand("chair", 5)
    assert rules(write)["every_needed_node_has_a_source"] == ("chair",)
    assert {(one.kind, one.what) for one in plan_exact(write.build()).elastic} == {("unserved", "chair")}


def test_a_ring_is_found() -> None:
    write = chair()
    write.make("chair", components={"leg": 4})
    write.make("leg", components={"chair": 1})
    write.demand("chair", 5)
    assert rules(write)["nothing_is_made_of_itself"] == ("chair", "leg")


def test_bringing_there_and_back_is_no_ring() -> None:
    write = chair()
    write.node("chair east")
    write.make("chair")
    write.transfer("chair", "chair east")
    write.transfer("chair east", "chair")
    write.demand("chair east", 5)
    assert "nothing_is_made_of_itself" not in rules(write)


def test_resources_without_hours_are_found() -> None:
    write = chair()
    write.resource("bench")
    write.resource("oven", regular=[8, 0, 8])
    write.make("chair", hours={"bench": 1, "oven": 1})
    write.demand("chair", 5, lost_cost=1)
    found = rules(write)
    assert found["used_resources_have_hours"] == ("bench",)
    assert found["no_period_is_without_hours"] == ("oven",)


def test_contradictions_of_a_source_are_found() -> None:
    write = chair()
    write.make("chair", minimum=9, maximum=4)
    write.buy("leg", lot_minimum=-5, lead_time=7, share=0.7)
    write.buy("leg", name="leg from afar", share=0.7, unit_cost=-1, maximum=10)
    write.make("leg", name="unused")
    write.demand("chair", 5)
    found = rules(write)
    assert found["minimum_is_not_above_maximum"] == ("make chair",)
    assert found["lots_are_not_negative"] == ("buy leg",)
    assert found["lead_time_is_within_the_horizon"] == ("buy leg",)
    assert found["shares_sum_to_one"] == ("leg",)
    assert found["costs_are_not_negative"] == ("leg from afar",)


def test_negative_stock_is_found_and_conjured_up() -> None:
    write = ModelBuilder(2)
    write.node("chair", opening=-3, holding_cost=1)
    write.make("chair", lead_time=1, unit_cost=1)
    write.demand("chair", 1, lost_cost=5)
    assert rules(write)["stock_and_orders_are_not_negative"] == ("chair",)
    assert [one.kind for one in plan_exact(write.build()).elastic] == ["material"]


def test_penalties_stand_in_order_and_tell_where_they_do_not() -> None:
    write = ModelBuilder(1)
    write.node("chair", holding_cost=1, target=5, shortfall_cost=9)
    write.make("chair")
    write.demand("chair", 5, backlog_cost=4, lost_cost=20, price=10)
    found = {one.name: one for one in order_of_penalties(write.build())}
    assert [found[name].middle for name in ("holding", "shortfall", "waiting", "lost")] == [1, 9, 4, 30]
    assert found["shortfall"].broken == 1
    assert found["holding"].broken == found["waiting"].broken == 0
