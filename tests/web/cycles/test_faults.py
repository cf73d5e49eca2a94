"""Work that meets an unexpected fault says so and can be done again; a gap is a share of all it is held against."""

import logging
from types import SimpleNamespace

import pytest

from steelyard.cycle.gates.facts import BudgetFacts, Gap
from steelyard.plan.money.variance import money_held_against
from steelyard.web.cycles import watch
from steelyard.web.cycles.models import Work
from steelyard.web.cycles.money_facts import budget_facts, finance_facts
from steelyard.web.cycles.selectors import step_of
from steelyard.web.cycles.step_services import step_start
from steelyard.web.cycles.work_services import work_again
from steelyard.web.cycles.works import WORKERS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard.selectors import ahead
from tests.web.cycles.conftest import KEY

pytestmark = pytest.mark.django_db


def test_an_unexpected_fault_ends_the_work_and_it_can_be_done_again(month, lead, monkeypatch, caplog) -> None:
    known = WORKERS["import"]

    def breaks(place):
        raise ZeroDivisionError("a fault nobody thought of")

    monkeypatch.setitem(WORKERS, "import", breaks)
    with caplog.at_level(logging.ERROR):
        step_start(KEY, "data_gathering", user=lead)
    work = Work.objects.get(kind="import")
    assert (work.state, work.finished_at is not None) == ("failed", True)
    assert "unexpected error" in work.said
    assert "a fault nobody thought of" in caplog.text
    assert Work.objects.get(kind="roll").state == "waiting"
    monkeypatch.setitem(WORKERS, "import", known)
    work_again(work.pk, user=lead)
    assert {one.state for one in Work.objects.filter(step=step_of(KEY, "data_gathering"))} == {"done"}


def test_a_gap_is_a_share_of_all_that_is_held_against(monkeypatch) -> None:
    """One family of ten is 50 % behind: the company is 5 % behind, though no other family has a gap."""
    found = BudgetFacts((Gap("Scales", -50.0, 100.0),), whole=1000.0, covers="revenue by family, 2026-01 to 2026-12")
    monkeypatch.setattr(watch, "gather", lambda ground, kind: found if kind is BudgetFacts else None)
    ground = SimpleNamespace(cycle=SimpleNamespace(key=KEY, label="January"), step=SimpleNamespace(key="pre_sop"))
    measured = list(watch._gaps(ground))
    assert [one.amount for one in measured] == [5.0]
    assert "5.0 % below the budget (revenue by family, 2026-01 to 2026-12), and nothing" in measured[0].text


def test_what_is_held_against_counts_families_without_a_gap(site) -> None:
    plan = plan_of("base")
    frame = plan.frame(["budget_revenue"], time="all", periods=ahead(plan))
    budget = budget_facts(plan, KEY)
    assert budget is not None
    assert budget.whole == pytest.approx(float(frame["budget_revenue"].sum()))
    assert finance_facts(plan, KEY).whole == pytest.approx(money_held_against(plan, "finance_forecast"))
