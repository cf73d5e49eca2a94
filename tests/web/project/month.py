"""A month of the company of two families: cycle, decisions, meeting, cases, comments, notices and a book of both."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.apps import apps
from django.core import serializers

from steelyard.kpi.alert import AlertRule
from steelyard.plan.workspace import Workspace
from steelyard.web.accounts.models import SeenSlice, User
from steelyard.web.accounts.roles import Role
from steelyard.web.book.services import book_make
from steelyard.web.comments.services import comment_answer, thread_open, thread_resolve
from steelyard.web.cycles.cycle_services import cycle_open, cycles_create_ahead
from steelyard.web.cycles.judging import gates_judge
from steelyard.web.cycles.past import month_over
from steelyard.web.cycles.plans import step_plan
from steelyard.web.cycles.selectors import step_of
from steelyard.web.cycles.step_services import gate_waive, step_finish, step_start, task_do
from steelyard.web.cycles.watch import cycles_watch
from steelyard.web.decisions import actions, meetings, models, services, signing
from steelyard.web.governance.services import absence_add
from steelyard.web.scorecard import services as scorecard
from steelyard.web.scorecard.models import Case
from tests.web.project.two_families import OWN

KEY = "2026-01"
PARTED = ("sop_lead", "sales", "supply_planner")
"""Roles of whom somebody sees one family only."""
PASSWORD = "a-long-password-1"
SPOKEN = "SecretItem1 of SecretFamily runs out"
TABLES = ("accounts", "comments", "cycles", "decisions", "governance", "notices", "scorecard", "book", "audit", "jobs")


@dataclass(frozen=True)
class Kept:
    """The records of a month, to be put back into an empty database."""

    rows: str

    def put_back(self) -> None:
        """Write every row."""
        for one in serializers.deserialize("json", self.rows):
            one.save()


def kept() -> Kept:
    """The records as they are."""
    rows = [one for app in TABLES for model in apps.get_app_config(app).get_models() for one in model.objects.all()]
    return Kept(serializers.serialize("json", rows))


def month(home: Workspace) -> None:
    """Run the month up to the middle of demand planning; much of what is said names the secret family."""
    people = {role.value: _person(role.value, role.value) for role in Role}
    for role in PARTED:
        SeenSlice.objects.create(user=_person(f"parted_{role}", role), scope=OWN)
    lead = people["sop_lead"]
    _past(home)
    _cycle(lead)
    _cases(lead)
    _decisions(lead)
    _meeting(lead, people)
    _talk(lead, people["demand_planner"])
    absence_add("sales", first=date(2026, 1, 1), last=date(2026, 1, 9), delegate="finance", note=SPOKEN, user=lead)
    book_make(KEY, "base", user=lead)
    cycles_watch(date(2026, 3, 1))


def _person(name: str, role: str) -> User:
    made = User.objects.get_or_create(username=name, defaults={"role": role, "email": f"{name}@example.org"})[0]
    made.set_password(PASSWORD)
    made.save()
    return made


def _past(home: Workspace) -> None:
    record = home.published()[-1]
    plan = home.numbers_of(home.published_plan(record.id))
    roles = {role.value: role.value for role in Role}
    month_over("2025-12", anchor=date(2025, 12, 1), people=roles, published=record.id, plan=plan)


def _cycle(lead: User) -> None:
    cycles_create_ahead(KEY, user=lead, months=2)
    cycle_open(KEY, user=lead)
    step_start(KEY, "data_gathering", user=lead)
    for task in step_plan(step_of(KEY, "data_gathering")).tasks:
        task_do(KEY, "data_gathering", task.key, user=lead)
    for result in gates_judge(KEY, "data_gathering", by="sop_lead"):
        if not result.met:
            gate_waive(KEY, "data_gathering", result.gate, reason=SPOKEN, user=lead)
    step_finish(KEY, "data_gathering", user=lead)
    for step in ("product_review", "demand_planning"):
        gates_judge(KEY, step, by="sop_lead")


def _cases(lead: User) -> None:
    for family in ("F0", "SecretFamily"):
        scorecard.target_set("fill_rate", 96.0, user=lead, level="product_family", member=family)
        rule = AlertRule(
            f"Margin of {family}", "gross_margin_percent", limit=99.0, level="product_family", member=family
        )
        scorecard.rule_put(rule, user=lead)
    scorecard.rule_put(AlertRule("Margin of all", "gross_margin_percent", limit=99.0), user=lead)
    for number in scorecard.alerts_evaluate("base", actor="sop_lead").opened:
        told = "Mix" if Case.objects.get(pk=number).member == "F0" else SPOKEN
        scorecard.case_write(number, user=lead, cause=told, action=told, due=None, owner="sop_lead")
    scorecard.kpi_observe("override_value", KEY, 4711.0, source="archive", actor="sop_lead")
    scorecard.kpi_observe("attendance", KEY, 80.0, source=f"cycle {KEY}", actor="sop_lead")


def _decisions(lead: User) -> None:
    """The first is of the open family and waits; the second is of the secret one and taken; the third of everything."""
    for question, scope in (
        ("Do we promote I0?", OWN),
        (f"{SPOKEN}: do we buy more?", {"product_family": ["SecretFamily"]}),
        (f"{SPOKEN}: which plan?", {}),
    ):
        made = services.decision_create(
            user=lead, cycle=KEY, kind="balance", question=question, forum="pre_sop", scope=scope,
            background="" if scope == OWN else SPOKEN, due=date(2026, 1, 20),
        )  # fmt: skip
        for scenario in ("base", "promo"):
            services.option_add(made.pk, user=lead, scenario=scenario, case={"capex": 10.0}, rests_on=[1, 2])
        services.decision_recommend(made.pk, 2, user=lead)
        version = models.Decision.objects.get(pk=made.pk).version
        services.decision_ask(made.pk, user=lead, version=version)
    asked = models.Decision.objects.get(pk=2)
    signing.decision_sign(
        2, user=User.objects.get(username="executive"), password=PASSWORD, paper=asked.digest, approve=True, option=2,
        statement=SPOKEN, conditions=[SPOKEN],
    )  # fmt: skip
    services.dissent_add(3, user=lead, text=SPOKEN)


def _meeting(lead: User, people: dict[str, User]) -> None:
    at = datetime(2026, 1, 20, 9, tzinfo=UTC)
    made = meetings.meeting_plan(user=lead, cycle=KEY, forum="pre_sop", starts_at=at, people=list(people))
    meetings.meeting_open(made.pk, user=lead)
    for parked in (False, True):
        meetings.minute_add(made.pk, user=lead, text=SPOKEN, parked=parked, decision=2)
    given = {"user": lead, "owner": "finance", "due": date(2026, 1, 22), "cycle": KEY, "value": 5.0}
    actions.action_add(text=SPOKEN, meeting=made.pk, **given)
    actions.action_add(text=SPOKEN, decision=2, **given)


def _talk(lead: User, other: User) -> None:
    """Threads on every kind of subject; in each somebody is called by name and answers."""
    subjects = ("page:/", "kpi:fill_rate", "decision:1", "decision:2", "case:1", "scenario:base", f"cycle:{KEY}",
                "cell:consensus_demand@//item:SecretItem1@2026-03", "meeting:1")  # fmt: skip
    for subject in subjects:
        said = thread_open(subject, f"{SPOKEN} @demand_planner", user=lead, title=SPOKEN, url="/demand/")
        comment_answer(said.thread_id, SPOKEN, user=other)
        thread_resolve(thread_open(subject, SPOKEN, user=other).thread_id, user=other)


__all__ = ["PARTED", "Kept", "kept", "month"]
