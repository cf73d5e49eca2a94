"""Changes: one spelling, one digest, both ways; faults named."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import REASONS, Change, active_changes, couples_blocks
from steelyard.plan.operation import (
    Add,
    Assume,
    Formula,
    Lock,
    Percent,
    SetMasterData,
    SetParameter,
    SetValue,
    Unlock,
    operation_from_json,
)

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
operations = st.one_of(
    st.builds(
        SetValue, numbers, spread=st.sampled_from(["basis", "equal", "history"]), per=st.sampled_from(["scope", "cell"])
    ),
    st.builds(lambda v, f: Add(v, "factor", {"a": f, "b": 1.0}, "customer"), numbers, st.floats(0, 5)),
    st.builds(Percent, numbers),
    st.sampled_from([Formula("*1.2+100"), Formula("max(x, 5)", per="cell"), Lock(), Unlock()]),
    st.builds(SetParameter, words, st.one_of(numbers, words, st.booleans())),
    st.builds(
        SetMasterData, words, st.dictionaries(words, words, min_size=1, max_size=2), words, numbers | words | st.none()
    ),
    st.builds(Assume, st.text("abc", min_size=1), numbers, unit=words),
)
changes = st.builds(
    Change,
    operations,
    measure=words,
    scope=st.dictionaries(words, st.lists(words, min_size=1, max_size=3), max_size=2),
    periods=st.none() | st.tuples(words, words).filter(all),
    author=words,
    at=st.datetimes(timezones=st.just(UTC)),
    reason=st.sampled_from(REASONS),
    note=words,
    enabled=st.booleans(),
    expires=st.none() | st.dates(),
    stream=words,
    id=words,
)


@given(changes)
def test_a_change_comes_back_from_its_json(change):
    again = Change.from_json(change.to_json())
    assert again == change
    assert again.digest == change.digest
    assert again.canonical() == change.canonical()


def test_equal_content_has_one_digest_however_it_is_written():
    one = Change(SetValue(5), "price", {"b": "y", "a": ["2", "1"]}, at=AT)
    other = Change(
        SetValue(5.0), "price", {"a": ("1", "2", "1"), "b": ("y",)}, at=AT.astimezone(timezone(timedelta(hours=2)))
    )
    assert one.digest == other.digest


def test_a_default_that_is_left_out_keeps_the_digest():
    assert b"spread" not in Change(SetValue(5), "price", at=AT).canonical()


@pytest.mark.parametrize(
    "build",
    [
        lambda: SetValue(float("nan")),
        lambda: SetValue("5"),
        lambda: SetValue(True),
        lambda: Add(1, spread="magic"),
        lambda: Add(1, per="week"),
        lambda: Add(1, spread="factor"),
        lambda: Add(1, factors={"a": 1}),
        lambda: Add(1, "factor", {"a": -1}, "item"),
        lambda: Percent(float("inf")),
        lambda: Formula("import os"),
        lambda: Formula("*2", spread="factor"),
        lambda: SetMasterData("source", {}, "lead_time_days", 3),
        lambda: Assume("  "),
        lambda: Assume("rates rise", low=3, high=2),
        lambda: Change(Lock(), at=datetime(2026, 1, 1)),  # noqa: DTZ001
        lambda: Change(Lock(), reason="because"),
        lambda: Change.from_json({"at": "2026-01-01T00:00:00+00:00"}),
        lambda: Change.from_json({"operation": {"kind": "lock"}, "colour": "red"}),
        lambda: Change.from_json({"operation": {"kind": "lock"}, "at": "yesterday"}),
        lambda: Change.from_json({"operation": "lock"}),
        lambda: operation_from_json({"kind": "explode"}),
        lambda: operation_from_json({"kind": "add"}),
        lambda: operation_from_json({"kind": "add", "value": 1, "colour": "red"}),
    ],
)
def test_a_faulty_change_is_refused(build):
    with pytest.raises(ChangeInvalid):
        build()


def test_expired_and_disabled_changes_do_not_count():
    lasting = Change(Lock(), expires=date(2026, 2, 1), at=AT)
    over = Change(Lock(), expires=date(2026, 1, 1), at=AT)
    assert active_changes([lasting, over, lasting.disabled()], date(2026, 1, 1)) == (lasting,)


def test_only_totals_tie_blocks_together():
    assert couples_blocks(Change(Add(5)))
    assert not couples_blocks(Change(Add(5, per="cell")))
    assert not couples_blocks(Change(Percent(5)))


def test_a_change_reads_as_a_sentence():
    change = Change(
        Percent(8), "consensus_demand", {"product_family": "Road"}, ("2026-01", "2026-03"), "dana", AT, "promotion"
    )
    assert str(change) == "consensus_demand +8 % for product_family Road 2026-01 to 2026-03 by dana (promotion)"
