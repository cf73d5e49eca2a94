"""Closing joins the rooms: KPIs of the process are kept, cases go on from month to month, decisions are graded."""

from datetime import date, datetime, timedelta

import pytest

from steelyard.cycle.standard import FIVE_STEPS
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.company import now
from steelyard.web.cycles.cycle_services import cycle_close, cycle_open, cycles_create_ahead
from steelyard.web.cycles.home import home_of
from steelyard.web.cycles.models import Step, Work
from steelyard.web.cycles.selectors import cycle_of, cycle_view
from steelyard.web.cycles.watch import cycles_watch
from steelyard.web.cycles.works.scoring import _accuracy
from steelyard.web.decisions import models
from steelyard.web.jobs.selectors import jobs
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard.case_selectors import cases_open
from steelyard.web.scorecard.kpi_selectors import judged
from steelyard.web.scorecard.rule_selectors import observed
from tests.company import company
from tests.web.conftest import AT
from tests.web.cycles.conftest import KEY
from tests.web.cycles.test_cycles import through

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(site, lead) -> str:
    """January, with every step over."""
    cycles_create_ahead(KEY, user=lead, months=3)
    cycle_open(KEY, user=lead)
    for step in FIVE_STEPS.steps:
        through(KEY, step.key, lead)
    return KEY


def said(key: str, kind: str) -> str:
    return Work.objects.get(cycle__key=key, step=None, kind=kind).said


def test_closing_keeps_how_the_month_was_run(run, lead) -> None:
    ends = Step.objects.get(cycle__key=KEY, key="data_gathering").ends
    late = datetime.combine(ends + timedelta(days=1), datetime.min.time(), tzinfo=now().tzinfo)
    in_time = late - timedelta(days=2)
    Step.objects.filter(cycle__key=KEY).update(ends=date(2040, 1, 1))
    Step.objects.filter(cycle__key=KEY, key="data_gathering").update(ends=ends, finished_at=late)
    meeting = models.Meeting.objects.create(
        cycle=KEY, forum="pre_sop", starts_at=in_time, chair="sop_lead", opened_at=in_time, closed_at=late
    )
    for person, present in (("sop_lead", True), ("finance", False)):
        models.Attendance.objects.create(meeting=meeting, person=person, present=present)
    for decided in (in_time, late):
        models.Decision.objects.create(
            cycle=KEY, forum="pre_sop", kind="other", question="?", state="rejected", owner="finance", due=ends,
            created_at=in_time, decided_at=decided,
        )  # fmt: skip
    cycle_close(KEY, user=lead)
    known = observed()
    assert known["cycle_on_time"] == pytest.approx(100 * 5 / 6)
    assert known["attendance"] == 50.0
    assert known["decisions_on_time"] == 50.0
    assert known["input_on_time"] == pytest.approx(100 / 3), "the lock stands for demand planning; nobody else signed"
    assert "83 % steps on time" in said(KEY, "observe")


def test_when_every_step_is_over_the_book_and_the_closing_are_left_for_the_lead(run, lead, person) -> None:
    own = home_of(lead)
    left = [item.text for item in (*own.late, *own.due, *own.mine)]
    assert {"Close January 2026", "Make the book of January 2026"} <= set(left)
    others = home_of(person("finance"))
    assert not [item for item in (*others.late, *others.due, *others.mine) if item.text.startswith("Close")]


def test_cases_open_at_close_and_are_shown_as_seen_before_in_the_month_after(run, lead, client_of) -> None:
    cycle_close(KEY, user=lead)
    assert "cases opened" in said(KEY, "alerts")
    seen = cases_open()
    assert seen
    one = models_case(seen[0].number)
    from steelyard.web.scorecard.models import Look, Sighting

    month = one.sightings.get().cycle
    Look.objects.create(cycle="2025-12", scenario="base", plan="x", at=now())
    Sighting.objects.create(case=one, cycle="2025-12", rule="r", first="2025-12", last="2025-12", value=1.0, at=now())
    assert month > "2025-12"
    view = cycle_view("2026-02", lead)
    assert [group.head.number for group in view.seen_before] == [one.pk]
    assert view.seen_before[0].head.months_words == "second month in a row"
    assert "second month in a row" in client_of("sop_lead").get("/cycle/2026-02/").content.decode()
    assert not cycle_view(KEY, lead).seen_before, "a month that is over shows what was listed when it closed"


def models_case(number: int):
    from steelyard.web.scorecard.models import Case

    return Case.objects.get(pk=number)


def test_decisions_are_graded_at_close_and_once_after_every_import(run, lead, monkeypatch) -> None:
    cycle_close(KEY, user=lead)
    assert said(KEY, "grade") == "No decision has more to be graded by."
    monkeypatch.setattr("steelyard.web.decisions.grading.gradable", lambda: 1)
    before = jobs().filter(kind="decision.grade").count()
    cycles_watch(cycle_of("2026-02").anchor)
    cycles_watch(cycle_of("2026-02").anchor)
    assert jobs().filter(kind="decision.grade").count() == before + 1


def test_a_month_is_scored_by_what_its_own_plan_said_of_it_as_the_kpi_says(site, lead) -> None:
    """Two published plans: the score of the later month counts that month only, not the months before."""
    home = site
    for periods, as_of in ((22, date(2025, 10, 31)), (23, date(2025, 11, 30))):
        at = AT.replace(year=2025, month=as_of.month)
        extract = home.add_extract(company(items=6, customers=3, periods=periods, as_of=as_of), at=at)
        made = home.create_scenario(f"of-{as_of:%Y-%m}", extract=extract.digest, horizon=12, actor="dana", at=at)
        made.publish(actor="dana", at=at)
    told = _accuracy(measuring_of("base"))
    (kpi,) = (one for one in judged(plan_of("base")) if one.name == "forecast_accuracy")
    assert told["version"] == "2025-12"
    assert 100 * float(str(told["accuracy"])) == pytest.approx(max(kpi.value, 0.0), abs=0.01)


def test_a_month_whose_steps_are_over_says_who_closes_it_and_leads_to_the_next(run, lead, client_of) -> None:
    address = f"/cycle/{run}/"
    page = client_of("finance").get(address).content.decode()
    assert "Every step is over: S&amp;OP lead (sop_lead) makes the book and closes the month." in page
    cycle_close(run, user=lead)
    page = client_of("finance").get(address).content.decode()
    assert '<a href="/cycle/2026-02/">February 2026</a> is ' in page
