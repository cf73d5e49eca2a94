"""Who answers: the matrix edited in the page, forums with delegates, the charter over REST, all in the trail."""

import json
from datetime import date, timedelta

import pytest

from steelyard.errors import EntryMoved, GovernanceInvalid, NotAllowed
from steelyard.web.audit.selectors import Asked, entries
from steelyard.web.governance import selectors, services


@pytest.fixture
def everybody(person):
    return [person(role) for role in (
        "demand_planner", "sales", "product_manager", "supply_planner", "finance", "sop_lead", "executive",
    )]  # fmt: skip


@pytest.fixture
def lead(everybody, person):
    return person("sop_lead")


def put(client, path, body):
    return client.put(path, json.dumps(body), content_type="application/json")


def test_the_standard_charter_answers_until_the_company_has_its_own(everybody):
    assert not selectors.adopted()
    assert [one.person for one in selectors.who_is("accountable", "step:demand_planning")] == ["demand_planner"]
    assert selectors.raci_findings() == []
    assert [forum.key for forum in selectors.forums()][-1] == "executive_sop"


def test_a_cell_is_written_and_the_checks_follow(lead, client_of):
    client = client_of("sop_lead")
    cell = {"matter": "step:demand_planning", "role": "demand_planner", "letters": "R", "revision": ""}
    page = client.post("/governance/duty/", cell).content.decode()
    assert "nobody accountable" in page
    again = client.post("/governance/duty/", cell | {"role": "sales", "letters": "A", "revision": "2"})
    assert "nobody accountable" not in again.content.decode()
    assert [one.person for one in selectors.who_is("accountable", "step:demand_planning")] == ["sales"]
    told = entries(Asked(action="governance.put")).first()
    assert told is not None
    assert '"sales": "R"' in told.before["duties"]
    assert '"sales": "A"' in told.after["duties"]


def test_of_two_who_change_the_same_row_one_is_told(lead):
    services.charter_adopt(user=lead)
    services.duty_set("step:pre_sop", "sales", "C", user=lead, expected=1)
    with pytest.raises(EntryMoved):
        services.duty_set("step:pre_sop", "finance", "I", user=lead, expected=1)


def test_the_page_says_that_somebody_was_faster(lead, client_of):
    services.charter_adopt(user=lead)
    services.duty_set("step:pre_sop", "sales", "C", user=lead)
    cell = {"matter": "step:pre_sop", "role": "sales", "letters": "I", "revision": "1"}
    assert "changed by somebody else" in client_of("sop_lead").post("/governance/duty/", cell).content.decode()


def test_an_entry_that_was_changed_meanwhile_is_not_written_over(lead, client_of):
    role = {"key": "regional_director", "label": "Regional director"}
    services.entry_put("role", role, user=lead)
    services.entry_put("role", role | {"label": "Head of region"}, user=lead)
    old = role | {"label": "Old", "purpose": "", "follows": "", "revision": "1"}
    page = client_of("sop_lead").post("/governance/role/edit/regional_director/", old).content.decode()
    assert "changed by somebody else" in page
    assert "Head of region" in [one.label for one in selectors.charter().roles]


def test_a_narrower_row_answers_for_its_slice(lead, person):
    row = {"matter": "measure:consensus_demand@territory=North", "label": "Consensus North", "duties": {"sales": "AR"}}
    services.entry_put("row", row, user=lead)
    asked = selectors.who_is("accountable", "measure:consensus_demand", scope={"territory": ["North"]})
    assert [one.person for one in asked] == ["sales"]
    assert [one.person for one in selectors.who_is("accountable", "measure:consensus_demand")] == ["demand_planner"]


def test_only_who_governs_may_change(everybody, person, client_of):
    with pytest.raises(NotAllowed):
        services.duty_set("step:pre_sop", "sales", "A", user=person("sales"))
    assert client_of("sales").get("/governance/").status_code == 200
    assert "raci-choice" not in client_of("sales").get("/governance/").content.decode()
    assert (
        put(client_of("finance"), "/api/governance/charter/role", {"body": {"key": "x", "label": "X"}}).status_code
        == 403
    )


def test_who_is_away_is_replaced(lead, person):
    today = date.today()
    services.absence_add("sales", first=today, last=today, delegate="demand_planner", user=person("sales"))
    seat = next(one for one in selectors.forum_members("executive_sop") if one.role == "sales")
    assert (seat.person, seat.instead_of) == ("demand_planner", "sales")
    later = selectors.forum_members("executive_sop", day=today + timedelta(days=1))
    assert "sales" in [one.person for one in later]
    with pytest.raises(NotAllowed):
        services.absence_add("sales", first=today, last=today, user=person("finance"))
    with pytest.raises(GovernanceInvalid):
        services.absence_add("sales", first=today, last=today - timedelta(days=1), user=lead)


def test_an_owner_away_without_delegate_is_found(lead, client_of):
    services.absence_add("executive", first=date.today(), last=date.today(), user=lead)
    assert {one.rule for one in selectors.raci_findings()} == {"no_accountable_is_absent"}
    assert "owner away" in client_of("sales").get("/governance/").content.decode()


def test_a_role_with_duties_stays_and_a_named_holder_holds(lead):
    services.entry_put("role", {"key": "regional_director", "label": "Regional director"}, user=lead)
    services.holder_add("regional_director", "sales", user=lead)
    assert selectors.held_by()["regional_director"] == ["sales"]
    with pytest.raises(GovernanceInvalid, match="still has duties"):
        services.entry_remove("role", "sales", user=lead)
    services.entry_remove("role", "regional_director", user=lead)
    assert "regional_director" not in selectors.held_by()


def test_every_part_is_written_in_a_form(lead, client_of):
    client = client_of("sop_lead")
    forms = {
        "role": {"key": "quality", "label": "Quality", "purpose": "", "follows": ""},
        "forum": {
            "key": "board", "name": "Board", "purpose": "", "chair": "executive", "voters": ["executive", "finance"],
            "every": "quarter", "working_day": "20", "minutes": "60", "quorum": "2", "decides": "investment",
        },
        "row": {"kind": "measure", "key": "backlog", "slice": "channel=Retail", "label": "Backlog of retail"},
        "ownership": {"thing": "kpi", "key": "fill_rate", "role": "supply_planner", "person": ""},
        "standard": {"table": "bom", "text": "Complete.", "role": "sales", "least_score": "97", "oldest_days": "9"},
        "protocol": {
            "kind": "price_change", "title": "Prices", "proposes": "sales", "forum": "pre_sop", "least_options": "2",
            "notice_days": "3", "evidence": "Elasticity is shown.\nMargin is shown.", "record": "",
        },
    }  # fmt: skip
    for part, given in forms.items():
        assert client.get(f"/governance/{part}/new/").status_code == 200
        assert client.post(f"/governance/{part}/new/", given).status_code == 302, part
    agreed = selectors.charter()
    assert agreed.forum("board").decides == ("investment",)
    assert agreed.protocols[-1].evidence == ("Elasticity is shown.", "Margin is shown.")
    assert str(agreed.rows[-1].matter) == "measure:backlog@channel=Retail"
    for path in ("/governance/forums/", "/governance/rules/", "/governance/forum/edit/board/",
                 "/governance/row/edit/measure:backlog@channel=Retail/"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert client.post("/governance/forum/remove/", {"name": "board"}).status_code == 302
    assert "board" not in [one.key for one in selectors.forums()]


def test_what_makes_no_sense_is_said_on_the_form(lead, client_of):
    given = {"kind": "measure", "key": "backlog", "slice": "nonsense", "label": "X"}
    assert "cannot be read" in client_of("sop_lead").post("/governance/row/new/", given).content.decode()


def test_the_api_reads_and_writes_the_charter(lead, client_of):
    client = client_of("sop_lead")
    who = client.get("/api/governance/who?matter=decision:investment&duty=accountable").json()
    assert who == [{"person": "executive", "role": "executive", "instead_of": ""}]
    assert client.get("/api/governance/who?matter=nonsense").status_code == 422
    row = {"matter": "step:data_gathering", "label": "Data", "duties": {"sop_lead": "R"}}
    assert put(client, "/api/governance/charter/row", {"body": row}).json()["revision"] == 2
    assert [one["rule"] for one in client.get("/api/governance/findings").json()] == ["somebody_is_accountable"]
    assert put(client, "/api/governance/charter/row", {"body": row, "expected": 1}).status_code == 409
    assert len(client.get("/api/governance/forums").json()) == 5
    told = {"person": "sop_lead", "first": "2030-01-02", "last": "2030-01-03", "delegate": "finance"}
    made = client.post("/api/governance/absences", json.dumps(told), content_type="application/json")
    assert made.status_code == 201
    assert client.delete(f"/api/governance/absences/{made.json()['id']}").status_code == 204
    assert client.delete("/api/governance/charter/row?name=step:data_gathering").status_code == 204
    assert client.delete("/api/governance/charter/row?name=step:data_gathering").status_code == 404


def test_a_record_is_seen_for_the_first_time_once(lead):
    assert services.seen_mark("bias 2026-01", user=lead)
    assert not services.seen_mark("bias 2026-01", user=lead)
    assert list(selectors.seen_at("bias 2026-01")) == ["sop_lead"]
