"""The finite plan: nothing dropped, nothing over capacity, no component used that is not there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.supply.finite import FiniteInputs, FinitePlan, issue_components, plan_finite
from steelyard.supply.moves import GATE_COMPONENT, GATE_CONSUMER, GATE_LEAD_TIME, GATE_NONE, GATE_RESOURCE
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill
from tests.supply import twins
from tests.supply.companies import SupplyCompany, supply_company

seeds = st.integers(0, 100_000)


def alone(rows: int, periods: int) -> SupplyNetwork:
    """Rows without components."""
    none = np.empty(0, np.int64)
    return build_network(rows, periods, component=none, consumer=none, quantity_per=np.empty(0))


def one_line(rows: int) -> ResourceBill:
    """One resource, one hour a unit for every row."""
    row = np.arange(rows)
    return build_resource_bill(rows, 1, row=row, resource=np.zeros(rows, np.int64), hours_per_unit=np.ones(rows))


def wishes(
    planned: list[list[float]],
    hours: list[float],
    *,
    demand: list[list[float]] | None = None,
    lead: list[int] | None = None,
    priority: list[float] | None = None,
) -> FiniteInputs:
    """Inputs from plans by row; demand is what is planned unless given."""
    receipts = np.array(planned, np.float64).T
    asked = receipts if demand is None else np.array(demand, np.float64).T
    rows = receipts.shape[1]
    return FiniteInputs(
        planned_receipts=receipts,
        gross_requirement=asked,
        independent_demand=asked,
        scheduled_receipts=np.zeros(receipts.shape),
        opening_inventory=np.zeros(rows),
        lead_time=np.array(lead or [0] * rows),
        priority=np.array(priority or [0.0] * rows),
        capacity_available=np.array(hours, np.float64)[:, None],
    )


def receipts_of(plan: FinitePlan) -> list[list[float]]:
    rows: list[list[float]] = plan.constrained_receipts.T.tolist()
    return rows


def test_a_peak_is_built_ahead_in_the_nearest_slack() -> None:
    plan = plan_finite(alone(1, 4), one_line(1), wishes([[2, 3, 4, 15]], [10, 8, 10, 10]))
    assert receipts_of(plan) == [[2, 3, 9, 10]]
    assert plan.shortage_quantity[-1, 0] == 0
    assert (plan.moves.from_period.tolist(), plan.moves.to_period.tolist()) == ([3], [2])
    assert plan.moves.cause.tolist() == [GATE_RESOURCE]


def test_an_early_overload_leaves_what_is_built_ahead_for_a_later_peak() -> None:
    plan = plan_finite(alone(1, 4), one_line(1), wishes([[15, 0, 0, 15]], [10] * 4))
    assert receipts_of(plan) == [[10, 5, 5, 10]]
    assert plan.shortage_quantity[:, 0].tolist() == [5, 0, 0, 0]


def test_nothing_is_built_ahead_longer_than_it_keeps() -> None:
    free = wishes([[0, 0, 0, 30]], [10] * 4)
    assert receipts_of(plan_finite(alone(1, 4), one_line(1), free)) == [[0, 10, 10, 10]]
    for shelf, expected in ((1, [0, 0, 10, 10]), (2, [0, 10, 10, 10])):
        kept = replace(free, shelf_life=np.array([shelf]))
        assert receipts_of(plan_finite(alone(1, 4), one_line(1), kept)) == [expected]


def test_what_would_not_keep_leaves_what_does() -> None:
    """Two peaks: the later one may be built one period ahead, the earlier one finds half the room it needs."""
    inputs = replace(wishes([[0, 30, 0, 15]], [10] * 4), shelf_life=np.array([1]))
    assert receipts_of(plan_finite(alone(1, 4), one_line(1), inputs)) == [[10, 10, 10, 10]]


@settings(max_examples=100)
@given(seeds, st.integers(1, 3))
def test_no_company_builds_ahead_longer_than_things_keep(seed: int, shelf: int) -> None:
    company = supply_company(seed)
    loaded = np.diff(company.bill.by_row.start) > 0
    inputs = replace(company.finite_inputs(), shelf_life=np.full(company.network.rows, shelf))
    plan = plan_finite(company.network, company.bill, inputs)
    top = loaded & (company.network.level == 0)
    made, wanted = np.cumsum(plan.constrained_receipts, axis=0), np.cumsum(inputs.planned_receipts, axis=0)
    assert (made[:-shelf, top] <= wanted[shelf:, top] * (1 + 1e-7) + 1e-6).all()


def test_what_has_no_room_before_is_late() -> None:
    plan = plan_finite(alone(1, 3), one_line(1), wishes([[15, 2, 0]], [10, 10, 10]))
    assert receipts_of(plan) == [[10, 7, 0]]
    assert plan.shortage_quantity[:, 0].tolist() == [5, 0, 0]
    assert (plan.gate_kind[0, 0], plan.gate_index[0, 0]) == (GATE_RESOURCE, 0)


def test_what_has_no_room_at_all_is_a_shortage_with_its_gate() -> None:
    plan = plan_finite(alone(1, 2), one_line(1), wishes([[15, 12]], [10, 10]))
    assert receipts_of(plan) == [[10, 10]]
    assert plan.shortage_quantity[:, 0].tolist() == [5, 7]
    assert plan.moves.to_period.tolist() == [1, -1]
    assert plan.moves.quantity.tolist() == [5, 7]


def test_the_better_priority_keeps_its_period() -> None:
    plan = plan_finite(alone(2, 2), one_line(2), wishes([[0, 8], [0, 8]], [10, 10], priority=[2, 1]))
    assert receipts_of(plan) == [[6, 2], [0, 8]]


def test_within_a_class_the_longest_waiting_goes_first() -> None:
    plan = plan_finite(alone(2, 2), one_line(2), wishes([[0, 10], [16, 0]], [10, 10]))
    assert receipts_of(plan) == [[0, 4], [10, 6]]


def test_demand_is_served_before_safety_stock_is_filled() -> None:
    inputs = wishes([[10, 0], [10, 0]], [10, 10], demand=[[0, 0], [10, 0]])
    assert receipts_of(plan_finite(alone(2, 2), one_line(2), inputs)) == [[0, 10], [10, 0]]


def test_nothing_comes_before_its_lead_time() -> None:
    plan = plan_finite(alone(1, 4), one_line(1), wishes([[5, 5, 5, 5]], [9, 9, 9, 9], lead=[2]))
    assert receipts_of(plan) == [[0, 0, 9, 9]]
    assert plan.constrained_releases[:, 0].tolist() == [9, 9, 0, 0]
    assert plan.gate_kind[:2, 0].tolist() == [GATE_LEAD_TIME, GATE_LEAD_TIME]
    assert plan.shortage_quantity[:, 0].tolist() == [5, 10, 6, 2]


def assembly(hours: list[float], *, stock: float = 0.0, component: list[float] | None = None) -> FinitePlan:
    """One assembly of two components each, planned at 5 a period."""
    network = build_network(2, 3, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0]))
    bill = build_resource_bill(2, 1, row=np.array([1]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    inputs = wishes([[5, 5, 5], component or [10, 10, 10]], hours, demand=[[5, 5, 5], [0, 0, 0]])
    opening = np.array([0.0, stock])
    gross = np.array([[5.0, 10.0]] * 3)
    return plan_finite(network, bill, replace(inputs, gross_requirement=gross, opening_inventory=opening))


def test_an_assembly_waits_for_its_component() -> None:
    plan = assembly([6, 12, 12])
    assert receipts_of(plan) == [[3, 6, 6], [6, 12, 12]]
    assert (plan.gate_kind[0, 0], plan.gate_index[0, 0]) == (GATE_COMPONENT, 1)
    assert plan.component_issues[:, 1].tolist() == [6, 12, 12]


def test_component_stock_lets_the_assembly_start() -> None:
    plan = assembly([0, 0, 0], stock=14.0)
    assert receipts_of(plan)[0] == [5, 2, 0]


def test_components_are_built_ahead_with_their_consumer() -> None:
    network = build_network(2, 2, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
    bill = build_resource_bill(2, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    plan = plan_finite(network, bill, wishes([[2, 14], [2, 14]], [10, 10], demand=[[2, 14], [0, 0]]))
    assert receipts_of(plan) == [[6, 10], [6, 10]]


def test_a_component_leaves_hours_for_what_it_goes_into() -> None:
    network = build_network(2, 4, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
    inputs = wishes([[10] * 4, [10] * 4], [10] * 4, demand=[[10] * 4, [0] * 4])
    plan = plan_finite(network, one_line(2), replace(inputs, gross_requirement=inputs.planned_receipts))
    assert receipts_of(plan) == [[5] * 4, [5] * 4]


def test_releases_to_come_find_their_hours() -> None:
    """A row with a lead time books hours of the next period; a row without one still gets its share of them."""
    inputs = wishes([[0, 10, 10, 10], [0, 10, 10, 10]], [0, 10, 10, 10], lead=[1, 0])
    plan = plan_finite(alone(2, 4), one_line(2), inputs)
    assert plan.constrained_receipts.sum(axis=1).tolist() == [0, 10, 10, 10]
    assert (plan.constrained_receipts[1:] > 3).all()


def bottleneck(hours: float) -> FinitePlan:
    """An assembly short of hours, of two components that need none."""
    network = build_network(2, 6, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0]))
    bill = build_resource_bill(2, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    inputs = wishes([[100] * 6, [200] * 6], [hours] * 6, demand=[[100] * 6, [0] * 6])
    return plan_finite(network, bill, replace(inputs, gross_requirement=inputs.planned_receipts))


def test_components_do_not_pile_up_behind_a_bottleneck() -> None:
    plan = bottleneck(50.0)
    assert receipts_of(plan) == [[50] * 6, [100] * 6]
    assert plan.shortage_quantity[-1].tolist() == [300, 0]
    assert plan.not_needed[-1].tolist() == [0, 600]
    assert (plan.gate_kind[:, 1] == GATE_CONSUMER).all()


def test_without_a_bottleneck_components_come_as_planned() -> None:
    plan = bottleneck(500.0)
    assert receipts_of(plan) == [[100] * 6, [200] * 6]
    assert not plan.not_needed.any()


def test_hours_of_unused_components_go_to_what_is_short() -> None:
    """The components of two assemblies share hours; the one whose assembly has none gives way."""
    network = build_network(
        4, 2, component=np.array([2, 3]), consumer=np.array([0, 1]), quantity_per=np.array([1.0, 1.0])
    )
    bill = build_resource_bill(
        4, 2, row=np.array([0, 2, 3]), resource=np.array([1, 0, 0]), hours_per_unit=np.array([1.0, 1.0, 1.0])
    )
    inputs = wishes([[10, 10]] * 4, [10, 10], demand=[[10, 10], [10, 10], [0, 0], [0, 0]])
    hours = np.array([[10.0, 2.0], [10.0, 2.0]])
    plan = plan_finite(
        network, bill, replace(inputs, gross_requirement=inputs.planned_receipts, capacity_available=hours)
    )
    assert plan.constrained_receipts.sum(axis=0).tolist() == [4, 16, 4, 16]


def test_a_part_that_all_share_leaves_hours_for_what_goes_in_beside_it() -> None:
    """The shared part ranks as the first of three products; made for all, it would leave no hour for the rest."""
    network = build_network(
        7,
        4,
        component=np.array([3, 3, 3, 4, 5, 6]),
        consumer=np.array([0, 1, 2, 0, 1, 2]),
        quantity_per=np.ones(6),
    )
    bill = build_resource_bill(7, 1, row=np.arange(3, 7), resource=np.zeros(4, np.int64), hours_per_unit=np.ones(4))
    asked = [[1.0] * 4, [10.0] * 4, [10.0] * 4]
    inputs = wishes(
        [*asked, [21.0] * 4, *asked], [10.0] * 4, demand=[*asked, *[[0.0] * 4] * 4], priority=[0, 1, 2, 0, 0, 1, 2]
    )
    plan = plan_finite(network, bill, replace(inputs, gross_requirement=inputs.planned_receipts))
    assert np.allclose(plan.constrained_receipts, [[1, 4, 0, 5, 1, 4, 0]] * 4)


def test_enough_of_everything_gives_the_unconstrained_plan_bit_for_bit() -> None:
    for seed in range(30):
        company = supply_company(seed)
        inputs = company.finite_inputs(tightness=1e6)
        instant = np.zeros_like(inputs.lead_time)
        bill = build_resource_bill(
            12, 1, row=np.arange(12), resource=np.zeros(12, np.int64), hours_per_unit=np.ones(12)
        )
        requirements = replace(company, inputs=replace(company.inputs, lead_time=instant), bill=bill)
        inputs = requirements.finite_inputs(tightness=1e6)
        plan = plan_finite(company.network, bill, inputs)
        assert np.array_equal(plan.constrained_receipts, inputs.planned_receipts)
        assert len(plan.moves) == 0
        assert not plan.gate_kind.any()


def planned(seed: int) -> tuple[SupplyCompany, FiniteInputs, FinitePlan]:
    company = supply_company(seed)
    inputs = company.finite_inputs()
    return company, inputs, plan_finite(company.network, company.bill, inputs)


def stock_of(inputs: FiniteInputs, plan: FinitePlan) -> Array:
    """Stock less backlog at the end of each period."""
    flow = inputs.scheduled_receipts + plan.constrained_receipts - plan.component_issues - inputs.independent_demand
    return inputs.opening_inventory + np.cumsum(flow, axis=0)


@settings(max_examples=200)
@given(seeds)
def test_no_unit_is_dropped_or_made_up(seed: int) -> None:
    _, inputs, plan = planned(seed)
    undone = plan.shortage_quantity + plan.not_needed
    total = plan.constrained_receipts.sum(axis=0) + undone[-1]
    assert np.allclose(total, inputs.planned_receipts.sum(axis=0), rtol=1e-7, atol=1e-6)
    late = np.cumsum(inputs.planned_receipts, axis=0) - np.cumsum(plan.constrained_receipts, axis=0)
    assert np.allclose(undone, np.maximum(late, 0), rtol=1e-7, atol=1e-6)
    assert (plan.shortage_quantity >= 0).all()
    assert (plan.not_needed >= 0).all()


@settings(max_examples=200)
@given(seeds)
def test_no_resource_works_longer_than_it_can(seed: int) -> None:
    _, inputs, plan = planned(seed)
    assert (plan.constrained_load <= inputs.capacity_available * (1 + 1e-7) + 1e-6).all()


@settings(max_examples=200)
@given(seeds)
def test_no_component_is_taken_that_is_not_there(seed: int) -> None:
    _, inputs, plan = planned(seed)
    stock = stock_of(inputs, plan)
    before_issues = stock + plan.component_issues
    assert (plan.component_issues <= np.maximum(before_issues, 0) * (1 + 1e-7) + 1e-6).all()


@settings(max_examples=200)
@given(seeds)
def test_issues_are_what_releases_consume(seed: int) -> None:
    company, _, plan = planned(seed)
    assert np.array_equal(
        plan.component_issues, twins.issues(company.network, plan.constrained_releases, plan.constrained_receipts)
    )
    assert np.array_equal(
        plan.component_issues, issue_components(company.network, plan.constrained_releases, plan.constrained_receipts)
    )


@settings(max_examples=200)
@given(seeds)
def test_releases_are_receipts_a_lead_time_earlier(seed: int) -> None:
    _, inputs, plan = planned(seed)
    for row, lead in enumerate(inputs.lead_time.tolist()):
        periods = plan.constrained_receipts.shape[0]
        assert not plan.constrained_receipts[:lead, row].any()
        assert np.array_equal(plan.constrained_releases[: periods - lead, row], plan.constrained_receipts[lead:, row])


@settings(max_examples=200)
@example(23469)
@given(seeds)
def test_every_move_has_a_cause_and_moves_add_up(seed: int) -> None:
    _, inputs, plan = planned(seed)
    moves, moved = plan.moves, np.zeros_like(inputs.planned_receipts)
    np.subtract.at(moved, (moves.from_period, moves.row), moves.quantity)
    arrived = moves.to_period >= 0
    np.add.at(moved, (moves.to_period[arrived], moves.row[arrived]), moves.quantity[arrived])
    assert np.allclose(inputs.planned_receipts + moved, plan.constrained_receipts, rtol=1e-6, atol=1e-5)
    big = moves.quantity > 1e-5
    assert (moves.cause[big] != GATE_NONE).all()


@given(seeds)
def test_more_hours_never_leave_more_undone_on_one_line(seed: int) -> None:
    draw = np.random.default_rng(seed)
    wish = draw.integers(0, 20, (3, 6)).astype(np.float64)
    little = wishes(wish.tolist(), [25.0] * 6)
    much = replace(little, capacity_available=little.capacity_available * 1.2)
    network, bill = alone(3, 6), one_line(3)
    short, shorter = plan_finite(network, bill, little), plan_finite(network, bill, much)
    assert shorter.shortage_quantity[-1].sum() <= short.shortage_quantity[-1].sum() + 1e-9


def test_the_plan_does_not_depend_on_how_rows_are_numbered_when_priorities_differ() -> None:
    rows, periods = 6, 5
    draw = np.random.default_rng(5)
    wish = draw.integers(0, 30, (rows, periods)).astype(np.float64)
    turned = np.array([4, 2, 0, 5, 1, 3])
    rank = np.arange(rows, dtype=np.float64)
    straight = plan_finite(
        alone(rows, periods), one_line(rows), wishes(wish.tolist(), [60] * 5, priority=rank.tolist())
    )
    other = plan_finite(
        alone(rows, periods), one_line(rows), wishes(wish[turned].tolist(), [60] * 5, priority=rank[turned].tolist())
    )
    assert np.allclose(straight.constrained_receipts[:, turned], other.constrained_receipts)


def test_a_wrong_shape_is_refused() -> None:
    inputs = wishes([[1, 2]], [5, 5])
    with pytest.raises(ModelError, match="capacity_available"):
        plan_finite(alone(1, 2), one_line(1), replace(inputs, capacity_available=np.ones((2, 3))))


def test_a_resource_without_hours_makes_nothing_and_says_so() -> None:
    plan = plan_finite(alone(1, 2), one_line(1), wishes([[5, 5]], [0, 0]))
    assert plan.constrained_receipts.sum() == 0
    assert plan.shortage_quantity[-1, 0] == 10
    assert (plan.gate_kind == GATE_RESOURCE).all()


def test_a_component_others_wait_for_is_short_and_names_its_resource() -> None:
    network = build_network(2, 3, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0]))
    bill = build_resource_bill(2, 2, row=np.arange(2), resource=np.arange(2), hours_per_unit=np.ones(2))
    inputs = wishes([[8, 8, 8], [16, 16, 16]], [10, 10, 10], demand=[[8, 8, 8], [0, 0, 0]])
    hours = np.tile([20.0, 10.0], (3, 1))
    inputs = replace(inputs, gross_requirement=inputs.planned_receipts, capacity_available=hours)
    plan = plan_finite(network, bill, inputs)
    assert plan.shortage_quantity[:, 1].tolist() == [6, 12, 18]
    assert not plan.not_needed.any()
    assert set(plan.gate_kind[:, 1]) == {GATE_RESOURCE}
    assert set(plan.gate_kind[:, 0]) == {GATE_COMPONENT}
