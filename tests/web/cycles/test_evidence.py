"""Evidence of gates: what decisions, cases, actions and finance say, and what earlier months left open."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from steelyard.cycle.page import PAGES, Page
from steelyard.plan.money.action import GapAction
from steelyard.plan.money.variance import VarianceException
from steelyard.plan.uncertainty.effect import Effect
from steelyard.web.cycles import money_facts, neighbours
from steelyard.web.cycles.links import NAMES, page_url
from steelyard.web.cycles.models import Cycle
from steelyard.web.decisions import models
from steelyard.web.decisions.services import may_sign
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard.models import Case, Look

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def decision(question: str, *, cycle: str = "2026-01", state: str = "approved", **values: object) -> models.Decision:
    return models.Decision.objects.create(
        cycle=cycle, forum="pre_sop", kind="shift", question=question, state=state, owner="luis", created_at=AT,
        **values,
    )  # fmt: skip


def test_an_overload_is_decided_by_scope_by_words_or_by_what_the_option_changes(site) -> None:
    decision("A Saturday shift?", scope={"resource": ["R1"]})
    decision("Overtime on r2, yes or no?")
    decision("R3 is sold?", state="rejected")
    found = neighbours.decided_resources("2026-01", ("R1", "R2", "R3"))
    assert list(found) == ["R1", "R2"]
    assert found["R1"].endswith("A Saturday shift?")


def test_decisions_of_earlier_months_are_still_open_and_say_so(site) -> None:
    decision("Old question", cycle="2025-12", state="asked")
    decision("Of an event", cycle="2026-01-strike", state="asked")
    decision("Later", cycle="2026-02", state="asked")
    (one,) = neighbours.decisions_open("2026-01", ()).open
    assert (one.subject, one.text.startswith("carried over from Dec 2025")) == ("Old question", True)
    assert [line.subject for line in neighbours.decisions_open("2026-01-strike", ()).open] == ["Of an event"]


def test_a_gap_is_explained_by_an_action_a_decision_or_a_case_with_its_cause(site, person) -> None:
    plan = plan_of("base")
    assert neighbours.gap_explanations(plan, "2026-01", "finance") == {}
    effect = Effect("price", {"product_family": "F0"}, None, 1.0, 1.0, 1.0)
    site.records.gap_actions.add(
        GapAction("Raise prices", "fiona", date(2026, 3, 1), 1e3, effect, against="finance_forecast", at=AT)
    )
    Look.objects.create(cycle="2026-01", scenario="base", plan="x", at=AT)
    Case.objects.create(
        kpi="variance:finance_forecast:revenue", level="product_family", member="F1", opened_at=AT,
        opened_cycle="2026-01", cause="Finance has not seen the launch.", action="Agree next week.",
    )  # fmt: skip
    told = neighbours.gap_explanations(plan, "2026-01", "finance")
    assert told["F0"].startswith("Raise prices")
    assert "has not seen the launch" in told["F1"]
    assert neighbours.gap_explanations(plan, "2026-01", "budget") == {}


def test_the_gap_to_finance_is_a_share_of_all_that_finance_says(site, monkeypatch) -> None:
    seen = VarianceException("finance_forecast", "revenue", "product_family", "F0", "all", 210.0, 200.0)
    asked: list[str] = []

    def whole(*_: object, time: str, **__: object) -> tuple[VarianceException, ...]:
        asked.append(time)
        return (seen, replace(seen, measure="gross_margin"))

    monkeypatch.setattr(money_facts, "variance_exceptions", whole)
    (gap,) = money_facts.finance_facts(plan_of("base"), "2026-01").gaps
    assert (gap.subject, gap.gap, gap.against, gap.explained) == ("F0", 10.0, 200.0, "")
    assert asked == ["all"], "quarters without a gap count in what it is a share of"


def test_a_decision_waits_for_who_may_sign_it_in_whatever_forum(site, person) -> None:
    asked = decision("More safety stock?", state="asked")
    models.Decision.objects.filter(pk=asked.pk).update(forum="no forum of his")
    edgar = person("executive")
    assert may_sign(edgar, models.Decision.objects.get(pk=asked.pk))
    assert [one.text for one in neighbours.asked_of(edgar) if one.kind == "decision"] == ["More safety stock?"]


def test_every_page_that_a_task_or_gate_names_has_an_address(site) -> None:
    cycle = Cycle(key="2026-01", scenario="base")
    assert set(NAMES) == set(PAGES)
    own = page_url(Page("cycle"), cycle)
    assert [key for key in NAMES if key != "cycle" and page_url(Page(key), cycle) == own] == []
