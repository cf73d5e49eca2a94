"""Laws of plans: incremental equals full, threads equal serial, order of work does not matter, branches are free."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.errors import SpreadImpossible
from steelyard.plan.calculator import Calculator
from steelyard.plan.change import Change
from steelyard.plan.executor import Serial
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.operation import Add, Formula, Lock, Percent, SetMasterData, SetParameter, SetValue, Unlock
from steelyard.plan.published import published_values
from steelyard.plan.wiring import STANDARD
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXTRACT = company(items=5, customers=3)
PARAMETERS = PlanParameters(horizon=12)
SCOPES: tuple[dict[str, str], ...] = (
    {},
    {"product_family": "F0"},
    {"product_family": "F1"},
    {"item": "I3"},
    {"location": "D2"},
)
PERIODS = (None, ("2026-02", "2026-02"), ("2026-03", "2026-08"))


def cells(measure: str) -> st.SearchStrategy[Change]:
    operations = st.one_of(
        st.builds(Percent, st.integers(-60, 60)),
        st.builds(Add, st.integers(0, 200), per=st.sampled_from(["scope", "period", "cell"])),
        st.builds(SetValue, st.integers(3000, 9000), st.sampled_from(["basis", "equal"])),
        st.sampled_from([Formula("*1.1+4000"), Lock(), Unlock()]),
    )
    return st.builds(
        Change, operations, st.just(measure), st.sampled_from(SCOPES), st.sampled_from(PERIODS), at=st.just(AT)
    )


tables = st.sampled_from(
    [
        SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 45),
        SetMasterData("bom", {"bom_id": "B-I1"}, "quantity_per", 5),
        SetMasterData("resource_capacity", {"resource_id": "LINE"}, "available", 150),
        SetParameter("service_level_c", 0.99),
        SetParameter("finite_capacity", False),
    ]
)
changes = st.lists(
    st.one_of(
        cells("consensus_demand"), cells("price"), cells("safety_stock"), st.builds(Change, tables, at=st.just(AT))
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def calculator() -> Iterator[Calculator]:
    """Blocks of one or two items, so that changes cross them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("steelyard.plan.inputs.rows.BLOCK_SERIES", 6)
        made = Calculator(STANDARD, lambda _digest: EXTRACT)
        assert made.inputs(EXTRACT.digest, PARAMETERS).block_count > 2
        yield made


def bytes_of(plan) -> dict[str, list[bytes]]:
    return {name: [block.tobytes() for block in blocks] for name, blocks in published_values(plan).items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes)
def test_a_plan_calculated_step_by_step_equals_one_calculated_at_once(calculator, laid):
    try:
        fresh = Calculator(STANDARD, lambda _digest: EXTRACT, Serial()).fresh_plan("", EXTRACT.digest, PARAMETERS, laid)
    except SpreadImpossible:
        return
    near = ""
    for count in range(len(laid) + 1):
        plan = calculator.plan("", EXTRACT.digest, PARAMETERS, laid[:count], near=near)
        near = plan.digest
    assert bytes_of(plan) == bytes_of(fresh)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes, changes)
def test_a_plan_does_not_depend_on_the_plan_it_started_from(calculator, laid, others):
    try:
        calculator.plan("", EXTRACT.digest, PARAMETERS, others)
        plan = calculator.plan("", EXTRACT.digest, PARAMETERS, laid)
        fresh = calculator.fresh_plan("", EXTRACT.digest, PARAMETERS, laid)
    except SpreadImpossible:
        return
    assert bytes_of(plan) == bytes_of(fresh)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes)
def test_changes_taken_back_leave_the_plan_as_it_was(calculator, laid):
    before = calculator.plan("", EXTRACT.digest, PARAMETERS, ())
    try:
        near = calculator.plan("", EXTRACT.digest, PARAMETERS, laid).digest
    except SpreadImpossible:
        return
    apart = Calculator(STANDARD, lambda _digest: EXTRACT)
    apart.plan("", EXTRACT.digest, PARAMETERS, laid)
    assert bytes_of(apart.plan("", EXTRACT.digest, PARAMETERS, (), near=near)) == bytes_of(before)
