"""Changes laid on blocks: intention is kept, locked cells stay, untouched blocks are shared."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid, SpreadImpossible
from steelyard.grid.block import Blocks, cut, join
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Measure
from steelyard.grid.series import SeriesIndex
from steelyard.plan.change import Change, blocks_moved_with, touched_blocks
from steelyard.plan.operation import Add, Formula, Lock, Percent, SetValue, Unlock
from steelyard.plan.overlay import apply_changes

AT = datetime(2026, 1, 5, tzinfo=UTC)
CALENDAR = Calendar.months("2026-01-01", 4)
DEMAND = Measure("consensus_demand", "Consensus", "Agreed.", "demand", "units", editable=True)
STOCK = Measure("safety_stock", "Safety stock", "Guard.", "demand", "units", over_time="last", editable=True)
PRICE = Measure("price", "Price", "Net.", "demand", "money/unit", over_series="mean", over_time="mean", editable=True)
ITEMS = ["a", "b", "c", "d", "e", "f"]
FAMILIES = ["F", "F", "G", "F", "G", "H"]
CUTS = ((0, 2), (2, 4), (4, 6))


def series() -> SeriesIndex:
    members = pl.DataFrame(
        {"item": ITEMS, "location": ["x"] * 6, "customer": ["k", "l"] * 3, "product_family": FAMILIES}
    )
    return SeriesIndex(members, ("item", "location", "customer"), CUTS)


def numbers(seed: int = 1) -> Blocks:
    return cut(np.random.default_rng(seed).integers(1, 50, (4, 6)).astype(float), CUTS)


def change(operation, family=None, periods=None, **more) -> Change:
    scope = {"product_family": family} if family else more.pop("scope", {})
    return Change(operation, "consensus_demand", scope, periods, "dana", AT, **more)


def lay(before, *changes, measure=DEMAND, basis=None, history=None, only=None) -> Blocks:
    return apply_changes(
        before, changes, measure=measure, series=series(), periods=CALENDAR, basis=basis, history=history, only=only
    )


def family_f(blocks: Blocks, periods=slice(None)) -> np.ndarray:
    return join(blocks)[periods][:, [0, 1, 3]]


def test_no_change_shares_every_block():
    before = numbers()
    assert all(a is b for a, b in zip(lay(before), before, strict=True))


def test_blocks_out_of_scope_are_shared_and_blocks_in_scope_are_read_only():
    before = numbers()
    after = lay(before, change(Percent(10), "F"))
    assert [a is b for a, b in zip(after, before, strict=True)] == [False, False, True]
    assert not any(block.flags.writeable for block in after)


def test_setting_a_total_makes_the_roll_up_that_total():
    after = lay(numbers(), change(SetValue(100), "F", ("2026-02", "2026-03")))
    assert family_f(after, slice(1, 3)).sum() == pytest.approx(100, rel=1e-14)


def test_a_total_is_spread_in_proportion_to_the_basis():
    basis = cut(np.tile([1.0, 2, 0, 1, 0, 0], (4, 1)), CUTS)
    after = lay(numbers(), change(SetValue(40), "F", ("2026-01", "2026-01")), basis=basis)
    assert family_f(after, slice(0, 1)).tolist() == [[10, 20, 10]]


def test_adding_keeps_the_intention_when_the_numbers_below_move():
    for seed in (1, 2):
        before = numbers(seed)
        after = lay(before, change(Add(12), "F", ("2026-01", "2026-01")))
        assert family_f(after, slice(0, 1)).sum() == pytest.approx(family_f(before, slice(0, 1)).sum() + 12)


def test_taking_away_never_pushes_a_cell_below_zero():
    before = cut(np.array([[10.0, 1, 0, 1, 0, 0]] * 4), CUTS)
    basis = cut(np.ones((4, 6)), CUTS)
    after = lay(before, change(Add(-6), "F", ("2026-01", "2026-01")), basis=basis)
    assert family_f(after, slice(0, 1)).min() >= 0
    assert family_f(after, slice(0, 1)).sum() == pytest.approx(6)


def test_a_formula_works_on_the_total():
    before = numbers()
    total = family_f(before, slice(0, 1)).sum()
    after = lay(before, change(Formula("*1.2+100"), "F", ("2026-01", "2026-01")))
    assert family_f(after, slice(0, 1)).sum() == pytest.approx(total * 1.2 + 100)


def test_per_period_and_per_cell_say_what_the_value_stands_for():
    after = lay(numbers(), change(SetValue(30, per="period"), "F"))
    assert family_f(after).sum(axis=1).tolist() == pytest.approx([30, 30, 30, 30])
    after = lay(numbers(), change(SetValue(5, per="cell"), "F"))
    assert (family_f(after) == 5).all()


def test_a_price_is_set_in_each_cell_and_a_stock_in_each_period():
    assert (family_f(lay(numbers(), change(SetValue(9), "F"), measure=PRICE)) == 9).all()
    stock = lay(numbers(), change(SetValue(9), "F"), measure=STOCK)
    assert family_f(stock).sum(axis=1).tolist() == pytest.approx([9] * 4)


def test_equal_history_and_factor_rules():
    one = ("2026-01", "2026-01")
    assert family_f(lay(numbers(), change(SetValue(30, "equal"), "F", one)), slice(0, 1)).tolist() == [[10, 10, 10]]
    history = cut(np.array([[1.0, 3, 0, 2, 0, 0]] * 3), CUTS)
    after = lay(numbers(), change(SetValue(60, "history"), "F", one), history=history)
    assert family_f(after, slice(0, 1)).tolist() == [[10, 30, 20]]
    by_customer = SetValue(40, "factor", {"k": 1, "l": 3}, "customer")
    after = join(lay(numbers(), change(by_customer, "F", one)))[0]
    assert after[0] == pytest.approx(10)
    assert after[1] + after[3] == pytest.approx(30)


def test_spreading_by_history_without_any_is_refused():
    with pytest.raises(ChangeInvalid, match="history"):
        lay(numbers(), change(SetValue(60, "history"), "F"))


def test_locked_cells_stay_until_they_are_unlocked():
    before = numbers()
    lock = change(Lock(), scope={"item": "a"})
    for edit in (Percent(50), SetValue(200, per="cell"), SetValue(1000), Add(99), Formula("*3")):
        assert (join(lay(before, lock, change(edit, "F")))[:, 0] == join(before)[:, 0]).all()
    after = lay(before, lock, change(Unlock(), "F"), change(SetValue(5, per="cell"), "F"))
    assert (family_f(after) == 5).all()


def test_a_total_below_what_is_locked_names_the_change():
    lock, low = change(Lock(), scope={"item": "a"}), change(SetValue(0.5), "F", id="3.7.1")
    with pytest.raises(SpreadImpossible, match=r"3\.7\.1"):
        lay(numbers(), lock, low)


def test_a_formula_that_divides_by_zero_names_the_change_and_the_way_out():
    nothing, ratio = change(SetValue(0), "F"), change(Formula("100/x"), "F", id="3.8.1")
    with pytest.raises(ChangeInvalid, match=r"3\.8\.1.*switch the change off"):
        lay(numbers(), nothing, ratio)


def test_a_change_of_unknown_members_or_periods_does_nothing():
    before = numbers()
    for idle in (
        change(Percent(5), scope={"item": "gone"}),
        change(Percent(5), scope={"resource": "R"}),
        change(Percent(5), periods=("2020-01", "2020-12")),
    ):
        assert all(a is b for a, b in zip(lay(before, idle), before, strict=True))


def test_a_change_that_reaches_back_before_the_horizon_keeps_the_rest():
    before = numbers()
    after = lay(before, change(Percent(100), "F", ("2025-11", "2026-01")))
    assert (family_f(after, slice(0, 1)) == 2 * family_f(before, slice(0, 1))).all()
    assert (family_f(after, slice(1, 4)) == family_f(before, slice(1, 4))).all()


def test_a_static_measure_is_one_number_a_series():
    static = Measure("opening", "Opening", "Stock.", "demand", "units", span="static", over_time="last", editable=True)
    before = cut(np.arange(6.0), CUTS)
    after = apply_changes(
        before, [change(SetValue(70), "F")], measure=static, series=series(), periods=CALENDAR, basis=None
    )
    assert join(after)[[0, 1, 3]].sum() == pytest.approx(70)


edits = st.builds(
    change,
    st.one_of(
        st.builds(Percent, st.integers(-50, 50)),
        st.builds(Add, st.integers(0, 100)),
        st.builds(SetValue, st.integers(2000, 3000), per=st.sampled_from(["scope", "period", "cell"])),
        st.sampled_from([Lock(), Unlock(), Formula("*1.1+2000"), Formula("+5", per="cell")]),
    ),
    st.sampled_from(["F", "G", "H", None]),
    st.none() | st.sampled_from([("2026-01", "2026-02"), ("2026-03", "2026-03")]),
)


@given(st.lists(edits, max_size=8), st.integers(0, 5), st.integers(0, 2))
def test_blocks_tied_together_come_out_the_same_when_only_they_are_laid(changes, seed, dirty):
    before = numbers(seed)
    try:
        full = lay(before, *changes)
    except SpreadImpossible:
        return
    wanted = blocks_moved_with({dirty}, changes, series())
    part = lay(before, *changes, only=wanted)
    for j in wanted:
        assert part[j].tobytes() == full[j].tobytes()
    untouched = set(range(3)) - {j for c in changes for j in touched_blocks(c, series())}
    assert all(full[j] is before[j] for j in untouched)


@given(st.lists(edits, max_size=8), st.integers(0, 5))
def test_the_same_changes_give_the_same_bytes(changes, seed):
    try:
        first = lay(numbers(seed), *changes)
    except SpreadImpossible:
        return
    assert [b.tobytes() for b in lay(numbers(seed), *changes)] == [b.tobytes() for b in first]
