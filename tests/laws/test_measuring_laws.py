"""Laws of measuring: steps of the staircase sum exactly, parts sum to the whole, a plan without a change is exact."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.demand.track_record import measure_track_record
from steelyard.errors import SpreadImpossible
from steelyard.grid.block import Array, join
from steelyard.plan.calculator import Calculator
from steelyard.plan.change import Change
from steelyard.plan.executor import Serial
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.measuring.demand_replay import consensus_with, consensus_without
from steelyard.plan.measuring.record import ForecastRecord
from steelyard.plan.measuring.score import score
from steelyard.plan.measuring.value_added import staircase
from steelyard.plan.operation import Add, Formula, Lock, Percent, SetValue
from steelyard.plan.wiring import STANDARD
from tests.company import company

ROWS, GROUPS = 3, 4
STREAMS = ("naive", "statistical", "promotion", "sales", "consensus")
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXTRACT = company(items=4, customers=3)
CALCULATOR = Calculator(STANDARD, lambda digest: EXTRACT, Serial())

units = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 4))
maybe = st.one_of(units, st.just(float("nan")))


def table(values: st.SearchStrategy[float]) -> st.SearchStrategy[Array]:
    return arrays(np.float64, (ROWS, GROUPS), elements=values)


@st.composite
def records(draw: st.DrawFn) -> ForecastRecord:
    said = {name: draw(table(maybe if name == "sales" else units)) for name in STREAMS}
    return ForecastRecord(
        by=("item",),
        groups=pl.DataFrame({"item": [f"I{g}" for g in range(GROUPS)]}),
        versions=("2026-01", "2026-02"),
        version=np.array([0, 0, 1]),
        lag=np.array([0, 1, 0]),
        target=("2026-01", "2026-02", "2026-02"),
        actual=draw(table(maybe)),
        said=said,
        history=draw(arrays(np.float64, (6, GROUPS), elements=units)),
        season=12,
        margin=np.ones(GROUPS),
        vanished={},
        appeared={},
    )


@given(records())
def test_steps_sum_exactly_to_the_total(record: ForecastRecord) -> None:
    stairs = staircase(record)
    assert sum(step.effect for step in stairs.steps) == stairs.total
    assert stairs.steps[0].error - stairs.total == stairs.steps[-1].error


@given(records())
def test_lags_and_groups_sum_exactly_to_the_whole(record: ForecastRecord) -> None:
    whole = staircase(record)
    by_lag = [staircase(record, lag=lag) for lag in record.lags]
    by_group = [staircase(record, groups=np.array([group])) for group in range(GROUPS)]
    for parts in (by_lag, by_group):
        assert sum(part.total for part in parts) == whole.total
        assert sum(part.actual for part in parts) == whole.actual
        assert sum(part.cells for part in parts) == whole.cells


@given(records())
def test_a_forecast_of_what_came_has_no_error(record: ForecastRecord) -> None:
    record.said["consensus"][:] = record.actual  # type: ignore[index]
    found = score(record)
    assert found.wmape == 0 or np.isnan(found.wmape)
    assert found.bias == 0 or np.isnan(found.bias)


@given(arrays(np.float64, (5, 5), elements=st.floats(-100, 100)))
def test_a_weight_lies_between_nothing_and_full_belief(drawn: Array) -> None:
    likely, low, high, confidence, realised = drawn
    record = measure_track_record(likely, low, high, np.abs(confidence) / 100, realised)
    assert 0 <= record.weight <= 1
    assert 0 <= record.hit_rate <= 1
    assert 0 <= record.brier <= 1


changes = st.lists(
    st.builds(
        Change,
        st.one_of(
            st.builds(Percent, st.integers(-60, 60)),
            st.builds(Add, st.integers(0, 200), per=st.sampled_from(["scope", "period", "cell"])),
            st.builds(SetValue, st.integers(3000, 9000), st.sampled_from(["basis", "equal"])),
            st.sampled_from([Formula("*1.1+4000"), Lock()]),
        ),
        measure=st.just("consensus_demand"),
        scope=st.sampled_from([{}, {"product_family": "F0"}, {"item": "I3"}, {"location": "D2"}]),
        periods=st.sampled_from([None, ("2026-02", "2026-02"), ("2026-03", "2026-08")]),
        author=st.just("dana"),
        at=st.just(AT),
    ),
    min_size=1,
    max_size=4,
)


def numbered(drawn: list[Change]) -> list[Change]:
    return [Change(**{**vars_of(change), "id": f"1.{n}.1"}) for n, change in enumerate(drawn, start=1)]


def vars_of(change: Change) -> dict[str, object]:
    names = ("operation", "measure", "scope", "periods", "author", "at", "reason")
    return {name: getattr(change, name) for name in names}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes)
def test_a_plan_without_a_change_equals_the_plan_calculated_without_it(drawn: list[Change]) -> None:
    told = numbered(drawn)
    try:
        plan = CALCULATOR.numbers(EXTRACT.digest, PlanParameters(horizon=12), told)
    except SpreadImpossible:  # locked cells leave no room for a total
        return
    assert np.array_equal(consensus_with(plan, plan.changes), join(plan.blocks("consensus_demand")))
    left_out = told[-1].id
    fresh = CALCULATOR.numbers(EXTRACT.digest, PlanParameters(horizon=12), told[:-1])
    assert np.array_equal(consensus_without(plan, {left_out}), join(fresh.blocks("consensus_demand")))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["sales_forecast", "intelligence_percent", "promotion_uplift"]), st.integers(-30, 60), changes)
def test_a_plan_without_a_change_further_up_is_exact_too(measure: str, amount: int, drawn: list[Change]) -> None:
    if not STANDARD.measures[measure].editable:
        return
    upper = Change(Add(amount, per="cell"), measure, {"product_family": "F0"}, ("2026-02", "2026-04"), "sam", AT)
    told = numbered([upper, *drawn, upper])
    try:
        plan = CALCULATOR.numbers(EXTRACT.digest, PlanParameters(horizon=12), told)
        fresh = CALCULATOR.numbers(EXTRACT.digest, PlanParameters(horizon=12), told[1:])
    except SpreadImpossible:  # locked cells leave no room for a total
        return
    assert np.array_equal(consensus_without(plan, {told[0].id}), join(fresh.blocks("consensus_demand")))
