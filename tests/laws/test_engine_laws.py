"""Laws of the engine: a plan is a pure function, whatever way it was reached."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from steelyard.errors import SpreadImpossible
from steelyard.grid.block import cut, freeze
from steelyard.plan.change import Change
from steelyard.plan.executor import Serial, Threads
from steelyard.plan.inputs import PlanInputs, PlanParameters, freeze_inputs
from steelyard.plan.operation import Add, Formula, Lock, Operation, Percent, SetValue
from steelyard.plan.run import Results, run_plan
from steelyard.plan.wiring import STANDARD
from tests.company import company

AT = datetime(2026, 1, 5, tzinfo=UTC)


@lru_cache(maxsize=1)
def in_small_blocks() -> PlanInputs:
    """Twelve items, cut into blocks of a few series, so that changes cross blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("steelyard.plan.inputs.rows.BLOCK_SERIES", 7)
        return freeze_inputs(company(items=12, customers=3, families=3), PlanParameters(horizon=6))


OPERATIONS = st.one_of(
    st.builds(Percent, st.integers(-60, 90)),
    st.builds(SetValue, st.integers(0, 5000), spread=st.sampled_from(["basis", "equal"])),
    st.builds(Add, st.integers(-50, 900)),
    st.just(Formula("*1.2+10")),
    st.just(Lock()),
)
SCOPES = st.sampled_from(
    [{}, {"product_family": ("F0",)}, {"product_family": ("F1", "F2")}, {"item": ("I3",)}, {"customer": ("C1",)}]
)
PERIODS = st.sampled_from([None, ("2026-01", "2026-03"), ("2026-04", "2026-04")])


@st.composite
def changes(draw: st.DrawFn) -> Change:
    operation: Operation = draw(OPERATIONS)
    return Change(
        operation,
        measure="consensus_demand",
        scope=draw(SCOPES),
        periods=draw(PERIODS),
        author="dana",
        at=AT,
        reason="other",
    )


def differing(left: Results, right: Results) -> list[str]:
    pairs = {name: (value, right.values[name]) for name, value in left.values.items() if isinstance(value, tuple)}
    return [name for name, (ours, theirs) in pairs.items() if not all(map(equal, ours, theirs))]


def equal(left: np.ndarray, right: np.ndarray) -> bool:
    return np.array_equal(left, right, equal_nan=True)


LAW = settings(max_examples=40)


@LAW
@given(listed=st.lists(changes(), min_size=1, max_size=5), split=st.integers(0, 5))
def test_incremental_equals_full_bit_for_bit(listed, split):
    inputs = in_small_blocks()
    try:
        full = run_plan(inputs, listed, wiring=STANDARD, executor=Serial())
        first = run_plan(inputs, listed[:split], wiring=STANDARD, executor=Serial())
    except SpreadImpossible:
        reject()
    step = run_plan(inputs, listed, wiring=STANDARD, previous=first, executor=Serial())
    assert differing(step, full) == []


@LAW
@given(listed=st.lists(changes(), min_size=2, max_size=4), data=st.data())
def test_switching_a_change_off_equals_never_having_made_it(listed, data):
    inputs = in_small_blocks()
    gone = data.draw(st.integers(0, len(listed) - 1))
    kept = [change for i, change in enumerate(listed) if i != gone]
    try:
        all_on = run_plan(inputs, listed, wiring=STANDARD, executor=Serial())
        never = run_plan(inputs, kept, wiring=STANDARD, executor=Serial())
    except SpreadImpossible:
        reject()
    off = [change.disabled() if i == gone else change for i, change in enumerate(listed)]
    after = run_plan(inputs, off, wiring=STANDARD, previous=all_on, executor=Serial())
    assert differing(after, never) == []


def test_a_change_spread_by_history_follows_a_history_that_moves_no_forecast():
    """Sales of two years ago go from one customer of a place to another: only their proportions are news."""
    change = Change(
        SetValue(900.0, spread="history"), measure="consensus_demand", scope={"item": "I3"}, author="dana", at=AT
    )
    inputs = in_small_blocks()
    history = list(inputs.values["demand_history"])
    rows = np.array([inputs.series["demand"].row_of_key["I3", "D1", customer] for customer in ("C0", "C2")])
    ((block, local),) = inputs.series["demand"].by_block(rows).items()
    moved = history[block].copy()
    moved[0, local] += [-15.0, 15.0]
    history[block] = freeze(moved)
    later = replace(inputs, values={**inputs.values, "demand_history": tuple(history)})
    first = run_plan(inputs, [change], wiring=STANDARD, executor=Serial())
    step = run_plan(later, [change], wiring=STANDARD, previous=first, executor=Serial())
    full = run_plan(later, [change], wiring=STANDARD, executor=Serial())
    assert differing(first, full)
    assert differing(step, full) == []


def test_threads_equal_serial():
    inputs = in_small_blocks()
    change = Change(Percent(12), measure="consensus_demand", author="dana", at=AT, reason="other")
    serial = run_plan(inputs, [change], wiring=STANDARD, executor=Serial())
    threads = run_plan(inputs, [change], wiring=STANDARD, executor=Threads(3))
    assert differing(serial, threads) == []


def test_a_run_without_news_shares_every_block():
    inputs = in_small_blocks()
    first = run_plan(inputs, [], wiring=STANDARD, executor=Serial())
    again = run_plan(inputs, [], wiring=STANDARD, previous=first, executor=Serial())
    shared = [a is b for n in first.values for a, b in zip(_parts(first, n), _parts(again, n), strict=True)]
    assert all(shared)


def test_an_edit_to_the_same_value_stops_at_once():
    inputs = in_small_blocks()
    first = run_plan(inputs, [], wiring=STANDARD, executor=Serial())
    still = Change(Percent(0), measure="consensus_demand", author="dana", at=AT, reason="other")
    again = run_plan(inputs, [still], wiring=STANDARD, previous=first, executor=Serial())
    assert all(a is b for a, b in zip(first.blocks("revenue"), again.blocks("revenue"), strict=True))


def test_a_locked_cell_keeps_its_value_under_later_changes():
    inputs = in_small_blocks()
    scope = {"item": ("I3",)}
    kept = Change(SetValue(77, per="cell"), measure="consensus_demand", scope=scope, author="a", at=AT)
    lock = Change(Lock(), measure="consensus_demand", scope=scope, author="a", at=AT)
    lift = Change(Percent(50), measure="consensus_demand", author="b", at=AT)
    results = run_plan(inputs, [kept, lock, lift], wiring=STANDARD, executor=Serial())
    rows = inputs.series["demand"].select(scope)
    cells = np.concatenate(results.blocks("consensus_demand"), axis=1)[:, rows]
    assert (cells == 77).all()


def test_stock_balances_in_every_place():
    inputs = in_small_blocks()
    results = run_plan(inputs, [], wiring=STANDARD, executor=Serial())

    def total(name: str) -> np.ndarray:
        return np.concatenate(results.blocks(name), axis=-1)

    flow = total("scheduled_receipts") + total("constrained_receipts") - total("component_issues") - total("shipments")
    assert np.allclose(total("opening_inventory") + flow.cumsum(axis=0), total("projected_inventory"), atol=1e-6)


def test_nothing_is_taken_from_stock_that_is_not_there():
    inputs = in_small_blocks()
    busy = Change(Percent(300), measure="consensus_demand", author="dana", at=AT, reason="other")
    results = run_plan(inputs, [busy], wiring=STANDARD, executor=Serial())
    assert np.concatenate(results.blocks("overload"), axis=1).sum() > 0
    assert np.concatenate(results.blocks("projected_inventory"), axis=1).min() > -1e-6


def test_what_supply_serves_is_what_customers_get():
    inputs = in_small_blocks()
    results = run_plan(inputs, [], wiring=STANDARD, executor=Serial())
    shipped = np.concatenate(results.blocks("shipments"), axis=1).sum(axis=1)
    served = np.concatenate(results.blocks("constrained_demand"), axis=1).sum(axis=1)
    assert np.allclose(shipped, served, rtol=1e-12)


def test_block_size_does_not_change_a_number(monkeypatch):
    inputs = in_small_blocks()
    monkeypatch.setattr("steelyard.plan.inputs.rows.BLOCK_SERIES", 1000)
    large = freeze_inputs(company(items=12, customers=3, families=3), PlanParameters(horizon=6))
    assert large.block_count == 1 < inputs.block_count
    change = Change(Add(500), measure="consensus_demand", author="a", at=AT)
    whole = run_plan(large, [change], wiring=STANDARD, executor=Serial())
    cut_up = run_plan(inputs, [change], wiring=STANDARD, executor=Serial())
    cuts = large.series["demand"].cuts
    for name in ("consensus_demand", "revenue", "constrained_demand"):
        rejoined = cut(np.concatenate(cut_up.blocks(name), axis=1), cuts)
        assert all(np.array_equal(a, b) for a, b in zip(rejoined, whole.blocks(name), strict=True)), name


def _parts(results: Results, name: str) -> tuple[object, ...]:
    value = results.values[name]
    return value if isinstance(value, tuple) else (value,)
