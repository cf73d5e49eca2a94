"""Changes of people who see a part of the company."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import NotAllowed
from steelyard.plan.change import Change
from steelyard.plan.life_operation import PhaseOut
from steelyard.plan.operation import Operation, Percent, SetMasterData, SetParameter
from steelyard.plan.plan import Plan
from steelyard.plan.sight import Sight, narrowed, part_of, seen, sees_change, sees_scope
from tests.plan.sight.test_seen_plan import BOTH, CUSTOMER, FAMILY, NO_COST, plan

__all__ = ["plan"]
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def lift(measure: str = "consensus_demand", **scope: str) -> Change:
    return Change(Percent(10), measure=measure, scope=scope, author="sam", at=AT)


def of_inputs(operation: Operation) -> Change:
    return Change(operation, author="sam", at=AT)


def test_everything_means_everything_that_is_seen(plan: Plan) -> None:
    assert narrowed(seen(plan, FAMILY), lift()).scope == {"product_family": ("F0",)}
    assert narrowed(plan, lift()).scope == {}


def test_a_slice_is_cut_to_the_part(plan: Plan) -> None:
    made = narrowed(seen(plan, CUSTOMER), lift(item="I1"))
    assert made.scope == {"customer": ("C1",), "item": ("I1",)}


@pytest.mark.parametrize("scope", [{"product_family": "F1"}, {"item": "I1"}, {"item": "nothing"}, {"level": "x"}])
def test_what_lies_outside_is_refused(plan: Plan, scope: dict[str, str]) -> None:
    with pytest.raises(NotAllowed, match="outside your part"):
        narrowed(seen(plan, FAMILY), lift(**scope))


def test_stock_shared_with_other_customers_is_not_theirs_to_change(plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        narrowed(seen(plan, CUSTOMER), lift("safety_stock", item="I1"))
    assert narrowed(seen(plan, FAMILY), lift("safety_stock", item="I0")).scope["product_family"] == ("F0",)


def test_of_several_slices_one_is_changed_at_a_time(plan: Plan) -> None:
    both = seen(plan, BOTH)
    with pytest.raises(NotAllowed, match="one of them at a time"):
        narrowed(both, lift())
    assert narrowed(both, lift(product_family="F0")).scope == {"product_family": ("F0",)}
    assert narrowed(both, lift(customer="C1", item="I1")).scope == {"customer": ("C1",), "item": ("I1",)}


def test_settings_of_the_model_are_for_those_who_see_the_whole(plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        narrowed(seen(plan, FAMILY), of_inputs(SetParameter("netting_backward", 2)))


def test_master_data_and_ends_of_the_part_are_theirs(plan: Plan) -> None:
    mine, other = (
        SetMasterData("item_location", {"item_id": i, "location_id": "D2"}, "min_lot", 5.0) for i in ("I0", "I1")
    )
    family = seen(plan, FAMILY)
    assert narrowed(family, of_inputs(mine)).operation == mine
    assert narrowed(family, of_inputs(PhaseOut("I0", "2026-06-01"))).kind == "phase_out"
    for one in (other, PhaseOut("I1", "2026-06-01")):
        with pytest.raises(NotAllowed):
            narrowed(family, of_inputs(one))
        assert not sees_change(family, of_inputs(one))
    with pytest.raises(NotAllowed, match="shares with others"):
        narrowed(seen(plan, CUSTOMER), of_inputs(mine))


def test_changes_of_others_are_not_seen(plan: Plan) -> None:
    family = seen(plan, FAMILY)
    assert sees_change(family, lift(product_family="F0"))
    assert sees_change(family, lift())
    assert not sees_change(family, lift(product_family="F1"))
    assert not sees_change(family, lift(item="I1"))
    assert sees_scope(family, {"customer": "C1"})
    assert not sees_scope(family, {"item": "I3"})


def test_changes_of_hidden_money_are_neither_seen_nor_made(plan: Plan) -> None:
    small = seen(plan, NO_COST)
    cost = of_inputs(SetMasterData("item_cost", {"item_id": "I0"}, "standard_cost", 5.0))
    for change in (lift("unit_cost"), cost):
        assert not sees_change(small, change)
        with pytest.raises(NotAllowed, match="money"):
            narrowed(small, change)
    assert sees_change(small, lift("price"))
    assert not sees_change(seen(plan, Sight(hidden=frozenset({"sales"}))), lift("price"))


def test_parts_with_unknown_levels_hold_nothing(plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        seen(plan, Sight(parts=(part_of({"moon": ["x"]}),)))
