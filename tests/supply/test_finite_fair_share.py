"""Fair share: a class shares what is short in proportion to what each row lacks, as far as each can use it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.supply.fair_share import share_fairly
from steelyard.supply.finite import plan_finite
from steelyard.supply.moves import GATE_COMPONENT, GATE_RESOURCE
from steelyard.supply.network import build_network
from steelyard.supply.rough_cut import build_resource_bill
from tests.supply.companies import supply_company
from tests.supply.test_finite import alone, one_line, receipts_of, stock_of, wishes

seeds = st.integers(0, 100_000)


def test_scarce_hours_go_to_all_in_proportion() -> None:
    inputs = replace(wishes([[20], [20], [10]], [10]), fair=True)
    plan = plan_finite(alone(3, 1), one_line(3), inputs)
    assert receipts_of(plan) == [[4], [4], [2]]
    assert (plan.gate_kind == GATE_RESOURCE).all()


def test_a_better_class_still_goes_first() -> None:
    inputs = replace(wishes([[8], [20], [10]], [14], priority=[1, 2, 2]), fair=True)
    assert receipts_of(plan_finite(alone(3, 1), one_line(3), inputs)) == [[8], [4], [2]]


def test_what_waits_counts_as_what_is_lacking() -> None:
    inputs = replace(wishes([[30, 0], [0, 10]], [10, 10]), fair=True)
    made = np.array(receipts_of(plan_finite(alone(2, 2), one_line(2), inputs)))
    assert np.allclose(made, [[10, 10 * 20 / 30], [0, 10 * 10 / 30]])


def test_what_one_cannot_use_goes_to_the_others() -> None:
    """Row 2 also needs a second line with little time; what it leaves on the first is shared by the others."""
    bill = build_resource_bill(
        3, 2, row=np.array([0, 1, 2, 2]), resource=np.array([0, 0, 0, 1]), hours_per_unit=np.ones(4)
    )
    inputs = replace(wishes([[20], [20], [10]], [10]), fair=True, capacity_available=np.array([[10.0, 1.0]]))
    plan = plan_finite(alone(3, 1), bill, inputs)
    assert np.allclose(receipts_of(plan), [[4.5], [4.5], [1]])
    assert (plan.gate_kind == GATE_RESOURCE).all()


def test_a_scarce_component_is_shared_too() -> None:
    network = build_network(
        3, 1, component=np.array([2, 2]), consumer=np.array([0, 1]), quantity_per=np.array([1.0, 2.0])
    )
    bill = build_resource_bill(3, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([0.001]))
    inputs = wishes([[10], [10], [0]], [10], demand=[[10], [10], [0]])
    plan = plan_finite(network, bill, replace(inputs, fair=True, opening_inventory=np.array([0.0, 0.0, 15.0])))
    assert np.allclose(receipts_of(plan), [[5], [5], [0]])
    assert set(plan.gate_kind[0, :2]) == {GATE_COMPONENT}


@settings(max_examples=200)
@given(seeds)
def test_nobody_could_get_more_without_one_who_has_no_more_getting_less(seed: int) -> None:
    """The definition of a max-min fair share: what holds a member is used up, and nobody there has a larger share."""
    draw = np.random.default_rng(seed)
    members, limits = int(draw.integers(1, 8)), int(draw.integers(1, 5))
    table = np.where(draw.random((members, limits)) < 0.5, draw.uniform(0.1, 3.0, (members, limits)), 0.0)
    want, have = draw.uniform(1, 50, members), draw.uniform(0, 60, limits)
    member, limit = np.nonzero(table)
    start = np.searchsorted(member, np.arange(members + 1))
    share, held = share_fairly(want, start, limit, table[member, limit], have)
    used = (want * share) @ table
    assert (used <= have * (1 + 1e-9) + 1e-9).all()
    for m in range(members):
        if held[m] < 0:
            assert share[m] == 1.0
            continue
        assert used[held[m]] == pytest.approx(have[held[m]], abs=1e-9)
        assert share[m] >= share[table[:, held[m]] > 0].max() - 1e-9


@settings(max_examples=100)
@given(seeds)
def test_fair_plans_of_random_companies_keep_hours_components_and_units(seed: int) -> None:
    company = supply_company(seed)
    inputs = replace(company.finite_inputs(), fair=True)
    plan = plan_finite(company.network, company.bill, inputs)
    assert (plan.constrained_load <= inputs.capacity_available * (1 + 1e-7) + 1e-6).all()
    total = plan.constrained_receipts.sum(axis=0) + plan.shortage_quantity[-1] + plan.not_needed[-1]
    assert np.allclose(total, inputs.planned_receipts.sum(axis=0), rtol=1e-7, atol=1e-6)
    before_issues = stock_of(inputs, plan) + plan.component_issues
    assert (plan.component_issues <= np.maximum(before_issues, 0) * (1 + 1e-7) + 1e-6).all()
