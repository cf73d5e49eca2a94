"""The record of a month is that of its plan, and nobody reads a case, rule or target beyond their part and money."""

import re
from datetime import date

import pytest

from steelyard.errors import KpiInvalid, NotFound
from steelyard.kpi.alert import AlertRule
from steelyard.web.accounts.models import MoneyOfRole, SeenSlice, User
from steelyard.web.accounts.sight import viewed_by
from steelyard.web.cycles.making import cycle_made
from steelyard.web.cycles.models import Cycle
from steelyard.web.scorecard import case_selectors, rule_selectors, services
from steelyard.web.scorecard.models import Case, Look, Observation, Sighting

WHOLE = AlertRule("Margin is never enough", "gross_margin_percent", limit=99.0)
FAMILY = AlertRule("Margin of a family", "gross_margin_percent", limit=99.0, level="product_family", member="F1")
OTHER = AlertRule("Margin of the other", "gross_margin_percent", limit=99.0, level="product_family", member="F0")
SERVICE = AlertRule("Service is never enough", "fill_rate", limit=101.0)


@pytest.fixture
def lead(person) -> User:
    person("finance")
    return person("sop_lead")


@pytest.fixture
def looked(site, lead):
    for rule in (WHOLE, FAMILY, OTHER, SERVICE):
        services.rule_put(rule, user=lead)
    return services.alerts_evaluate("base", actor="sop_lead")


def parted(role: str = "demand_planner") -> User:
    user = User.objects.create(username="parted", role=role)
    SeenSlice.objects.create(user=user, scope={"product_family": ["F1"]})
    return user


def without_tokens(page: str) -> str:
    """A page without the random words that guard its forms and scripts."""
    return re.sub(r"""(csrfmiddlewaretoken"\s+value=|nonce=|X-CSRFToken"?:\s*)["'][^"']*["']""", "", page)


def kept() -> tuple[list[object], ...]:
    return tuple(list(model.objects.order_by("pk").values()) for model in (Look, Case, Sighting, Observation))


def test_a_look_at_a_what_if_leaves_the_record_of_the_month_alone(looked) -> None:
    before = kept()
    with pytest.raises(KpiInvalid, match="not on a what-if"):
        services.alerts_evaluate("promo", actor="sop_lead")
    assert kept() == before


def test_the_plan_of_a_cycle_is_the_record_though_it_is_a_branch(site, lead) -> None:
    cycle = cycle_made("month", "2026-01", anchor=date(2026, 1, 5))
    Cycle.objects.filter(pk=cycle.pk).update(scenario="promo")
    assert services.alerts_evaluate("promo", actor="sop_lead").cycle == "2026-01"
    with pytest.raises(KpiInvalid, match="look at promo"):
        services.alerts_evaluate("base", actor="sop_lead")


def test_who_sees_a_part_reads_no_case_of_the_company_nor_of_another_part(looked) -> None:
    assert {one.member for one in case_selectors.cases_open()} >= {"", "F0", "F1"}
    user = parted()
    with viewed_by(lambda: user):
        mine = case_selectors.cases_open()
        assert {(one.level, one.member) for one in mine} == {("product_family", "F1")}
    whole = Case.objects.filter(member="", kpi="gross_margin_percent").get()
    with viewed_by(lambda: user), pytest.raises(NotFound):
        case_selectors.case(whole.pk)


def test_a_case_of_a_member_that_reaches_beyond_the_part_is_not_read(looked, lead) -> None:
    """The family lies in the part with one customer only: the number of the whole family is not theirs."""
    user = parted()
    SeenSlice.objects.filter(user=user).update(scope={"product_family": ["F1"], "customer": ["C0"]})
    with viewed_by(lambda: user):
        assert case_selectors.cases_open() == ()


def test_a_share_of_hidden_money_is_hidden_as_the_money_is(looked, person) -> None:
    seller = person("sales")
    with viewed_by(lambda: seller):
        assert {one.kpi for one in case_selectors.cases_open()} & {"gross_margin_percent", "inventory_turns"} == set()
        assert "fill_rate" in {one.kpi for one in case_selectors.cases_open()}
    MoneyOfRole.objects.create(role="supply_planner", money="none")
    planner = person("supply_planner")
    with viewed_by(lambda: planner):
        assert {one.kpi for one in case_selectors.cases_open()} <= {"fill_rate", *rule_selectors.observed()}


def test_rules_and_targets_of_another_part_are_not_named(looked, lead, client_of) -> None:
    services.target_set("fill_rate", 91.0, user=lead, level="product_family", member="F0")
    client = client_of("demand_planner")
    SeenSlice.objects.create(user=User.objects.get(username="demand_planner"), scope={"product_family": ["F1"]})
    for page in ("/kpis/cases/", "/kpis/fill_rate/", "/kpis/gross_margin_percent/", "/api/kpis/rules"):
        told = without_tokens(client.get(page).content.decode())
        assert "Margin of the other" not in told
        assert "F0" not in told, page


def test_a_token_that_holds_the_name_of_a_member_names_nobody() -> None:
    assert "F0" not in without_tokens('<input name="csrfmiddlewaretoken" value="aF0b"><script nonce="xF0">')
    assert "F0" not in without_tokens("""<body hx-headers='{"X-CSRFToken": "qF0"}'>""")
    assert "F0" in without_tokens('<td data-member="F0">')


def test_money_observed_of_the_company_is_not_shown_to_who_sees_a_part(site) -> None:
    services.kpi_observe("override_value", "2026-01", 4711.0, source="archive", actor="x")
    services.kpi_observe("attendance", "2026-01", 80.0, source="cycle", actor="x")
    user = parted()
    with viewed_by(lambda: user):
        assert rule_selectors.observed() == {"attendance": 80.0}
        assert rule_selectors.observations("override_value") == ()


def test_a_case_is_owned_by_somebody_from_whom_nothing_of_it_is_kept(site, lead) -> None:
    MoneyOfRole.objects.create(role="finance", money="none")
    services.rule_put(WHOLE, user=lead)
    services.alerts_evaluate("base", actor="sop_lead")
    assert Case.objects.get(kpi="gross_margin_percent", member="").owner == lead, "else nobody would hear of it"


def test_cases_of_parts_are_folded_under_that_of_the_company(looked, client_of) -> None:
    groups = {one.head.kpi: one for one in case_selectors.grouped(case_selectors.cases_open())}
    margin = groups["gross_margin_percent"]
    assert margin.head.member == ""
    assert {one.member for one in margin.others} == {"F0", "F1"}
    page = client_of("sop_lead").get("/kpis/cases/").content.decode()
    assert "and 2 parts of it" in page
