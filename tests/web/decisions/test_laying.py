"""Laying: what was approved enters the plan of the month by one press, as it was signed, and the page says so."""

import pytest

from steelyard.errors import DecisionInvalid, NotAllowed, StaleRevision
from steelyard.web.decisions import laying, models, passing, services
from tests.web.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(asked):
    """A decision of January whose second option was approved; it adds to the first one change."""

    def make(option: int = 2, kind: str = "price") -> models.Decision:
        row = asked(kind)
        models.Decision.objects.filter(pk=row.pk).update(state="approved", chosen=option)
        return models.Decision.objects.get(pk=row.pk)

    return make


def test_an_approved_option_is_not_in_the_plan_until_it_is_laid_there(approved, signer, site) -> None:
    row = approved()
    laid = laying.laid_of(row)
    assert (len(laid.changes), len(laid.missing)) == (1, 1)
    before = site.scenario("base").plan().value("consensus_demand", scope={"product_family": "F1"})
    laying.option_lay(row.pk, user=signer("sop_lead"))
    after = site.scenario("base").plan().value("consensus_demand", scope={"product_family": "F1"})
    assert after == pytest.approx(1.1 * before)
    assert site.scenario("base").own_changes[-1].author == "sam", "the change keeps who made it"
    assert site.scenario("base").events[-1].actor == "sop_lead"
    assert laying.laid_of(row).whole
    with pytest.raises(DecisionInvalid, match="left to lay"):
        laying.option_lay(row.pk, user=signer("sop_lead"))


def test_who_may_not_change_it_is_not_offered_to_lay_it(approved, signer, client_of) -> None:
    row = approved()
    with pytest.raises(NotAllowed):
        laying.option_lay(row.pk, user=signer("executive"))
    page = client_of("executive").get(f"/decisions/{row.pk}/").content.decode()
    assert "not in the plan yet" in page
    assert "Lay it on the plan" not in page
    mine = client_of("sop_lead")
    assert "Lay it on the plan" in mine.get(f"/decisions/{row.pk}/").content.decode()
    assert mine.post(f"/decisions/{row.pk}/do/lay/", {"version": row.version}).status_code == 302
    assert "In the plan" in mine.get(f"/decisions/{row.pk}/").content.decode()


def test_what_was_laid_and_is_switched_off_is_not_in_the_plan(approved, signer, site) -> None:
    row = approved()
    laying.option_lay(row.pk, user=signer("sop_lead"))
    base = site.scenario("base")
    base.switch(base.own_changes[-1].id, on=False, actor="dana", at=AT)
    assert not laying.laid_of(row).whole


def test_two_who_lay_it_at_once_lay_it_once(approved, signer, site, monkeypatch) -> None:
    row, before, really = approved(), len(site.scenario("base").own_changes), laying.lay_changes

    def after_somebody_else(*args, **named):
        monkeypatch.setattr(laying, "lay_changes", really)
        laying.option_lay(row.pk, user=signer("sop_lead"))
        return really(*args, **named)

    monkeypatch.setattr(laying, "lay_changes", after_somebody_else)
    with pytest.raises(StaleRevision):
        laying.option_lay(row.pk, user=signer("sop_lead"))
    assert len(site.scenario("base").own_changes) == before + 1


def test_doing_nothing_leaves_nothing_to_lay(approved) -> None:
    laid = laying.laid_of(approved(option=1))
    assert laid.whole
    assert laid.changes == ()


def test_an_open_decision_whose_plan_has_moved_says_so_and_is_weighed_anew(asked, signer, site, client_of) -> None:
    row = asked("price")
    client = client_of("sop_lead")
    assert "have moved" not in client.get(f"/decisions/{row.pk}/").content.decode()
    site.scenario("base").change("consensus_demand", percent=3, actor="dana", at=AT, reason="correction")
    assert 'id="old-numbers"' in client.get(f"/decisions/{row.pk}/").content.decode()
    renewed = passing.decision_renew(row.pk, user=signer("sop_lead"), version=row.version)
    assert renewed.state == "draft"
    digests = {one.recipe_id for one in renewed.options.all()}
    assert digests == {site.scenario(name).digest for name in ("base", "promo")}
    again = services.decision_ask(row.pk, user=signer("sop_lead"), version=renewed.version)
    assert 'id="old-numbers"' not in client.get(f"/decisions/{again.pk}/").content.decode()
