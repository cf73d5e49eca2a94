"""Gates: each rule by an example that holds and one that does not."""

from dataclasses import replace
from datetime import date

import pytest

from steelyard.cycle.gates import check_gate, judge, rule_named, rules
from steelyard.cycle.gates.data_rules import (
    data_score_is_at_least,
    no_flaw_costs_more_than,
    the_extract_is_of_this_month,
    the_plan_stands_on_the_newest_extract,
)
from steelyard.cycle.gates.decision_rules import (
    every_assumption_is_validated,
    no_action_is_overdue,
    no_open_decision,
    the_plan_is_published,
)
from steelyard.cycle.gates.demand_rules import (
    every_forecast_is_signed,
    every_intelligence_is_judged,
    every_item_has_a_forecast,
    every_large_override_is_explained,
    every_override_has_a_reason,
    every_signed_slice_is_unchanged,
    the_consensus_is_signed_by,
)
from steelyard.cycle.gates.facts import (
    AssumptionFacts,
    BudgetFacts,
    DataFacts,
    DecisionFacts,
    FinanceFacts,
    Flaw,
    ForecastFacts,
    Gap,
    IntelligenceFacts,
    Line,
    LoadFacts,
    OpenSignature,
    Overload,
    OverrideFacts,
    PublicationFacts,
    ServiceFacts,
    SignatureFacts,
    TaskFacts,
)
from steelyard.cycle.gates.money_rules import budget_gap_has_an_action, finance_gap_is_explained
from steelyard.cycle.gates.supply_rules import (
    excess_stock_is_at_most,
    no_overload_without_decision,
    service_is_at_least,
)
from steelyard.cycle.gates.task_rules import every_task_is_done
from steelyard.cycle.step import GateUse
from steelyard.errors import CycleInvalid

DATA = DataFacts(date(2026, 10, 31), date(2026, 11, 1), 93.2, (Flaw("negative_stock", "stock", 3, "warning", 900.0),))
ONE = (Line("M-100", "three units", 50.0),)
SIGNED = SignatureFacts(
    5,
    (
        OpenSignature("demand_planning", "Demand planning", 0, 0.0),
        OpenSignature("sales", "Sales", 2, 4000.0, 1500.0),
        OpenSignature("finance", "Finance", 0, 0.0),
    ),
)


def test_data_score_is_at_least() -> None:
    assert data_score_is_at_least(DATA, 90).met
    refused = data_score_is_at_least(DATA, 95)
    assert not refused.met
    assert "93.2" in refused.sentence
    assert [row.subject for row in refused.rows] == ["stock"]


def test_the_extract_is_of_this_month() -> None:
    assert the_extract_is_of_this_month(DATA, 7).met
    assert not the_extract_is_of_this_month(replace(DATA, as_of=date(2026, 9, 30)), 7).met


def test_the_plan_stands_on_the_newest_extract() -> None:
    assert the_plan_stands_on_the_newest_extract(DATA).met
    old = replace(DATA, is_latest=False, newest=date(2026, 11, 30))
    assert "2026-11-30" in the_plan_stands_on_the_newest_extract(old).sentence


def test_no_flaw_costs_more_than() -> None:
    assert no_flaw_costs_more_than(DATA, 1000).met
    assert no_flaw_costs_more_than(DATA, 100).rows[0].amount == 900


def test_every_item_has_a_forecast() -> None:
    assert every_item_has_a_forecast(ForecastFacts(10)).met
    assert every_item_has_a_forecast(ForecastFacts(10, ONE)).sentence == "9 items of 10 have a forecast."


def test_every_forecast_is_signed() -> None:
    refused = every_forecast_is_signed(SIGNED)
    assert not refused.met
    assert [(row.subject, row.amount) for row in refused.rows] == [("Sales", 4000.0)]


def test_the_consensus_is_signed_by_those_named() -> None:
    assert the_consensus_is_signed_by(SIGNED, "demand_planning", "finance").met
    assert not the_consensus_is_signed_by(SIGNED, "sales").met
    assert not the_consensus_is_signed_by(SIGNED, "marketing").met


def test_every_signed_slice_is_unchanged() -> None:
    assert every_signed_slice_is_unchanged(SIGNED).rows[0].amount == 1500
    assert every_signed_slice_is_unchanged(replace(SIGNED, functions=SIGNED.functions[:1])).met


def test_overrides_say_why() -> None:
    assert every_override_has_a_reason(OverrideFacts(4)).met
    assert not every_override_has_a_reason(OverrideFacts(4, ONE)).met
    assert not every_large_override_is_explained(OverrideFacts(4, (), ONE)).met
    assert every_large_override_is_explained(OverrideFacts(4, ONE)).met


def test_every_intelligence_is_judged() -> None:
    assert every_intelligence_is_judged(IntelligenceFacts(3)).met
    assert not every_intelligence_is_judged(IntelligenceFacts(3, ONE)).met


def test_no_overload_without_decision() -> None:
    over = Overload("PRESS", 42.0, ("2026-12", "2027-01"))
    refused = no_overload_without_decision(LoadFacts(6, (over,)))
    assert not refused.met
    assert "2026-12 to 2027-01" in refused.rows[0].text
    assert no_overload_without_decision(LoadFacts(6, (replace(over, decided="D-7"),))).met


def test_service_and_stock_hold_to_their_bars() -> None:
    service = ServiceFacts(91.0, ONE, 1000.0, 200.0)
    assert service_is_at_least(service, 90).met
    assert service_is_at_least(service, 95).rows
    assert excess_stock_is_at_most(service, 0.2).met
    assert not excess_stock_is_at_most(service, 0.1).met


def test_gaps_to_finance_are_explained() -> None:
    wide, small = Gap("Scales", -50.0, 1000.0), Gap("Weights", 5.0, 1000.0)
    refused = finance_gap_is_explained(FinanceFacts((wide, small)), 0.02)
    assert not refused.met
    assert [row.subject for row in refused.rows] == ["Scales"]
    assert finance_gap_is_explained(FinanceFacts((replace(wide, explained="Action 4"), small)), 0.02).met


def test_a_plan_above_the_budget_needs_no_action() -> None:
    assert budget_gap_has_an_action(BudgetFacts((Gap("Scales", 500.0, 1000.0),)), 0.02).met
    assert not budget_gap_has_an_action(BudgetFacts((Gap("Scales", -500.0, 1000.0),)), 0.02).met
    assert not budget_gap_has_an_action(BudgetFacts((Gap("New", -500.0, 0.0),)), 0.02).met


def test_decisions_actions_and_assumptions() -> None:
    assert no_open_decision(DecisionFacts(decided=2)).sentence == "0 decisions open, 2 taken."
    assert not no_open_decision(DecisionFacts(open=ONE)).met
    assert no_action_is_overdue(DecisionFacts()).met
    assert not no_action_is_overdue(DecisionFacts(due=ONE)).met
    assert every_assumption_is_validated(AssumptionFacts(2)).met
    assert not every_assumption_is_validated(AssumptionFacts(2, ONE)).met


def test_the_plan_is_published() -> None:
    assert the_plan_is_published(PublicationFacts("a" * 64)).met
    assert not the_plan_is_published(PublicationFacts("a" * 64, moved=True)).met
    assert not the_plan_is_published(PublicationFacts()).met


def test_every_task_is_done() -> None:
    assert every_task_is_done(TaskFacts(3)).met
    assert every_task_is_done(TaskFacts(3, ONE)).rows[0].subject == "M-100"


def test_a_rule_is_judged_by_its_name_with_the_arguments_of_the_company() -> None:
    gate = GateUse("data_score_is_at_least", (95.0,))
    assert gate.key == "data_score_is_at_least(95)"
    assert not judge(gate, {DataFacts: DATA}.get).met
    assert rule_named("data_score_is_at_least").sentence == "Data score is at least"


def test_a_rule_without_facts_is_not_met() -> None:
    evidence = judge(GateUse("no_open_decision"), lambda kind: None)
    assert (evidence.met, evidence.judged) == (False, False)


def test_arguments_are_checked() -> None:
    for wrong in (GateUse("no_open_decision", (1.0,)), GateUse("the_consensus_is_signed_by", (1.0,))):
        with pytest.raises(CycleInvalid):
            check_gate(wrong)
    check_gate(GateUse("the_consensus_is_signed_by", ("sales", "finance")))


def test_every_rule_says_what_it_means_in_one_sentence() -> None:
    assert all(one.meaning.endswith(".") for one in rules().values())
    assert len(rules()) >= 20
