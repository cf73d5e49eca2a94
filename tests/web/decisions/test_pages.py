"""Decision pages and REST: every page in every state, for everybody."""

from datetime import UTC, datetime

import pytest

from steelyard.web.decisions import meetings, models, services, signing, weighing
from tests.web.conftest import AT
from tests.web.decisions.conftest import PASSWORD

ROLES = ["sales", "supply_planner", "finance", "sop_lead", "executive", "administrator"]
PAGES = ["", "meetings/", "actions/", "actions/?status=all", "grades/", "authority/"]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_to_everybody_when_nothing_is_there(site, client_of, role, page):
    assert client_of(role).get(f"/decisions/{page}").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_a_decision_is_shown_in_every_state(site, client_of, asked, drafted, signer, role):
    draft, open_one, executive = drafted("line"), asked(), signer("executive")
    client = client_of(role)
    for number in (draft.pk, open_one.pk):
        answer = client.get(f"/decisions/{number}/")
        assert answer.status_code == 200
        assert b"Which plan?" in answer.content
    signing.decision_sign(open_one.pk, user=executive, password=PASSWORD, paper=open_one.digest, approve=True, option=2)
    answer = client.get(f"/decisions/{open_one.pk}/")
    assert b"Published plan" in answer.content
    assert client.get("/decisions/").status_code == 200


def test_sales_sees_a_decision_without_its_cost(site, client_of, asked):
    found = asked()
    told = client_of("sales").get(f"/api/decisions/{found.pk}").json()
    figures = told["options_weighed"][1]["figures"]
    assert (figures["gross_margin"], figures["inventory_value"], figures["margin_low"]) == (None, None, None)
    assert (told["amount"], told["options_weighed"][1]["capex"]) == (None, None)
    lead = client_of("sop_lead").get(f"/api/decisions/{found.pk}").json()
    assert lead["options_weighed"][1]["figures"]["gross_margin"] is not None


def test_from_draft_to_published_plan_in_the_browser(site, client_of, signer):
    signer("executive")
    lead, executive = client_of("sop_lead"), client_of("executive")
    form = {
        "question": "Approve?",
        "kind": "plan_approval",
        "forum": "executive_sop",
        "cycle": "2026-01",
        "owner": "sop_lead",
    }
    answer = lead.post("/decisions/new/", form)
    assert answer.status_code == 302
    page = answer["Location"]
    assert lead.post(f"{page}options/new/", {"scenario": "base", "label": "As it is"}).status_code == 302
    assert lead.post(f"{page}options/1/recommend/").status_code == 302
    decision = models.Decision.objects.get()
    assert lead.post(f"{page}do/ask/", {"version": decision.version}).status_code == 302
    decision.refresh_from_db()
    given = {"verdict": "approve", "option": 1, "paper": decision.digest, "password": PASSWORD, "conditions": "a\nb"}
    assert executive.post(f"{page}sign/", given).status_code == 302
    decision.refresh_from_db()
    assert decision.published == site.published()[-1].id
    assert models.Action.objects.count() == 2


def test_the_same_over_rest(site, client_of, signer):
    signer("executive")
    lead, executive = client_of("sop_lead"), client_of("executive")

    def post(client, path, body):
        return client.post(f"/api/decisions{path}", body, content_type="application/json")

    body = {"question": "Approve?", "kind": "plan_approval", "forum": "executive_sop", "cycle": "2026-01"}
    number = post(lead, "/", body).json()["number"]
    assert post(lead, f"/{number}/options", {"scenario": "base"}).status_code == 201
    asked = post(lead, f"/{number}/options/1/recommend", {}).json()
    assert post(lead, f"/{number}/ask", {"version": asked["version"] - 1}).status_code == 409
    asked = post(lead, f"/{number}/ask", {"version": asked["version"]}).json()
    signature = {"password": PASSWORD, "paper": asked["paper"], "approve": True, "option": 1}
    assert post(lead, f"/{number}/sign", signature).status_code == 403
    signed = post(executive, f"/{number}/sign", signature)
    assert signed.status_code == 200
    assert (signed.json()["state"], len(signed.json()["published"])) == ("approved", 64)
    assert post(executive, f"/{number}/sign", signature).status_code in (409, 422)
    assert [one["number"] for one in lead.get("/api/decisions/").json()] == [number]
    assert lead.get("/api/decisions/?open=true").json() == []
    assert lead.get("/decisions/decisions.xlsx").content[:2] == b"PK"


def test_a_meeting_runs_and_leaves_minutes_and_actions(site, client_of, asked, signer):
    decision = asked()
    lead = client_of("sop_lead")
    signer("executive")
    form = {
        "forum": "executive_sop",
        "cycle": "2026-01",
        "starts_at": "2026-01-20T14:00",
        "minutes": 60,
        "chair": "sop_lead",
    }
    page = lead.post("/decisions/meetings/new/", form)["Location"]
    number = models.Meeting.objects.get().pk
    shown = lead.get(page).content.decode()
    assert decision.question in shown
    assert lead.post(f"{page}open/").status_code == 302
    assert lead.post(f"{page}minute/", {"text": "Demand is agreed"}).status_code == 200
    assert lead.post(f"{page}minute/", {"text": "Second site?", "parked": "yes"}).status_code == 200
    action = {"text": "Ask the carrier", "owner": "executive", "due": "2026-01-25", "meeting": number}
    assert lead.post("/decisions/actions/new/", action).status_code == 302
    seat = {"person": "sop_lead", "present": "yes"}
    assert b"there" in lead.post(f"{page}seat/", seat).content
    assert lead.post(f"{page}close/").status_code == 302
    after = lead.get(page).content.decode()
    assert all(text in after for text in ("Demand is agreed", "Second site?", "Ask the carrier", decision.question))
    told = lead.get(f"/api/meetings/{number}").json()
    assert (told["state"], [one["text"] for one in told["minutes"]]) == ("closed", ["Demand is agreed"])
    assert lead.post(f"{page}minute/", {"text": "too late"}, HTTP_REFERER=page).status_code in (302, 422)


def test_open_actions_come_before_the_next_meeting(site, client_of, signer):
    lead = signer("sop_lead")
    client = client_of("sop_lead")
    body = {"text": "Mend it", "owner": "sop_lead", "due": "2026-01-02", "cycle": "2025-12", "value": 5000}
    made = client.post("/api/actions/", body, content_type="application/json")
    assert made.status_code == 201
    meeting = meetings.meeting_plan(user=lead, cycle="2026-01", forum="pre_sop", starts_at=AT)
    told = client.get(f"/api/meetings/{meeting.pk}").json()["agenda"]["sections"][0]
    assert (told["part"], told["items"][0]["title"]) == ("actions", "Mend it")
    assert "carried over" in told["items"][0]["text"]
    assert (
        client_of("sales")
        .post(f"/api/actions/{made.json()['number']}/close", {"status": "done"}, content_type="application/json")
        .status_code
        == 403
    )
    closed = client.post(
        f"/api/actions/{made.json()['number']}/close", {"status": "done"}, content_type="application/json"
    )
    assert closed.json()["status"] == "done"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/decisions/99/", 404), ("/decisions/meetings/99/", 404), ("/api/decisions/99", 404), ("/api/meetings/99", 404)],
)
def test_what_is_not_there_is_not_found(site, client_of, path, status):
    assert client_of("sop_lead").get(path).status_code == status


def test_an_option_that_cannot_be_weighed_says_why(site, drafted, signer, client_of):
    found = drafted()
    site.scenario("promo").archive(actor="sam", at=AT)
    services.options_weigh(found.pk, user=signer("sop_lead"))
    assert client_of("sop_lead").get(f"/decisions/{found.pk}/").status_code == 200


def test_a_draft_says_what_it_lacks_and_an_option_is_mended_in_place(drafted, client_of):
    row, client = drafted("shift"), client_of("sop_lead")
    for option in row.options.all():
        models.Option.objects.filter(pk=option.pk).update(case={})
    page = client.get(f"/decisions/{row.pk}/").content.decode()
    assert "No option says what it spends and earns beside its plan." in page
    assert "Money spent and earned" not in page, "there is none to show"
    form = client.get(f"/decisions/{row.pk}/?option=2").content.decode()
    assert "Change option 2, promo" in form
    sent = {"option": "2", "scenario": "promo", "label": "Saturday", "yearly_gain": "5000", "note": "Overtime."}
    assert client.post(f"/decisions/{row.pk}/options/new/", sent).status_code == 302
    said = row.options.get(number=2)
    assert (said.label, said.note, said.case["yearly_gain"], row.options.count()) == (
        "Saturday",
        "Overtime.",
        5000.0,
        2,
    )
    assert said.weighed_at is not None, "its plan is the one that was weighed"
    page = client.get(f"/decisions/{row.pk}/").content.decode()
    assert "No option says what it spends" not in page
    assert "Money spent and earned" in page


def test_an_option_that_is_weighed_again_counts_as_not_weighed_until_it_is(drafted, client_of, monkeypatch):
    row = drafted()
    monkeypatch.setattr(weighing, "job_start", lambda *_, **__: None)
    client = client_of("sop_lead")
    client.post(f"/decisions/{row.pk}/do/weigh/", {"version": row.version})
    page = client.get(f"/decisions/{row.pk}/").content.decode()
    assert '<span class="badge is-running">weighing</span>' in page
    assert "Option base is not weighed." in page
    row.refresh_from_db()
    assert client.post(f"/decisions/{row.pk}/do/ask/", {"version": row.version}).status_code == 422


def test_a_new_decision_is_needed_by_the_day_its_forum_meets(site, client_of):
    models.Meeting.objects.create(
        cycle="2026-01", forum="pre_sop", starts_at=datetime(2026, 1, 20, 9, tzinfo=UTC), chair="sop_lead"
    )
    page = client_of("sop_lead").get("/decisions/new/?cycle=2026-01&forum=pre_sop").content.decode()
    assert 'value="2026-01-20"' in page


def test_a_decision_page_renews_itself_until_its_plan_is_published(asked, client_of):
    row = asked()
    models.Decision.objects.filter(pk=row.pk).update(state="approved", chosen=2)
    client = client_of("finance")
    assert 'hx-trigger="every 2s"' in client.get(f"/decisions/{row.pk}/").content.decode()
    assert "HX-Refresh" not in client.get(f"/decisions/{row.pk}/options/")
    models.Decision.objects.filter(pk=row.pk).update(published="a" * 64)
    assert client.get(f"/decisions/{row.pk}/options/")["HX-Refresh"] == "true"
