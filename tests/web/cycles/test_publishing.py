"""Publishing while a month runs: by decision; by page, REST and command line only where authority waives it."""

import json

import pytest

from steelyard.errors import NotAllowed
from steelyard.web.audit.models import Entry
from steelyard.web.cycles.cycle_services import cycles_create_ahead
from steelyard.web.cycles.models import Step
from steelyard.web.cycles.step_services import gate_waive
from steelyard.web.scenarios.publishing_rule import hold_of, require_free
from steelyard.web.scenarios.services import scenario_publish
from tests.web.cycles.conftest import KEY

pytestmark = pytest.mark.django_db
ASKED = {"revision": "1", "note": "agreed", "sure": "on"}


def test_a_company_without_a_running_month_publishes_as_it_likes(site, lead) -> None:
    cycles_create_ahead(KEY, user=lead, months=2)
    assert hold_of("base") is None, "a month that is planned asks for nothing yet"
    scenario_publish("base", user=lead)
    assert len(site.published()) == 1


def test_the_page_points_to_the_decision_and_publishes_nothing(month, site, client_of) -> None:
    client = client_of("sop_lead")
    body = client.get("/scenario/promo/publish/").content.decode()
    assert "a plan is published by decision" in body
    assert "/decisions/" in body
    answer = client.post("/scenario/promo/publish/", ASKED, follow=True, HTTP_REFERER="http://testserver/plan/")
    assert "plan approval is signed" in answer.content.decode()
    assert site.published() == ()


def test_rest_is_refused_alike(month, site, client_of) -> None:
    def post(**sent: object) -> int:
        body = json.dumps({"revision": 1, "note": "agreed", **sent})
        answer = client_of("sop_lead").post("/api/scenarios/base/publish", body, content_type="application/json")
        return answer.status_code

    assert post() == 403
    assert site.published() == ()
    assert post(waive="The board agreed by telephone") == 201


def test_who_has_authority_waives_with_a_reason_that_the_trail_keeps(month, site, lead, person) -> None:
    with pytest.raises(NotAllowed, match="published by decision"):
        scenario_publish("base", user=lead, waive="  ")
    with pytest.raises(NotAllowed):
        require_free("base", user=person("demand_planner"), waive="I would like to")
    with pytest.raises(NotAllowed):
        require_free("base", user=None, waive="nobody")
    scenario_publish("base", user=lead, waive="The board agreed by telephone")
    kept = Entry.objects.get(action="plan.publish_waived")
    assert (kept.actor, kept.detail["reason"]) == ("sop_lead", "The board agreed by telephone")


def test_a_waived_gate_and_a_template_without_the_rule_let_go(month, lead) -> None:
    gate_waive(KEY, "executive_sop", "the_plan_is_approved", reason="No meeting this month", user=lead)
    assert hold_of("base") is None


def test_a_template_without_the_rule_asks_for_no_decision(month) -> None:
    for step in Step.objects.filter(cycle__key=KEY, key="executive_sop"):
        plan = {**step.plan, "gates": []}
        Step.objects.filter(pk=step.pk).update(plan=plan)
    assert hold_of("base") is None
