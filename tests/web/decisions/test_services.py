"""Decisions: from draft to published plan, by whom it may be signed, and what stands in the record."""

from datetime import date

import pytest

from steelyard.cycle.authority import AuthorityRule
from steelyard.cycle.meeting.agenda import Item, build_agenda
from steelyard.errors import DecisionInvalid, DecisionMoved, NotAllowed, ScenarioClosed
from steelyard.web.accounts.sight import viewed_by
from steelyard.web.audit.models import Entry
from steelyard.web.decisions import grading, meetings, models, passing, publication, services, signing
from steelyard.web.decisions.action_selectors import actions_open
from steelyard.web.decisions.authority_services import authority_set
from steelyard.web.decisions.meeting_selectors import meeting_page, pack_json
from steelyard.web.decisions.page import decision_page
from steelyard.web.decisions.selectors import approved_plan, open_decisions
from steelyard.web.notices.models import Notice
from tests.web.conftest import AT
from tests.web.decisions.conftest import PASSWORD


def sign(decision, user, *, option=2, approve=True, password=PASSWORD, **values):
    return signing.decision_sign(
        decision.pk, user=user, password=password, paper=decision.digest, approve=approve, option=option, **values
    )


def test_approval_publishes_exactly_what_was_signed_and_locks_its_scenario(site, asked, signer):
    decision = asked()
    weighed = decision.options.get(number=2)
    site.scenario("promo").change("consensus_demand", percent=40, actor="sam", at=AT, reason="promotion")
    found = sign(decision, signer("executive"), statement="We back the promotion")
    assert found.state == "approved"
    assert site.numbers_of(site.published_plan(found.published)).digest == weighed.recipe_id
    assert site.replay(found.published).same
    assert approved_plan("2026-01") == found.published
    assert not site.scenario("promo").record.closed, "it has moved on: what was signed is not what it gives"
    assert Entry.objects.filter(action="plan.publish", subject=found.published).exists()


def test_a_published_scenario_takes_no_change_without_a_new_decision(site, asked, signer):
    sign(asked(), signer("executive"))
    with pytest.raises(ScenarioClosed):
        site.scenario("promo").change("consensus_demand", percent=1, actor="sam", at=AT, reason="promotion")


def test_a_new_decision_supersedes_the_old_one(site, asked, signer):
    old = sign(asked(), signer("executive"))
    new = asked(supersedes=old.pk)
    sign(new, signer("executive"), option=1)
    assert models.Decision.objects.get(pk=old.pk).state == "superseded"
    assert len(site.published()) == 2


def test_only_a_plan_approval_publishes(site, asked, signer):
    found = sign(asked("balance"), signer("executive"))
    assert (found.state, found.published, site.published()) == ("approved", "", ())


@pytest.mark.parametrize("role", ["sales", "demand_planner", "finance", "sop_lead", "administrator"])
def test_a_plan_is_signed_by_who_the_matrix_names(asked, signer, role):
    decision = asked()
    with pytest.raises(NotAllowed, match="executive"):
        sign(decision, signer(role))
    assert models.Decision.objects.get(pk=decision.pk).state == "asked"


def test_a_wrong_password_signs_nothing_and_stands_in_the_trail(asked, signer):
    decision = asked()
    with pytest.raises(NotAllowed, match="nothing is signed"):
        sign(decision, signer("executive"), password="guess")
    assert not decision.signatures.exists()
    assert Entry.objects.filter(action="decision.sign_refused").exists()


def test_guessing_a_password_ends_soon(asked, signer):
    decision, executive = asked(), signer("executive")
    for _ in range(5):
        with pytest.raises(NotAllowed, match="password is wrong"):
            sign(decision, executive, password="guess")
    with pytest.raises(NotAllowed, match="Too many"):
        sign(decision, executive)


def test_those_who_may_sign_are_told_and_the_asker_hears_the_answer(asked, signer):
    executive = signer("executive")
    decision = asked()
    assert [one.kind for one in Notice.objects.filter(recipient="executive")] == ["decision.asked"]
    sign(decision, executive)
    told = Notice.objects.get(recipient="sop_lead", kind="decision.decided")
    assert "is approved" in told.text


def test_a_signature_is_over_the_digest_of_what_was_seen(asked, signer):
    decision = asked()
    executive = signer("executive")
    with pytest.raises(DecisionMoved):
        signing.decision_sign(decision.pk, user=executive, password=PASSWORD, paper="0" * 64, approve=True, option=2)
    sign(decision, executive, conditions=["mind the cash"])
    kept = decision.signatures.get()
    assert (kept.person, kept.paper, len(kept.digest)) == ("executive", decision.digest, 64)


def test_a_quorum_of_two_takes_two_people_and_the_executive(asked, signer):
    decision = asked("line")
    models.Decision.objects.filter(pk=decision.pk).update(amount=500_000.0)
    found = sign(decision, signer("finance"))
    assert found.state == "asked"
    assert signing.missing_signatures(found, 2) == ["1 more signature", "somebody who is executive"]
    with pytest.raises(DecisionInvalid, match="signed this already"):
        sign(decision, signer("finance"))
    assert sign(decision, signer("executive")).state == "approved"


def test_signatures_on_different_options_do_not_add_up(asked, signer):
    decision = asked("line")
    models.Decision.objects.filter(pk=decision.pk).update(amount=500_000.0)
    sign(decision, signer("finance"), option=1)
    assert sign(decision, signer("executive"), option=2).state == "asked"


def test_one_rejection_rejects(asked, signer):
    found = sign(asked(), signer("executive"), approve=False, option=None, statement="Not this month")
    assert (found.state, found.chosen) == ("rejected", None)
    assert publication.publications_due() == []


def test_conditions_become_actions_of_the_owner(asked, signer):
    sign(asked(), signer("executive"), conditions=["agree the price with the carrier", " "])
    (action,) = actions_open()
    assert (action.text, action.owner, action.condition) == ("agree the price with the carrier", "sop_lead", True)


def test_who_comes_second_is_told_by_whom(asked, signer):
    decision = asked()
    sign(decision, signer("executive"))
    with pytest.raises((DecisionMoved, DecisionInvalid)):
        sign(decision, signer("executive"))


def test_a_withdrawn_paper_makes_signatures_void(asked, signer):
    decision = asked("line")
    models.Decision.objects.filter(pk=decision.pk).update(amount=500_000.0)
    sign(decision, signer("finance"))
    version = models.Decision.objects.get(pk=decision.pk).version
    services.decision_withdraw(decision.pk, user=signer("sop_lead"), version=version)
    assert [one.void for one in decision.signatures.all()] == [True]


def test_a_deferred_decision_names_its_day_and_reason(asked, signer):
    decision = asked()
    with pytest.raises(DecisionInvalid, match="no reason"):
        services.decision_defer(
            decision.pk, user=signer("executive"), version=decision.version, until=date(2026, 2, 1), reason=" "
        )
    found = services.decision_defer(
        decision.pk, user=signer("executive"), version=decision.version, until=date(2026, 2, 1), reason="price is open"
    )
    assert (found.state, found.due) == ("deferred", date(2026, 2, 1))
    with pytest.raises(DecisionInvalid):
        sign(found, signer("executive"))
    again = services.decision_ask_again(decision.pk, user=signer("sop_lead"), version=found.version)
    assert sign(again, signer("executive")).state == "approved"


def test_a_delegate_signs_in_place_of_who_may(asked, signer):
    decision, finance = asked(), signer("finance")
    with pytest.raises(NotAllowed):
        sign(decision, finance)
    services.decision_delegate(
        decision.pk, user=signer("executive"), version=decision.version, to="finance", reason="on leave"
    )
    found = sign(decision, finance)
    kept = found.signatures.get()
    assert (found.state, kept.person, kept.instead_of, kept.role) == ("approved", "finance", "executive", "executive")


def test_the_pre_sop_passes_options_up(asked, signer):
    decision = asked("balance")
    models.Decision.objects.filter(pk=decision.pk).update(forum="pre_sop")
    found = passing.decision_pass_up(
        decision.pk, user=signer("sop_lead"), version=decision.version, to="executive_sop", reason="beyond our amount"
    )
    assert (found.state, found.forum, found.digest) == ("asked", "executive_sop", decision.digest)
    assert [line.number for line in open_decisions(forum="executive_sop")] == [decision.pk]


def test_dissent_stands_in_the_record(asked, signer):
    decision = asked()
    services.dissent_add(decision.pk, user=signer("sales"), text="North will not take it")
    assert [one.text for one in decision_page(decision.pk, signer("sales")).dissent] == ["North will not take it"]


def test_the_paper_stands_still_while_it_is_asked(asked, signer):
    decision, lead = asked(), signer("sop_lead")
    with pytest.raises(DecisionInvalid, match="paper stands still"):
        services.option_add(decision.pk, user=lead, scenario="base")
    with pytest.raises(DecisionInvalid, match="paper stands still"):
        services.decision_recommend(decision.pk, 1, user=lead)


def test_who_edits_an_old_state_is_told(drafted, signer):
    found = drafted()
    services.decision_edit(found.pk, user=signer("sop_lead"), version=found.version, background="new")
    with pytest.raises(DecisionMoved):
        services.decision_edit(found.pk, user=signer("sop_lead"), version=found.version, background="newer")


def test_the_matrix_is_edited_as_data_and_a_hole_is_refused(asked, signer, db):
    lead = signer("sop_lead")
    with pytest.raises(DecisionInvalid, match="nobody may decide the largest"):
        authority_set([AuthorityRule("", 5.0, "pre_sop", ("sop_lead",))], user=lead)
    with pytest.raises(NotAllowed):
        authority_set([AuthorityRule("", None, "pre_sop", ("sales",))], user=signer("sales"))
    authority_set([AuthorityRule("", None, "pre_sop", ("sales",))], user=lead)
    decision = asked()
    with pytest.raises(NotAllowed):
        sign(decision, signer("executive"))
    assert sign(decision, signer("sales")).state == "approved"


def test_a_publication_that_was_lost_is_finished_later(site, asked, signer, monkeypatch):
    monkeypatch.setattr(signing, "publication_start", lambda number, author: None)
    found = sign(asked(), signer("executive"))
    assert (found.state, found.published) == ("approved", "")
    assert publication.publications_resume() == 1
    assert models.Decision.objects.get(pk=found.pk).published == site.published()[-1].id
    assert publication.publications_resume() == 0


def test_who_may_not_sign_hands_nothing_on(asked, signer):
    decision, lead = asked(), signer("sop_lead")
    signer("sales")
    with pytest.raises(NotAllowed, match="hand it on"):
        services.decision_delegate(decision.pk, user=lead, version=decision.version, to="sales", reason="in a hurry")
    models.Decision.objects.filter(pk=decision.pk).update(delegate="sales<sop_lead")
    with pytest.raises(NotAllowed):
        sign(models.Decision.objects.get(pk=decision.pk), signer("sales"))


def test_a_person_and_their_delegate_are_one_voice(asked, signer):
    decision, executive = asked("line"), signer("executive")
    models.Decision.objects.filter(pk=decision.pk).update(amount=1e9)
    sign(decision, executive)
    now = models.Decision.objects.get(pk=decision.pk)
    signer("sales")
    services.decision_delegate(decision.pk, user=executive, version=now.version, to="sales", reason="on leave")
    with pytest.raises(DecisionInvalid, match="signed this already"):
        sign(decision, signer("sales"))


def test_a_signature_on_another_paper_does_not_count(asked, signer):
    decision = asked("line")
    models.Decision.objects.filter(pk=decision.pk).update(amount=1e9)
    sign(decision, signer("executive"))
    decision.signatures.update(paper="another")
    assert sign(decision, signer("finance")).state == "asked"


def test_conditions_on_an_option_not_taken_bind_nobody(asked, signer):
    authority_set(
        [AuthorityRule("", None, "executive_sop", ("executive", "finance", "sop_lead"), 2)], user=signer("sop_lead")
    )
    decision = asked("balance")
    sign(decision, signer("sop_lead"), option=1, conditions=["hire nobody"])
    sign(decision, signer("executive"), conditions=["hire two"])
    assert sign(decision, signer("finance")).state == "approved"
    assert [one.text for one in actions_open()] == ["hire two"]


def test_nobody_seats_themselves_in_the_place_of_another(site, signer):
    meeting = meetings.meeting_plan(
        user=signer("sop_lead"), cycle="2026-01", forum="executive_sop", starts_at=AT, people=["executive"]
    )
    signer("executive")
    meetings.people_ask(meeting.pk, user=signer("sop_lead"), people=["executive"])
    with pytest.raises(NotAllowed):
        meetings.attendance_set(meeting.pk, "executive", user=signer("sales"), present=False, delegate="sales")


def test_a_kept_agenda_tells_nobody_more_than_they_see(site, signer):
    lead, limited = signer("sop_lead"), signer("sales")
    meeting = meetings.meeting_plan(user=lead, cycle="2026-01", forum="executive_sop", starts_at=AT)
    meetings.meeting_open(meeting.pk, user=lead)
    items = [Item("exceptions", "1", "Short of F1", "of 90,000", 90_000.0), Item("actions", "2", "Call", money=5.0)]
    meetings.meeting_close(meeting.pk, user=lead, pack=pack_json(build_agenda(items)))
    with viewed_by(lambda: lead):
        assert [one.part for one in meeting_page(meeting.pk, lead).agenda.sections] == ["actions", "exceptions"]
    with viewed_by(lambda: limited):
        found = meeting_page(meeting.pk, limited).agenda.sections
    assert [(one.part, [item.money for item in one.items]) for one in found] == [("actions", [None])]


def test_decisions_are_graded_without_anybodys_changes(site):
    site.scenario("base").change("unit_cost", percent=50, actor="fiona", at=AT, reason="other", note="what if")
    assert grading._plan_of_today(site.scenario("base").extract).changes == ()
