"""Cycles: templates laid on the calendar, moved, and told as they stand; states of a step."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.cycle.cycle import (
    blocked_by,
    current_step,
    cycle_label,
    day_of_cycle,
    days_late,
    lay_cycle,
    move_cycle,
    next_keys,
)
from steelyard.cycle.escalation import STANDARD, EscalationRule, Measured, Rung, escalate, rules_from_json, rules_json
from steelyard.cycle.page import Page, page_from_json, page_json
from steelyard.cycle.standard import EVENT, FIVE_STEPS, STANDARD_TEMPLATES
from steelyard.cycle.step import GateUse, Standing, StepState, after, lateness, reminder_days
from steelyard.cycle.template import check_template, template_from_json, template_json
from steelyard.cycle.working_days import WorkingDays
from steelyard.errors import CycleInvalid, StepRefused

DAYS = WorkingDays()
ROLES = (
    "demand_planner", "sales", "product_manager", "supply_planner", "finance", "sop_lead", "executive",
    "administrator",
)  # fmt: skip


def standing(number: int = 0, state: StepState = StepState.OPEN, **more: object) -> Standing:
    dated = lay_cycle(FIVE_STEPS, "2026-11").steps[number]
    return Standing(dated.plan, state, dated.starts, dated.ends, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("template", STANDARD_TEMPLATES, ids=lambda one: one.name)
def test_standard_templates_hold_together_and_come_back_as_kept(template) -> None:
    check_template(template, ROLES)
    assert template_from_json(template_json(template)) == template


def test_the_month_is_laid_on_working_days() -> None:
    november = lay_cycle(FIVE_STEPS, "2026-11")
    assert november.label == "November 2026"
    assert (november.steps[0].starts, november.steps[0].ends) == (date(2026, 11, 2), date(2026, 11, 4))
    assert november.steps[-1].ends == date(2026, 11, 25)


def test_an_event_begins_on_its_own_day() -> None:
    strike = lay_cycle(EVENT, "2026-11-strike", anchor=date(2026, 11, 14))
    assert (strike.label, strike.steps[0].starts) == ("November 2026, strike", date(2026, 11, 16))


@pytest.mark.parametrize("key", ["2026-13", "2026", "2026-11-", "2026-11-Strike", "../2026-11", "2026-11\n"])
def test_a_key_is_a_month_and_a_word(key: str) -> None:
    with pytest.raises(CycleInvalid, match="no key of a cycle"):
        lay_cycle(FIVE_STEPS, key)


def test_months_follow_over_the_end_of_the_year() -> None:
    assert next_keys("2026-11", 3) == ("2026-12", "2027-01", "2027-02")
    assert cycle_label("2027-01-lost-customer") == "January 2027, lost customer"


@given(st.integers(-10, 10))
def test_a_moved_cycle_keeps_its_distances(number: int) -> None:
    before = lay_cycle(FIVE_STEPS, "2026-11", anchor=date(2026, 11, 2))
    moved = move_cycle(before, number, DAYS)
    assert move_cycle(moved, -number, DAYS) == before
    spans = [DAYS.between(step.starts, step.ends) for step in before.steps]
    assert [DAYS.between(step.starts, step.ends) for step in moved.steps] == spans


def test_the_step_that_is_on_and_what_the_next_one_waits_for() -> None:
    steps = [
        standing(0, StepState.FINISHED),
        standing(1, StepState.SKIPPED),
        standing(2),
        standing(3, StepState.WAITING),
    ]
    on = current_step(steps)
    assert on is not None
    assert on.plan.key == "demand_planning"
    assert blocked_by(steps, "supply_planning") == "Demand planning"
    assert blocked_by(steps, "demand_planning") == ""
    assert current_step([standing(0, StepState.FINISHED)]) is None


def test_lateness_counts_working_days_after_the_end() -> None:
    step = standing()
    assert lateness(step, date(2026, 11, 4), DAYS) == 0
    assert lateness(step, date(2026, 11, 9), DAYS) == 3
    assert lateness(replace(step, state=StepState.FINISHED), date(2026, 11, 30), DAYS) == 0
    assert days_late([step], date(2026, 11, 5), DAYS) == 1


def test_a_step_that_has_not_begun_is_late_against_its_start() -> None:
    waiting = standing(2, StepState.WAITING)
    assert lateness(waiting, date(2026, 11, 9), DAYS) == 2
    assert day_of_cycle(date(2026, 11, 1), date(2026, 11, 3), DAYS) == 2


def test_reminders_come_two_days_ahead_and_on_the_day() -> None:
    assert reminder_days(standing(), DAYS) == (date(2026, 11, 2), date(2026, 11, 4))


def test_progress_counts_tasks_and_gates() -> None:
    step = standing(tasks_done=frozenset({"look_at_findings", "check_prices"}), gates_met=2)
    assert step.progress == 0.5
    assert replace(step, state=StepState.SKIPPED).progress == 1.0


@pytest.mark.parametrize("act", ["start", "end", "reopen", "fail"])
def test_an_open_step_takes_only_what_leads_on(act) -> None:
    with pytest.raises(StepRefused, match="open cannot be"):
        after(StepState.OPEN, act)


def test_only_an_optional_step_is_skipped() -> None:
    assert after(StepState.WAITING, "skip") is StepState.SKIPPED
    with pytest.raises(StepRefused, match="cannot be skipped"):
        after(StepState.WAITING, "skip", optional=False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": "wizard"}, "wizard"),
        ({"gates": (GateUse("everything_is_fine"),)}, "everything_is_fine"),
        ({"gates": (GateUse("data_score_is_at_least"),)}, "takes least"),
        ({"gates": (GateUse("data_score_is_at_least", ("much",)),)}, "is a number"),
        ({"work_at_open": ("sleep",)}, "sleep"),
        ({"starts": 5, "ends": 4}, "starts on working day 5"),
        ({"key": "no key"}, "needs a key"),
    ],
)
def test_a_template_with_a_fault_is_refused(change, said) -> None:
    first, *others = FIVE_STEPS.steps
    broken = replace(FIVE_STEPS, steps=(replace(first, **change), *others))
    with pytest.raises(CycleInvalid, match=said):
        check_template(broken, ROLES)


def test_a_template_that_is_no_record_is_refused() -> None:
    with pytest.raises(CycleInvalid):
        template_from_json({"steps": "all"})
    with pytest.raises(CycleInvalid, match="label"):
        template_from_json({"steps": [{"key": "one"}]})


def test_a_page_knows_its_slice_and_comes_back_as_kept() -> None:
    page = Page("demand_review", {"product_family": ("Scales", "Weights")})
    assert page_from_json(page_json(page)) == page
    assert page_from_json("data") == Page("data")
    with pytest.raises(CycleInvalid):
        Page("nowhere")


def test_escalation_tells_everybody_on_the_path_once_for_each_level() -> None:
    late = Measured("lateness", "2026-11 demand_planning", 4, "Demand planning is late.", "demand_planning")
    told = escalate(STANDARD, [late])
    assert [one.role for one in told] == ["owner", "sop_lead", "executive"]
    assert len({one.occasion for one in told}) == 3
    assert not escalate(STANDARD, [replace(late, amount=0)])


def test_escalation_by_money_may_hold_for_some_steps_only() -> None:
    rule = EscalationRule("money", (Rung(1e6, "executive"), Rung(1e5, "finance")), ("pre_sop",))
    gap = Measured("money", "line 3", 5e5, "Waits.", "pre_sop")
    assert [one.role for one in escalate([rule], [gap, replace(gap, step="demand_planning")])] == ["finance"]
    assert rules_from_json(rules_json([rule])) == (rule,)
    with pytest.raises(CycleInvalid):
        EscalationRule("anger", (Rung(1, "executive"),))
    with pytest.raises(CycleInvalid):
        rules_from_json([{"kind": "money"}])
