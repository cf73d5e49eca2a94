"""The work of the month on its pages: gates judged and tasks ticked by themselves, gaps explained, passing up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.cycle.gates.facts import FinanceFacts, Gap
from steelyard.errors import NotAllowed, NotFound, StepRefused
from steelyard.web.cycles import facts, judging, neighbours
from steelyard.web.cycles.judging import gates_judge, gates_refresh
from steelyard.web.cycles.links import page_url
from steelyard.web.cycles.making import cycle_made
from steelyard.web.cycles.models import Cycle, GateResult, Step, TaskDone, Work
from steelyard.web.cycles.plans import latest_results, standing_of, step_plan
from steelyard.web.cycles.selectors import cycle_view, step_of, steps_of
from steelyard.web.cycles.step_services import gap_explain, step_skip, step_start, task_do, task_undo
from steelyard.web.cycles.works.importing import newest_drop
from steelyard.web.decisions import models
from steelyard.web.decisions.passing import decisions_pass_up
from steelyard.web.demand_review.services import slice_sign
from steelyard.web.notices.models import Notice
from steelyard.web.notices.services import notify
from steelyard.web.scorecard.inputs_asked import inputs_asked
from steelyard.web.scorecard.models import Case
from steelyard.web.scorecard.own_record import inputs
from steelyard.web.ui.dates import day_words
from tests.web.cycles.conftest import KEY

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def opened(step: str) -> Step:
    """A step that is on, with those before it over."""
    found = step_of(KEY, step)
    Step.objects.filter(cycle=found.cycle, number__lt=found.number).update(state="finished")
    Step.objects.filter(pk=found.pk).update(state="open")
    return step_of(KEY, step)


def asked(question: str, forum: str = "pre_sop", **values: object) -> models.Decision:
    return models.Decision.objects.create(
        cycle=KEY, forum=forum, kind="plan_approval", question=question, state="asked", owner="sop_lead", digest="d",
        created_at=AT, **values,
    )  # fmt: skip


def test_opening_the_page_judges_what_has_moved_and_keeps_only_what_is_new(month, client_of, lead) -> None:
    opened("demand_planning")
    client = client_of("sales")
    address = f"/cycle/{KEY}/demand_planning/gates/"
    first = client.get(address).content.decode()
    assert "0 of 3 functions have signed" in first
    known = GateResult.objects.count()
    assert known
    line = cycle_view(KEY, lead).steps[2]
    again = client.get(f"{address}?seen={line.seen}").content.decode()
    assert GateResult.objects.count() == known
    assert "nothing has moved since" in again
    assert "0 of 3 functions" not in again, "what the page shows already is not sent again"


def test_a_task_that_stands_for_a_signature_is_ticked_by_signing_and_not_by_hand(month, person) -> None:
    step = opened("demand_planning")
    seller = person("sales")
    with pytest.raises(StepRefused, match="Sales has signed 0 of"):
        task_do(KEY, "demand_planning", "enter_sales", user=seller)
    TaskDone.objects.create(step=step, task="enter_sales", at=AT, by="sales")
    assert "enter_sales" not in standing_of(step).tasks_done, "a tick by hand counts for nothing against the facts"
    slice_sign("base", "sales", user=seller)
    gates_refresh(step_of(KEY, "demand_planning"))
    assert "enter_sales" in standing_of(step_of(KEY, "demand_planning")).tasks_done
    task_do(KEY, "demand_planning", "enter_sales", user=seller)
    with pytest.raises(StepRefused, match="by the work itself"):
        task_undo(KEY, "demand_planning", "enter_sales", user=seller)


def test_a_gap_is_explained_in_the_row_of_its_gate_and_the_gate_holds(month, person, client_of, monkeypatch) -> None:
    opened("pre_sop")

    def gaps(plan, cycle):
        told = neighbours.gap_explanations(plan, cycle, "finance")
        return FinanceFacts((Gap("F0", 30.0, 100.0, told.get("F0", "")),), 100.0, "revenue by family")

    monkeypatch.setattr(facts, "finance_facts", gaps)
    gate = "finance_gap_is_explained(0.05)"
    assert not next(one for one in gates_judge(KEY, "pre_sop", by="x") if one.gate == gate).met
    page = client_of("finance").get(f"/cycle/{KEY}/").content.decode()
    assert "Why is F0 off?" in page
    assert "Why is F0 off?" not in client_of("sales").get(f"/cycle/{KEY}/").content.decode()
    with pytest.raises(NotAllowed):
        gap_explain(KEY, "pre_sop", gate, "F0", user=person("sales"), cause="Launch", action="None")
    with pytest.raises(NotFound):
        gap_explain(KEY, "pre_sop", gate, "F1", user=person("finance"), cause="Launch", action="None")
    sent = {"gate": gate, "member": "F0", "cause": "Finance has not seen the launch.", "action": "Agree next week."}
    assert client_of("finance").post(f"/cycle/{KEY}/pre_sop/explain/", sent).status_code == 302
    step = step_of(KEY, "pre_sop")
    gates_refresh(step)
    assert latest_results(step_of(KEY, "pre_sop"))[gate].met
    assert "reconcile" in standing_of(step_of(KEY, "pre_sop")).tasks_done
    case = Case.objects.get()
    assert (case.kpi, case.member, case.owner.username) == ("variance:finance_forecast:revenue", "F0", "finance")


def test_a_red_gate_says_who_may_waive_it_and_how_it_is_mended(month, client_of) -> None:
    opened("demand_planning")
    gates_judge(KEY, "demand_planning", by="x")
    page = client_of("finance").get(f"/cycle/{KEY}/").content.decode()
    assert "May be waived by: S&amp;OP lead (sop_lead)" in page
    assert "Each function signs on Demand review" in page


def test_what_only_the_executives_sign_is_passed_up_and_they_are_told(month, person) -> None:
    mine, theirs = asked("Which plan?"), asked("More stock?")
    models.Decision.objects.filter(pk=mine.pk).update(amount=1e3)
    models.Decision.objects.filter(pk=theirs.pk).update(kind="inventory", amount=1e3)
    assert [one.pk for one in decisions_pass_up(KEY, "pre_sop", by="sop_lead")] == [mine.pk]
    mine.refresh_from_db()
    assert (mine.forum, mine.events.get().act) == ("executive_sop", "pass_up")
    assert "You are asked to decide" in Notice.objects.get(recipient="executive").text


def test_who_sees_a_decision_and_does_not_sign_it_reads_who_does(month, client_of, person) -> None:
    row = asked("Which plan?", due=date(2026, 1, 20))
    page = client_of("sop_lead").get(f"/decisions/{row.pk}/").content.decode()
    assert "To be signed by executive (Executive), Executive S&amp;OP, needed by 20 Jan 2026" in page
    models.Meeting.objects.create(cycle=KEY, forum="executive_sop", starts_at=AT, chair="sop_lead")
    assert "Executive S&amp;OP on 5 Jan 2026" in client_of("supply_planner").get("/decisions/").content.decode()
    theirs = client_of("executive").get("/").content.decode()
    assert "you sign it at Executive S&amp;OP on 5 Jan 2026" in theirs
    assert (
        "You sign it, Executive S&amp;OP on 5 Jan 2026"
        in client_of("executive").get(f"/decisions/{row.pk}/").content.decode()
    )
    mine = client_of("sop_lead").get("/").content.decode()
    assert "Pre-S&amp;OP prepares it, then executive (Executive) signs it at Executive S&amp;OP on 5 Jan 2026" in mine


def test_a_step_that_closes_says_what_it_still_does_and_holds_the_next(month, client_of) -> None:
    step = opened("demand_planning")
    for number, (kind, state) in enumerate((("lock", "done"), ("forecast", "running")), start=1):
        Work.objects.create(
            cycle=step.cycle, step=step, kind=kind, moment="close", round=step.round, number=number, state=state, by="x"
        )
    Step.objects.filter(pk=step.pk).update(state="closing")
    closing = "“Calculate forecast and plan” runs by itself, 1 of 2 done"
    home = client_of("supply_planner").get("/").content.decode()
    assert f"Demand planning is closing: {closing}" in home
    assert "waits for Demand planning, which is closing" in home
    page = client_of("supply_planner").get(f"/cycle/{KEY}/").content.decode()
    assert closing in page
    assert "Waits for Demand planning, which is closing</span>" in page
    Work.objects.filter(step=step, kind="forecast").update(state="failed")
    assert "“Calculate forecast and plan” has failed; Demand planner" in client_of("sales").get("/").content.decode()


def test_gates_that_were_judged_before_something_moved_are_marked(month, person, client_of) -> None:
    judging._judged.forget()
    opened("demand_planning")
    gates_judge(KEY, "demand_planning", by="x")
    address = f"/cycle/{KEY}/"
    assert "was open" not in client_of("sales").get(address).content.decode()
    slice_sign("base", "sales", user=person("sales"))
    page = client_of("sales").get(address).content.decode()
    assert "was open" in page
    assert "being judged anew" in page
    fresh = client_of("sales").get(f"{address}demand_planning/gates/?seen=").content.decode()
    assert "was open" not in fresh
    assert "1 of 3 functions have signed" in fresh


def test_only_functions_that_the_month_asks_for_wait_for_a_person(month, client_of) -> None:
    opened("demand_planning")
    page = client_of("demand_planner").get("/demand-review/base/").content.decode()
    assert "Families still open, of 2: Demand planning 2, Sales 2, Finance 2." in page
    assert "optional" in page


def test_inputs_are_due_when_their_step_ends(month) -> None:
    step = opened("demand_planning")
    assert inputs_asked(KEY, ()) == dict.fromkeys(("demand_planning", "sales", "finance"), step.ends)
    lines = inputs("base", KEY, step.ends + timedelta(days=3))
    assert [(one.function, one.due, one.late_days) for one in lines] == [
        (label, step.ends, 3) for label in ("Demand planning", "Sales", "Finance")
    ]


def test_what_is_told_of_a_step_is_put_away_when_a_decision_is_taken_back(month, lead) -> None:
    from steelyard.web.decisions.services import decision_withdraw

    row = asked("Which plan?", asked_by="sop_lead")
    notify(["executive"], "A decision waits", "", "step.money", subject=f"decision {row.pk}")
    decision_withdraw(row.pk, user=lead, version=row.version)
    assert Notice.objects.get(recipient="executive").state == "closed"


def test_an_extract_that_knows_the_whole_month_is_left_to_the_next_cycle(site, settings) -> None:
    from steelyard.data.synthetic import Shape, make_company, write_company

    company = make_company(Shape(items=10, as_of=date(2026, 1, 31)))
    write_company(company, settings.COMPANY_FOLDER / "inbox" / "2026-01")
    assert newest_drop("2026-01") is None
    found = newest_drop("2026-02")
    assert found is not None
    assert found.name == "2026-01"


def test_the_owner_of_a_step_that_nothing_holds_is_offered_to_start_it(month, client_of, person) -> None:
    page = client_of("demand_planner").get("/").content.decode()
    assert "Start Data gathering" in page
    assert "waits for Data gathering to start" not in page
    assert "waits for Demand planner (demand_planner) to start" in client_of("finance").get("/").content.decode()
    step_start(KEY, "data_gathering", user=person("demand_planner"))


def test_what_was_told_of_a_step_is_put_away_when_it_is_skipped(month, lead) -> None:
    notify(["sales"], "Product review is open", "", "step.open", subject=f"step {KEY} product_review")
    step_skip(KEY, "product_review", reason="nothing launches", user=lead)
    assert Notice.objects.get(recipient="sales").state == "closed"


def test_home_and_the_month_lead_to_how_the_month_before_was_graded(month, client_of, lead) -> None:
    before = cycle_made("month", "2025-12")
    Cycle.objects.filter(pk=before.pk).update(state="closed", closed_at=AT, closed_by="sop_lead")
    models.Decision.objects.create(
        cycle="2025-12", forum="executive_sop", kind="price", question="Which price?", state="approved", chosen=1,
        owner="sop_lead", created_at=AT,
    )  # fmt: skip
    client = client_of("sales")
    for page in ("/", f"/cycle/{KEY}/"):
        told = client.get(page).content.decode().lower()
        assert "how december 2025 will be graded" in told, page
        assert "/cycle/2025-12/#graded" in told
    assert "data gathering of January 2026 imports it" in client.get("/").content.decode()
    score = {"accuracy": {"version": "2025-12", "accuracy": 0.8, "bias": 0.1, "mase": 0.9, "value_added": 0.05}}
    Work.objects.create(
        cycle=Cycle.objects.get(key=KEY), moment="open", number=9, kind="score", state="done", by="x", result=score
    )  # fmt: skip
    assert "How December 2025 was graded" in client.get("/").content.decode()
    page = client.get("/cycle/2025-12/").content.decode()
    assert "80 %" in page
    assert "Which price?" in page


def test_a_decision_that_holds_up_a_step_says_so_and_is_due_when_the_step_ends(month, client_of) -> None:
    step = opened("supply_planning")
    row = asked("A Saturday shift?", due=step.ends + timedelta(days=3))
    gate = step_plan(step).gates[0]
    evidence = [{"subject": "R1", "text": "12 hours over", "amount": 12.0, "unit": "hours", "decision": row.pk}]
    GateResult.objects.create(
        step=step, gate=gate.key, met=False, judged=True, sentence="1 over", rows=evidence, page="capacity",
        scenario="base", revision=1, at=AT, by="x",
    )  # fmt: skip
    theirs = client_of("executive").get("/").content.decode()
    assert f"Supply planning waits for it and ends on {day_words(step.ends)}" in theirs
    assert f"by {step.ends.day} " in theirs


def test_only_the_step_itself_is_started_from_home(month, client_of) -> None:
    page = client_of("demand_planner").get("/").content.decode()
    assert page.count("/data_gathering/start/") == 1


def test_who_comes_back_at_once_is_not_told_that_this_is_the_first_visit(month, client_of) -> None:
    client = client_of("sales")
    assert "your first visit" in client.get("/").content.decode()
    assert "your first visit" not in client.get("/").content.decode()


def test_tasks_lead_to_the_part_of_a_page_where_they_are_done(month) -> None:
    cycle = Cycle.objects.get(key=KEY)
    tasks = {task.key: task for step in steps_of(cycle) for task in step_plan(step).tasks}
    assert page_url(tasks["reconcile"].page, cycle) == f"/cycle/{KEY}/#pre_sop"
    assert page_url(tasks["assumptions"].page, cycle).endswith("#assumptions")
