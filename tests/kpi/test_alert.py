"""Alerts and cases: when a KPI calls for somebody, and how long it has done so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.kpi.alert import STANDARD_RULES, AlertRule, breach_of, counts, longest_run
from steelyard.kpi.case import months_in_a_row, row_words
from steelyard.kpi.registry import INDICATORS
from steelyard.kpi.target import Target, target_for

FILL = INDICATORS["fill_rate"]
MONTHS = [f"2026-{month:02}" for month in range(1, 7)]


def values(*numbers: float) -> list[tuple[str, float]]:
    return list(zip(MONTHS, numbers, strict=False))


def test_a_rule_finds_periods_in_a_row_and_the_worst_of_them() -> None:
    rule = AlertRule("Service", "fill_rate", "ahead", periods=2)
    found = breach_of(rule, FILL, values(99, 80, 99, 85, 70, 99), None)
    assert found is not None
    assert (found.first, found.last, found.periods, found.value, found.target) == ("2026-04", "2026-05", 2, 70, 95.0)
    assert breach_of(rule, FILL, values(99, 80, 99, 85, 99), None) is None


def test_the_past_counts_only_up_to_now() -> None:
    rule = AlertRule("Service", "fill_rate", "past", periods=2)
    assert breach_of(rule, FILL, values(80, 80, 99), None) is None
    assert breach_of(rule, FILL, values(99, 80, 80), None) is not None


def test_a_limit_stands_in_for_the_standing() -> None:
    load = INDICATORS["bottleneck_utilisation"]
    rule = AlertRule("Bottleneck", load.name, "ahead", limit=110.0)
    assert not counts(rule, load, 108.0, None)
    assert counts(rule, load, 111.0, None)


def test_the_target_of_a_slice_judges_it() -> None:
    strict = Target("fill_rate", 99.0, 0.5, "product_family", "F0")
    rule = AlertRule("Service", "fill_rate", level="product_family")
    assert breach_of(rule, FILL, values(97), strict, member="F0") is not None
    assert breach_of(rule, FILL, values(97), None, member="F1") is None
    assert target_for("fill_rate", [strict]) is None


def test_what_is_unknown_never_counts() -> None:
    assert not counts(AlertRule("Service", "fill_rate"), FILL, np.nan, None)


@pytest.mark.parametrize("rule", STANDARD_RULES, ids=lambda rule: rule.name)
def test_a_standard_rule_is_about_a_kpi_that_can_be_judged(rule: AlertRule) -> None:
    assert INDICATORS[rule.kpi].target is not None or rule.limit is not None


@given(st.lists(st.booleans(), max_size=30))
def test_the_longest_run_is_a_run_and_none_is_longer(flags: list[bool]) -> None:
    start, length = longest_run(flags)
    assert all(flags[start : start + length])
    text = "".join("x" if flag else "." for flag in flags)
    assert length == max((len(part) for part in text.split(".")), default=0)


def test_a_gap_begins_the_count_anew() -> None:
    cycles = ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert months_in_a_row(set(cycles[1:]), cycles) == 3
    assert months_in_a_row({"2026-08", "2026-10"}, cycles) == 0
    assert [row_words(n) for n in (0, 1, 2, 3, 21)] == [
        "",
        "",
        "second month in a row",
        "third month in a row",
        "21st month in a row",
    ]
