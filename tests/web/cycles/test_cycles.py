"""Cycles served: steps with gates and waivers, work done by itself, closing, templates, pages and API."""

import json
from datetime import date, timedelta

import pytest

from steelyard.cycle.standard import FIVE_STEPS
from steelyard.cycle.template import template_json
from steelyard.errors import CycleInvalid, GateClosed, NameTaken, NotAllowed, StepRefused, StepTaken
from steelyard.web.audit.models import Entry
from steelyard.web.cycles.cycle_services import (
    cycle_close,
    cycle_create,
    cycle_duplicate,
    cycle_move,
    cycles_create_ahead,
    step_dates_set,
    template_save,
)
from steelyard.web.cycles.judging import gates_judge
from steelyard.web.cycles.models import Cycle, Problem, Step, Waiver, Work
from steelyard.web.cycles.plans import step_plan
from steelyard.web.cycles.selectors import current_cycle, current_step_key, cycle_of, cycle_view, step_of
from steelyard.web.cycles.step_services import (
    gate_waive,
    step_finish,
    step_reopen,
    step_skip,
    step_start,
    task_do,
    task_undo,
    waiver_take_back,
)
from steelyard.web.cycles.watch import cycles_watch
from steelyard.web.notices.selectors import notices_of
from tests.web.cycles.conftest import KEY

pytestmark = pytest.mark.django_db


def through(key: str, step: str, lead) -> None:
    """Take a step to its end, whatever its gates say."""
    found = step_of(key, step)
    if found.state == "waiting":
        step_start(key, step, user=lead)
    for task in step_plan(found).tasks:
        if task.done_when is None:
            task_do(key, step, task.key, user=lead)
    for result in gates_judge(key, step, by=lead.username):
        if not result.met:
            gate_waive(key, step, result.gate, reason="first month", user=lead)
    step_finish(key, step, user=lead)


def test_months_are_made_ahead_once(site, lead) -> None:
    assert len(cycles_create_ahead("2026-11", user=lead)) == 12
    assert cycles_create_ahead("2026-11", user=lead) == []
    assert [one.key for one in Cycle.objects.all()][-1] == "2027-10"
    found = current_cycle()
    assert found is not None
    assert found.key == "2026-11"


def test_only_the_lead_runs_the_month(month, person) -> None:
    planner = person("demand_planner")
    for act in (
        lambda: cycles_create_ahead("2027-01", user=planner),
        lambda: cycle_close(KEY, user=planner),
        lambda: cycle_move(KEY, 1, user=planner),
        lambda: step_start(KEY, "data_gathering", user=person("sales")),
        lambda: template_save("month", {}, user=planner),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_step_starts_with_its_work_and_its_people_are_told(month, person) -> None:
    step_start(KEY, "data_gathering", user=person("demand_planner"))
    works = [(w.kind, w.state) for w in Work.objects.order_by("number")]
    assert works == [("import", "done"), ("roll", "done"), ("grade", "done"), ("score", "done")]
    assert "is open until" in notices_of(person("finance"))[0].text
    assert current_step_key() == "data_gathering"


def test_a_step_waits_for_the_one_before_it(month, lead) -> None:
    with pytest.raises(StepRefused, match="waits for Data gathering"):
        step_start(KEY, "demand_planning", user=lead)


def test_a_closed_gate_holds_the_step_and_says_what_is_missing(month, lead) -> None:
    step_start(KEY, "data_gathering", user=lead)
    with pytest.raises(GateClosed, match="0 of 4 tasks done"):
        step_finish(KEY, "data_gathering", user=lead)
    assert step_of(KEY, "data_gathering").state == "open"


def test_a_gate_is_waived_by_authority_with_a_reason_in_the_record(month, lead, person) -> None:
    step_start(KEY, "data_gathering", user=lead)
    with pytest.raises(NotAllowed):
        gate_waive(KEY, "data_gathering", "every_task_is_done", reason="late", user=person("demand_planner"))
    with pytest.raises(StepRefused, match="with a reason"):
        gate_waive(KEY, "data_gathering", "every_task_is_done", reason=" ", user=lead)
    gate_waive(KEY, "data_gathering", "every_task_is_done", reason="stock count is late", user=lead)
    waiver_take_back(KEY, "data_gathering", "every_task_is_done", user=lead)
    with pytest.raises(GateClosed):
        step_finish(KEY, "data_gathering", user=lead)
    gate_waive(KEY, "data_gathering", "every_task_is_done", reason="stock count is late", user=lead)
    assert step_finish(KEY, "data_gathering", user=lead).state == "finished"
    assert Waiver.objects.count() == 2
    assert set(Entry.objects.filter(actor="sop_lead").values_list("action", flat=True)) >= {
        "gate.waive",
        "gate.waiver_taken_back",
    }


def test_the_second_of_two_who_saw_the_same_is_told(month, lead) -> None:
    seen = step_of(KEY, "data_gathering").revision
    step_start(KEY, "data_gathering", user=lead, expected=seen)
    with pytest.raises(StepTaken, match="sop_lead was faster"):
        step_start(KEY, "data_gathering", user=lead, expected=seen)


def test_a_task_is_done_by_its_role_and_taken_back(month, person, lead) -> None:
    step_start(KEY, "data_gathering", user=lead)
    task_do(KEY, "data_gathering", "check_prices", user=person("finance"))
    task_do(KEY, "data_gathering", "check_prices", user=person("finance"))
    with pytest.raises(NotAllowed):
        task_do(KEY, "data_gathering", "check_prices", user=person("sales"))
    line = cycle_view(KEY, lead).steps[0]
    assert [one.done.by for one in line.tasks if one.done] == ["finance"]
    task_undo(KEY, "data_gathering", "check_prices", user=person("finance"))
    assert not any(one.done for one in cycle_view(KEY, lead).steps[0].tasks)


def test_an_optional_step_is_skipped_with_a_reason_and_another_is_not(month, lead) -> None:
    through(KEY, "data_gathering", lead)
    with pytest.raises(StepRefused):
        step_skip(KEY, "demand_planning", reason="no time", user=lead)
    assert step_skip(KEY, "product_review", reason="nothing launches", user=lead).state == "skipped"


def test_the_consensus_is_locked_at_close_and_opened_when_the_step_is_reopened(month, lead, site) -> None:
    through(KEY, "data_gathering", lead)
    step_skip(KEY, "product_review", reason="nothing launches", user=lead)
    through(KEY, "demand_planning", lead)
    assert [act.act for act in site.scenario("base").sign_offs] == ["closed"]
    reopened = step_reopen(KEY, "demand_planning", reason="a customer called", user=lead)
    assert (reopened.state, reopened.round) == ("open", 2)
    assert [act.act for act in site.scenario("base").sign_offs] == ["reopened"]
    for result in gates_judge(KEY, "demand_planning", by="sop_lead"):
        if not result.met:
            gate_waive(KEY, "demand_planning", result.gate, reason="again", user=lead)
    assert step_finish(KEY, "demand_planning", user=lead).state == "finished"
    assert [act.act for act in site.scenario("base").sign_offs] == ["closed"]


def test_a_step_is_not_reopened_under_a_later_one(month, lead) -> None:
    through(KEY, "data_gathering", lead)
    step_start(KEY, "product_review", user=lead)
    with pytest.raises(StepRefused, match="Product review has begun"):
        step_reopen(KEY, "data_gathering", reason="wrong file", user=lead)


def test_closing_publishes_lists_problems_and_opens_the_next_month(month, lead, site) -> None:
    with pytest.raises(StepRefused, match="not over"):
        cycle_close(KEY, user=lead)
    for step in FIVE_STEPS.steps:
        through(KEY, step.key, lead)
    assert len(site.published()) == 1
    cycle = cycle_close(KEY, user=lead)
    assert (cycle.state, cycle.published) == ("closed", site.published()[0].id)
    assert cycle_of("2026-02").state == "open"
    assert Problem.objects.filter(cycle=cycle, kind="waived").exists()
    assert Cycle.objects.filter(key="2027-01").exists()
    with pytest.raises(StepRefused):
        cycle_close(KEY, user=lead)


def test_a_problem_seen_again_is_counted_month_by_month(month, lead) -> None:
    for key in (KEY, "2026-02"):
        for step in FIVE_STEPS.steps:
            through(key, step.key, lead)
        cycle_close(key, user=lead)
    words = {line.problem.key: line.words for line in cycle_view("2026-02", lead).problems}
    assert words["waived: demand_planning the_consensus_is_signed_by"] == "second month in a row"
    assert words["waived: data_gathering the_extract_is_of_this_month"] == "first seen this month"
    assert all(line.months == 1 for line in cycle_view(KEY, lead).problems)


def test_an_event_cycle_begins_on_its_day_and_a_month_needs_its_own_key(site, lead) -> None:
    made = cycle_create("event", "2026-01-strike", user=lead, anchor=date(2026, 1, 14), label="Strike at the port")
    assert next(str(step.starts) for step in made.steps.all()) == "2026-01-14"
    with pytest.raises(CycleInvalid):
        cycle_create("event", "2026-01", user=lead)
    with pytest.raises(NameTaken):
        cycle_create("event", "2026-01-strike", user=lead)


def test_a_cycle_is_duplicated_and_moved(month, lead) -> None:
    step_dates_set(KEY, "data_gathering", starts=date(2026, 1, 5), ends=date(2026, 1, 9), user=lead)
    copy = cycle_duplicate("2026-02", "2026-08", user=lead)
    assert [s.key for s in copy.steps.all()] == [s.key for s in FIVE_STEPS.steps]
    before = [step.ends for step in copy.steps.order_by("number")]
    cycle_move("2026-08", 3, user=lead)
    after = [step.ends for step in cycle_of("2026-08").steps.order_by("number")]
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_a_template_is_kept_and_cycles_that_exist_keep_their_steps(month, lead) -> None:
    body = template_json(FIVE_STEPS)
    body["steps"] = [{**step, "ends": int(step["ends"]) + 5} for step in body["steps"]]  # type: ignore[union-attr, index]
    kept = template_save("month", body, user=lead, expected=1)
    assert kept.revision == 2
    with pytest.raises(StepTaken, match="meanwhile"):
        template_save("month", body, user=lead, expected=1)
    old = Step.objects.get(cycle__key=KEY, key="data_gathering").ends
    assert cycle_create("month", "2026-09", user=lead).steps.get(key="data_gathering").ends > old
    with pytest.raises(CycleInvalid, match="wizard"):
        template_save("odd", {**body, "steps": [{**body["steps"][0], "owner": "wizard"}]}, user=lead)  # type: ignore[index]


def test_people_are_reminded_and_lateness_climbs_the_path_once(month, lead, person) -> None:
    step_start(KEY, "data_gathering", user=person("demand_planner"))
    ends = step_of(KEY, "data_gathering").ends
    assert cycles_watch(ends) > 0
    assert cycles_watch(ends) == 0
    assert "open" in notices_of(person("demand_planner"))[0].text
    cycles_watch(ends + timedelta(days=10))
    assert any("late" in one.text for one in notices_of(person("executive")))
    assert cycles_watch(ends + timedelta(days=10)) == 0
    through(KEY, "data_gathering", lead)
    assert not any(one.kind == "step.late" for one in notices_of(person("executive")))


@pytest.mark.parametrize("role", ["demand_planner", "sales", "supply_planner", "sop_lead", "executive"])
def test_home_shows_each_role_what_is_its_own(month, client_of, lead, role) -> None:
    step_start(KEY, "data_gathering", user=lead)
    body = client_of(role).get("/").content.decode()
    assert "January 2026" in body
    tasks = {"demand_planner": "Look at the findings", "supply_planner": "Check lead times"}
    for owner, text in tasks.items():
        assert (text in body) == (owner == role)


def test_home_says_how_to_begin_without_data(db, client_of, settings, tmp_path) -> None:
    from steelyard.plan.workspace import Workspace
    from steelyard.web import company

    settings.COMPANY_FOLDER = tmp_path / "fresh"
    Workspace.create(settings.COMPANY_FOLDER, company="Fresh").close()
    assert client_of("sop_lead").get("/").status_code == 200
    company._open.cache_clear()


def test_pages_answer_with_every_state(month, client_of, lead) -> None:
    client = client_of("sop_lead")
    through(KEY, "data_gathering", lead)
    step_start(KEY, "product_review", user=lead)
    for page in ("/cycle/", f"/cycle/{KEY}/", "/cycle/all/", "/cycle/templates/", "/cycle/templates/month/", "/plan/"):
        assert client.get(page, follow=True).status_code == 200, page
    assert client.get("/cycle/2031-01/").status_code == 404
    assert client.get(f"/cycle/{KEY}/working/").headers["HX-Refresh"] == "true"


def test_a_page_asks_on_until_what_its_work_closes_is_over(month, client_of, lead) -> None:
    client, asking = client_of("sop_lead"), "work under way"
    through(KEY, "data_gathering", lead)
    step = Step.objects.filter(cycle__key=KEY, key="data_gathering")
    step.update(state="closing")  # as a page finds it between the end of the work and the end of the step
    assert not Work.objects.filter(state__in=("waiting", "running")).exists()
    assert client.get(f"/cycle/{KEY}/working/").headers.get("HX-Refresh") is None
    assert asking in client.get(f"/cycle/{KEY}/").content.decode()
    Work.objects.filter(step=step.get(), kind="forecast").update(state="failed")
    assert asking not in client.get(f"/cycle/{KEY}/").content.decode()
    assert client.get(f"/cycle/{KEY}/working/").headers["HX-Refresh"] == "true"


def test_the_template_is_edited_field_by_field(month, client_of) -> None:
    client = client_of("sop_lead")
    form = {"revision": "1", "name": "month", "label": "Our month", "countries": "DE, US-CA", "closed": "2026-12-24"}
    for step in FIVE_STEPS.steps:
        form |= {f"{step.key}-label": step.label, f"{step.key}-gates": "every_task_is_done [sop_lead]"}
    form |= {"data_gathering-gates": "data_score_is_at_least(97) [executive]\nevery_task_is_done"}
    assert client.post("/cycle/templates/month/", form).status_code == 302
    body = client.get("/cycle/templates/month/").content.decode()
    assert "data_score_is_at_least(97) [executive]" in body
    assert "2026-12-24" in body
    broken = client.post("/cycle/templates/month/", {**form, "revision": "2", "data_gathering-gates": "no_such_rule"})
    assert "no_such_rule" in broken.content.decode()


def test_the_api_runs_a_step(month, client_of) -> None:
    client = client_of("sop_lead")

    def post(path: str, **sent: object) -> dict:
        answer = client.post(f"/api/cycles/{path}", json.dumps(sent), content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    assert post(f"{KEY}/data_gathering/start", revision=0)["current"] == "data_gathering"
    again = client.post(
        f"/api/cycles/{KEY}/data_gathering/start", json.dumps({"revision": 0}), content_type="application/json"
    )
    assert again.status_code == 409
    shut = client.post(f"/api/cycles/{KEY}/data_gathering/finish", "{}", content_type="application/json")
    assert shut.status_code == 422
    post(f"{KEY}/data_gathering/waive", gate="every_task_is_done", reason="API")
    page = post(f"{KEY}/data_gathering/finish")
    assert page["steps"][0]["state"] == "finished"
    assert client.get("/api/cycles/home").json()["cycle"] == KEY
    assert len(client.get("/api/cycles/").json()) == 3
    assert post("ahead", month="2026-06", months=2)
    assert client.get("/api/cycles/templates").json()[0]["name"] == "event"
