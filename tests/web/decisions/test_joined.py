"""Joined to the other rooms: levers and cases on the agenda, and the way from a decision to the base."""

import pytest

from steelyard.web.balance import selectors as balance
from steelyard.web.company import now
from steelyard.web.decisions import meeting_selectors, models
from steelyard.web.decisions.decided import decided_parts
from steelyard.web.scorecard.models import Case, Look, Sighting

LEVERS = (
    balance.AgendaLine("a", "Overtime on R1", "overtime", "supply", 900.0, 40.0, 22.5, 0, "/balance/"),
    balance.AgendaLine("b", "Price of F0", "price", "demand", 5000.0, 10.0, 500.0, 2, "/balance/"),
)


@pytest.fixture
def weighed(monkeypatch):
    """Levers that are weighed when somebody asks for them."""
    asked: list[str] = []

    def weigh(scenario: str) -> tuple[balance.AgendaLine, ...]:
        asked.append(scenario)
        return LEVERS

    monkeypatch.setattr(meeting_selectors, "lever_agenda", weigh)
    monkeypatch.setattr(meeting_selectors, "levers_weighed", lambda scenario: bool(asked))
    return asked


def meeting(forum: str) -> models.Meeting:
    return models.Meeting.objects.create(cycle="2026-01", forum=forum, starts_at=now(), chair="sop_lead")


def test_the_pre_sop_has_the_levers_by_value_weighed_once_beside_the_page(site, client_of, weighed):
    held, client = meeting("pre_sop"), client_of("sop_lead")
    first = client.get(f"/decisions/meetings/{held.pk}/").content.decode()
    assert "weighing the levers" in first
    assert weighed == [], "the page does not wait for the solver"
    part = client.get(f"/decisions/meetings/{held.pk}/part/agenda/?weigh=yes").content.decode()
    assert part.index("Price of F0") < part.index("Overtime on R1")
    again = client.get(f"/decisions/meetings/{held.pk}/").content.decode()
    assert "Price of F0" in again
    assert "weighing the levers" not in again


def test_other_forums_and_people_without_money_have_no_levers(site, client_of, weighed):
    other = meeting("executive_sop")
    assert "levers" not in client_of("sop_lead").get(f"/decisions/meetings/{other.pk}/").content.decode().lower()
    held = meeting("pre_sop")
    assert "Overtime on R1" not in (
        client_of("sales").get(f"/decisions/meetings/{held.pk}/part/agenda/?weigh=yes").content.decode()
    )


def test_open_cases_stand_on_the_agenda_the_longest_first(site, person):
    for kpi, months in (("fill_rate", ("2026-01",)), ("revenue_vs_budget", ("2025-12", "2026-01"))):
        case = Case.objects.create(kpi=kpi, opened_at=now(), opened_cycle=months[0], action="Talk to them")
        for month in months:
            Look.objects.get_or_create(cycle=month, defaults={"scenario": "base", "plan": "x", "at": now()})
            Sighting.objects.create(case=case, cycle=month, rule="r", first=month, last=month, value=80.0, at=now())
    agenda = meeting_selectors.agenda_of(meeting("pre_sop"), "base")
    (cases,) = [section for section in agenda.sections if section.part == "cases"]
    assert [item.months for item in cases.items] == [2, 1]
    assert "second month in a row" in cases.items[0].title
    assert cases.items[0].text == "Talk to them"


@pytest.mark.parametrize(("kind", "option", "shown"), [("balance", 2, True), ("balance", 1, False)])
def test_an_approved_option_is_one_button_away_from_the_base(asked, client_of, kind, option, shown):
    made = asked(kind)
    client = client_of("sop_lead")
    page = f"/decisions/{made.pk}/"
    assert "Merge the option" not in client.get(page).content.decode()
    models.Decision.objects.filter(pk=made.pk).update(state="approved", chosen=option)
    body = client.get(page).content.decode()
    assert ("/scenarios/merge/?into=base&amp;from=promo" in body) == shown


def test_an_approved_plan_is_published_and_not_merged(asked, client_of):
    made = asked()
    models.Decision.objects.filter(pk=made.pk).update(state="approved", chosen=2)
    assert "Merge the option" not in client_of("sop_lead").get(f"/decisions/{made.pk}/").content.decode()


def test_what_the_chosen_option_changes_beyond_doing_nothing_is_dealt_with(drafted):
    made = drafted("balance")
    models.Decision.objects.filter(pk=made.pk).update(state="approved", chosen=2)
    (one,) = decided_parts("2026-01")
    assert one.deals_with("product_family", "F1")
    assert not one.deals_with("product_family", "F0"), "both options have this change"
    models.Decision.objects.filter(pk=made.pk).update(chosen=1)
    assert not decided_parts("2026-01")[0].members
