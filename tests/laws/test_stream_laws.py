"""Laws of the streams: whatever people enter, the consensus keeps to those who speak, however it was reached."""

import numpy as np
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from steelyard.errors import SpreadImpossible
from steelyard.plan.change import Change
from steelyard.plan.executor import Serial
from steelyard.plan.operation import SetValue, Withdraw
from steelyard.plan.run import Results, run_plan
from steelyard.plan.wiring import STANDARD
from tests.laws.test_engine_laws import AT, OPERATIONS, PERIODS, SCOPES, differing, in_small_blocks

VOICES = ("sales_forecast", "marketing_forecast", "customer_forecast")
ENTRIES = st.one_of(OPERATIONS, st.just(Withdraw()))
LAW = settings(max_examples=25)


@st.composite
def opinions(draw: st.DrawFn) -> Change:
    """An entry on a stream, a commitment, or the weight of sales."""
    measure = draw(st.sampled_from([*VOICES, "customer_commitment", "sales_weight"]))
    weight = SetValue(draw(st.integers(0, 4)) / 4, per="cell")
    operation = weight if measure == "sales_weight" else draw(ENTRIES)
    return Change(operation, measure=measure, scope=draw(SCOPES), periods=draw(PERIODS), author="sam", at=AT)


def planned(listed: list[Change], previous: Results | None = None) -> Results:
    try:
        return run_plan(in_small_blocks(), listed, wiring=STANDARD, previous=previous, executor=Serial())
    except SpreadImpossible:
        reject()


def whole(results: Results, measure: str) -> np.ndarray:
    return np.concatenate(results.blocks(measure), axis=1)


@LAW
@given(listed=st.lists(opinions(), min_size=1, max_size=5), split=st.integers(0, 5))
def test_incremental_equals_full_bit_for_bit_with_streams(listed: list[Change], split: int) -> None:
    full = planned(listed)
    assert differing(planned(listed, planned(listed[:split])), full) == []


@LAW
@given(listed=st.lists(opinions(), min_size=1, max_size=5))
def test_the_consensus_lies_between_the_voices_and_never_below_a_commitment(listed: list[Change]) -> None:
    results = planned(listed)
    spoken = np.stack([whole(results, name) for name in ("unconstrained_demand", *VOICES)])
    floor = np.nan_to_num(whole(results, "customer_commitment"))
    consensus = whole(results, "consensus_demand")
    slack = 1e-9 * (1 + np.abs(consensus))
    assert np.all(consensus >= np.fmin.reduce(spoken) - slack)
    assert np.all(consensus <= np.maximum(np.fmax.reduce(spoken), floor) + slack)
    assert np.all(consensus >= floor - slack)
    assert np.all(whole(results, "demand_plan") >= floor - slack)


@LAW
@given(listed=st.lists(opinions(), min_size=1, max_size=4))
def test_an_opinion_taken_back_everywhere_equals_never_having_spoken(listed: list[Change]) -> None:
    silent = [Change(Withdraw(), measure=name, author="sam", at=AT) for name in VOICES]
    said = [change for change in listed if change.measure in VOICES and change.kind != "lock"]
    never = planned([])
    results = planned([*said, *silent])
    assert np.array_equal(whole(results, "consensus_demand"), whole(never, "consensus_demand"))
