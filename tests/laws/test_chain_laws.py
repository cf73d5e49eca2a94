"""Laws of chains: between any two plans, extracts and months, the steps sum to the change to the last cent."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.plan.bridge import bridge
from steelyard.plan.calculator import Calculator
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.operation import Add, Percent, SetMasterData, SetParameter, SetValue
from steelyard.plan.wiring import STANDARD
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXTRACTS = {
    one.digest: one
    for one in (
        company(items=4, customers=2),
        company(items=4, customers=2, seed=11),
        company(items=5, customers=3, periods=25, as_of=date(2026, 1, 31), seed=3),
    )
}
MEASURES = ("revenue", "gross_margin", "inventory_value", "backlog", "capacity_load")
SCOPES: tuple[dict[str, str], ...] = ({}, {"product_family": "F0"}, {"item": "I3"})

operations = st.one_of(
    st.builds(Percent, st.integers(-50, 50)),
    st.builds(Add, st.integers(0, 200)),
    st.builds(SetValue, st.integers(3000, 9000)),
)
tables = st.sampled_from(
    [
        SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 45),
        SetMasterData("resource_capacity", {"resource_id": "LINE"}, "available", 150),
        SetParameter("service_level_c", 0.99),
        SetParameter("finite_capacity", False),
        SetParameter("statistical_weight", 0.5),
    ]
)
changes = st.lists(
    st.one_of(
        st.builds(Change, operations, st.sampled_from(["consensus_demand"]), st.sampled_from(SCOPES), at=st.just(AT)),
        st.builds(
            Change, st.builds(Percent, st.integers(-30, 30)), st.just("price"), st.sampled_from(SCOPES), at=st.just(AT)
        ),
        st.builds(Change, tables, at=st.just(AT)),
    ),
    max_size=4,
)
sides = st.tuples(st.sampled_from(sorted(EXTRACTS)), changes, st.sampled_from([6, 12]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sides, sides, st.sampled_from(MEASURES), st.sampled_from([{}, {"product_family": "F0"}]))
def test_the_steps_of_a_chain_sum_to_the_change_to_the_last_cent(before, after, measure, scope):
    calculator = Calculator(STANDARD, lambda digest: EXTRACTS[digest])
    one, two = (
        calculator.plan(name, extract, PlanParameters(horizon=12, price_periods=price_periods), laid)
        for name, (extract, laid, price_periods) in (("before", before), ("after", after))
    )
    if measure == "capacity_load":
        scope = {}
    chain = bridge(one, two, measure, scope=scope)
    assert chain.start + sum((step.effect for step in chain.steps), Decimal(0)) == chain.end
    cents = chain.rounded(2)
    assert cents.start + sum((step.effect for step in cents.steps), Decimal(0)) == cents.end
    assert abs(float(chain.end) - two.value(measure, scope=scope)) < 1e-5
