"""Who signs: amounts nobody knows, delegates, people who are away; and who reads a decision about a part."""

from datetime import timedelta

import pytest

from steelyard.errors import DecisionInvalid, DecisionMoved, NotAllowed, NotFound
from steelyard.web.accounts.models import SeenSlice, User
from steelyard.web.accounts.sight import viewed_by
from steelyard.web.audit.models import Entry
from steelyard.web.company import now
from steelyard.web.decisions import actions, models, passing, services
from steelyard.web.decisions.action_selectors import action_lines
from steelyard.web.decisions.meeting_selectors import meeting_lines
from steelyard.web.decisions.meetings import meeting_plan
from steelyard.web.decisions.page import decision_page
from steelyard.web.decisions.selectors import decision_lines
from steelyard.web.governance.services import absence_add
from steelyard.web.notices.models import Notice
from tests.web.decisions.conftest import PASSWORD
from tests.web.decisions.test_services import sign


def without_margin(decision: models.Decision) -> None:
    for option in decision.options.all():
        option.outlook["figures"]["gross_margin"] = None
        option.save()


def ask(decision: models.Decision, user: User) -> models.Decision:
    return services.decision_ask(decision.pk, user=user, version=models.Decision.objects.get(pk=decision.pk).version)


def away(person: User, delegate: User) -> None:
    today = now().date()
    absence_add(
        person.username, first=today - timedelta(days=1), last=today + timedelta(days=1), delegate=delegate.username,
        user=person,
    )  # fmt: skip


def test_a_decision_whose_margin_nobody_knows_goes_to_the_highest_level(drafted, signer, client_of):
    decision = drafted("balance")
    without_margin(decision)
    signer("executive")
    found = ask(decision, signer("sop_lead"))
    assert found.amount is None
    with pytest.raises(NotAllowed, match="executive"):
        sign(found, signer("sop_lead"))
    assert "How much is at stake is not known" in client_of("executive").get(f"/decisions/{found.pk}/").content.decode()
    assert sign(found, signer("executive")).state == "approved"


def test_a_large_yearly_gain_counts_as_money_at_stake(drafted, signer):
    decision = drafted("line")
    decision.options.filter(number=2).update(case={"capex": 10.0, "yearly_gain": 500_000.0})
    found = ask(decision, signer("sop_lead"))
    assert found.amount == pytest.approx(500_000.0)
    assert sign(found, signer("finance")).state == "asked", "two sign so much"


def test_a_delegation_ends_when_the_decision_is_passed_up(asked, signer):
    decision = asked()
    services.decision_delegate(
        decision.pk, user=signer("executive"), version=decision.version, to=signer("finance").username, reason="away"
    )
    decision.refresh_from_db()
    passed = passing.decision_pass_up(decision.pk, user=signer("sop_lead"), version=decision.version, to="board")
    assert passed.delegate == ""
    with pytest.raises(NotAllowed):
        sign(passed, signer("finance"))


def test_who_stands_in_for_somebody_away_signs_in_their_name(asked, signer, client_of):
    decision = asked()
    away(signer("executive"), signer("finance"))
    page = client_of("finance").get(f"/decisions/{decision.pk}/").content.decode()
    assert "You sign in place of" in page
    found = sign(decision, signer("finance"))
    assert found.state == "approved"
    kept = found.signatures.get()
    assert (kept.person, kept.instead_of, kept.role) == ("finance", "executive", "executive")
    assert Entry.objects.get(action="decision.sign_approve").detail["instead_of"] == "executive"


def test_somebody_away_without_the_right_to_sign_hands_none_on(asked, signer):
    decision = asked()
    away(signer("sales"), signer("finance"))
    with pytest.raises(NotAllowed):
        sign(decision, signer("finance"))


def test_who_is_back_signs_and_the_one_who_stood_in_does_not(asked, signer):
    decision = asked()
    executive, _, today = signer("executive"), signer("finance"), now().date()
    absence_add(
        "executive", first=today - timedelta(days=9), last=today - timedelta(days=1), delegate="finance",
        user=executive,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        sign(decision, signer("finance"))
    assert sign(decision, executive).state == "approved"


def test_one_person_does_not_make_a_quorum_of_two_by_standing_in(asked, signer):
    decision = asked("line")
    models.Decision.objects.filter(pk=decision.pk).update(amount=500_000.0)
    away(signer("executive"), signer("finance"))
    assert sign(decision, signer("finance")).state == "asked"
    with pytest.raises(DecisionInvalid, match="signed this already"):
        sign(decision, signer("finance"))


@pytest.fixture
def parted(signer) -> User:
    """A finance partner who sees one family only."""
    user = User.objects.create(username="parted", role="executive")
    user.set_password(PASSWORD)
    user.save()
    SeenSlice.objects.create(user=user, scope={"product_family": ["F1"]})
    return user


def test_a_decision_about_a_part_is_read_and_asked_within_it(drafted, signer, parted):
    mine = drafted(scope={"product_family": ["F1"]})
    other = drafted(scope={"product_family": ["F0"]})
    whole = drafted()
    for decision in (mine, other, whole):
        ask(decision, signer("sop_lead"))
    with viewed_by(lambda: parted):
        assert [line.number for line in decision_lines()] == [mine.pk]
        assert decision_page(mine.pk, parted).row.scope == {"product_family": ["F1"]}
        for hidden in (other, whole):
            with pytest.raises(NotFound):
                decision_page(hidden.pk, parted)
            assert not services.may_sign(parted, hidden)
    asked_of = [one.url for one in Notice.objects.filter(recipient="parted", kind="decision.asked")]
    assert asked_of == [f"/decisions/{mine.pk}/"]


def test_actions_and_meetings_of_others_stay_with_those_who_see_the_company(asked, signer, parted):
    lead = signer("sop_lead")
    decision, due = asked(), now().date()
    for owner, about in (("sop_lead", decision.pk), ("sop_lead", None), ("parted", None)):
        actions.action_add(user=lead, text=f"of {owner}", owner=owner, due=due, cycle="2026-01", decision=about)
    theirs = meeting_plan(user=lead, cycle="2026-01", forum="pre_sop", starts_at=now(), people=["parted"])
    meeting_plan(user=lead, cycle="2026-01", forum="executive_sop", starts_at=now())
    with viewed_by(lambda: parted):
        assert [one.owner for one in action_lines()] == ["parted"]
        assert [one.number for one in meeting_lines()] == [theirs.pk]


def test_a_draft_is_edited_on_its_page_and_by_the_interface(drafted, signer, client_of):
    decision, client = drafted(), client_of("sop_lead")
    assert "edit/" in client.get(f"/decisions/{decision.pk}/").content.decode()
    form = {
        "question": "Which plan for the year?", "kind": decision.kind, "forum": "pre_sop", "cycle": "2026-01",
        "owner": "sop_lead", "due": "2026-03-01", "background": "Two ways.", "scope": "product_family:F1",
        "version": decision.version,
    }  # fmt: skip
    assert client.post(f"/decisions/{decision.pk}/edit/", form).status_code == 302
    kept = models.Decision.objects.get(pk=decision.pk)
    assert (kept.question, kept.forum, kept.scope) == (
        "Which plan for the year?",
        "pre_sop",
        {"product_family": ["F1"]},
    )
    assert client.post(f"/decisions/{decision.pk}/edit/", form | {"question": "Late"}).status_code == 409
    told = {"version": kept.version, "question": "Which plan?"}
    answer = client.patch(f"/api/decisions/{decision.pk}", told, content_type="application/json")
    assert (answer.status_code, answer.json()["question"]) == (200, "Which plan?")
    late = client.patch(f"/api/decisions/{decision.pk}", told | {"question": "Later?"}, content_type="application/json")
    assert late.status_code == 409
    trail = Entry.objects.filter(action="decision.edit").order_by("pk")
    assert trail[1].before["question"] == "Which plan for the year?"


def test_of_two_who_edit_a_draft_one_is_told(drafted, signer):
    decision = drafted()
    services.decision_edit(decision.pk, user=signer("sop_lead"), version=decision.version, question="First?")
    with pytest.raises(DecisionMoved):
        services.decision_edit(decision.pk, user=signer("finance"), version=decision.version, question="Second?")


def test_an_action_gets_another_day_and_owner_on_its_page_and_by_the_interface(site, signer, client_of):
    lead, client = signer("sop_lead"), client_of("sop_lead")
    signer("finance")
    made = actions.action_add(user=lead, text="Call", owner="sop_lead", due=now().date(), cycle="2026-01")
    assert f"actions/{made.pk}/move/" in client.get("/decisions/actions/").content.decode()
    client.post(f"/decisions/actions/{made.pk}/move/", {"due": "2030-01-02", "owner": "finance"})
    made.refresh_from_db()
    assert (f"{made.due}", made.owner) == ("2030-01-02", "finance")
    told = client.post(f"/api/actions/{made.pk}/move", {"due": "2030-02-03"}, content_type="application/json")
    assert (told.status_code, told.json()["due"], told.json()["owner"]) == (200, "2030-02-03", "finance")
    assert Notice.objects.filter(recipient="finance", kind="action.given").exists()


def test_two_of_a_kind_are_listed_by_the_interface_as_one_or_three_are(site, drafted, signer, client_of):
    """A pair is not taken for a status and an answer."""
    lead, client, day = signer("sop_lead"), client_of("sop_lead"), now().date() - timedelta(days=1)
    for _ in range(2):
        drafted()
        actions.action_add(user=lead, text="Call", owner="sop_lead", due=day, cycle="2026-01")
        meeting_plan(user=lead, cycle="2026-01", forum="pre_sop", starts_at=now())
    for path in ("/api/decisions/", "/api/actions/", "/api/actions/due", "/api/meetings/"):
        answer = client.get(path)
        assert (answer.status_code, len(answer.json())) == (200, 2), path


def test_a_decision_page_names_people_forums_and_days_as_people_do(asked, signer, client_of):
    for role, first in (("sop_lead", "Ines"), ("executive", "Edgar")):
        User.objects.filter(pk=signer(role).pk).update(first_name=first, last_name="Iron")
    decision = asked()
    page = client_of("executive").get(f"/decisions/{decision.pk}/").content.decode()
    assert "Ines Iron</strong> put it before the forum" in page
    assert "cycle Jan 2026" in page
    for raw in ("sop_lead</strong>", "executive_sop<", ">executive_sop", "2026-01."):
        assert raw not in page


def test_the_trail_names_the_plan_behind_a_signature_and_a_publication(asked, signer):
    decision = asked()
    found = sign(decision, signer("executive"))
    weighed = found.options.get(number=2)
    runs = {one.action: one.run for one in Entry.objects.filter(run__isnull=False)}
    assert runs["decision.sign_approve"] == weighed.recipe_id
    assert runs["plan.publish"] == found.published
    assert runs["scenario.lock"] == weighed.recipe_id
