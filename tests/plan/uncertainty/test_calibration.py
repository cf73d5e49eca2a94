"""What came of assumptions and risks; groups whose correlations cannot be true at once."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid
from steelyard.plan.uncertainty.calibration import expected_effect, owner_records
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.group import check_groups, group_correlation
from steelyard.plan.uncertainty.register import Assumption, Risk

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
GROWTH = Assumption("The market grows", "sam", Effect("consensus_demand", {}, None, -10, 5, 12), at=AT)
STRIKE = Risk("Strike at the port", "luis", 0.2, Effect("consensus_demand", {}, None, -30, -20, -10), at=AT)


def test_ranges_that_hold_too_few_outcomes_are_called_narrow():
    known = [replace(GROWTH, outcome=value) for value in (20.0, 25.0, -30.0, 5.0, 18.0)]
    (record,) = owner_records(known, [])
    assert record.inside == pytest.approx(0.2)
    assert record.bias == pytest.approx((15 + 20 - 35 + 0 + 13) / 5)
    assert record.verdict == "ranges too narrow"


def test_who_says_seldom_what_happens_often_is_too_confident():
    came = [replace(STRIKE, status="happened")] * 4 + [replace(STRIKE, status="did not happen")] * 2
    (record,) = owner_records([], came)
    assert (record.said, record.happened) == (pytest.approx(0.2), pytest.approx(4 / 6))
    assert record.verdict == "too confident"


def test_a_few_outcomes_give_no_verdict_and_unknown_ones_none_at_all():
    assert owner_records([GROWTH], [STRIKE]) == ()
    (record,) = owner_records([replace(GROWTH, outcome=5.0)], [])
    assert record.verdict == "too early to say"


def test_the_expected_effect_is_probability_times_mean_times_what_is_at_stake(shared_workspace):
    plan = shared_workspace.scenario("base").plan()
    found = expected_effect(plan, replace(STRIKE, effect=replace(STRIKE.effect, scope={"product_family": "F0"})))
    value = plan.value("consensus_demand", scope={"product_family": "F0"})
    assert found.expected == pytest.approx(0.2 * -0.2 * value)
    assert expected_effect(plan, replace(STRIKE, effect=Effect("consensus_demand", {"item": "gone"}))).expected is None


def member(number, correlation):
    return replace(STRIKE, statement=f"Member {number}", group="harbour", correlation=correlation, id=number)


def test_members_with_one_correlation_are_always_possible():
    check_groups([member(n, 0.7) for n in range(8)])


def test_a_group_that_cannot_be_is_named_with_the_way_to_mend_it(workspace):
    group = [member(0, 1.0), *(member(n, 0.0) for n in range(1, 8))]
    with pytest.raises(ChangeInvalid, match=r"'harbour' cannot be true at once.*Member 0.*one correlation"):
        check_groups(group)
    risks = workspace.records.registers.risks
    for risk in group[1:]:
        risks.add(risk)
    with pytest.raises(ChangeInvalid, match="harbour"):
        risks.add(group[0])
    assert len(risks.entries()) == 7


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_a_group_is_refused_just_where_its_matrix_has_a_negative_root(stated):
    group = [member(n, value) for n, value in enumerate(stated)]
    possible = np.linalg.eigvalsh(group_correlation(group))[0] >= -1e-9
    try:
        check_groups(group)
        assert possible
    except ChangeInvalid:
        assert not possible


def test_value_unit_and_linked_measures_are_kept(workspace):
    register = workspace.records.registers.assumptions
    kept = register.add(replace(GROWTH, value=9500.0, unit="USD/t", linked=("unit_cost", "gross_margin")))
    assert register.entry(kept.id).linked == ("unit_cost", "gross_margin")
    assert (register.entry(kept.id).value, register.entry(kept.id).unit) == (9500.0, "USD/t")
