"""Bad input by REST: said where, why and how to mend; nothing half applied; the last good plan stays."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.data.extract import sealed
from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData
from tests.company import LINE, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def lead(client_of):
    return client_of("sop_lead")


@pytest.fixture
def kept(site):
    """Nothing of the company may have moved when the test ends."""

    def stand():
        return {
            one.name: (one.revision, one.plan().value("revenue")) for one in site.scenarios() if one.name != "foreign"
        }

    before = stand()
    yield
    assert stand() == before


def refused(answer, *words: str) -> str:
    assert 400 <= answer.status_code < 500, answer.content[:300]
    said = answer.content.decode()
    for word in words:
        assert word in said, said
    return said


def test_scenarios_of_two_companies_do_not_merge(site, lead, kept):
    other = site.add_extract(sealed(replace(company(items=6, customers=3), company="Other Company")), at=AT)
    foreign = site.create_scenario("foreign", extract=other.digest, actor="dana", at=AT, horizon=12)
    foreign.change("consensus_demand", percent=3, actor="dana", at=AT, reason="other")
    answer = lead.post("/api/scenarios/base/merge", {"other": "foreign"}, content_type="application/json")
    refused(answer, "Other Company")


def test_a_change_on_an_item_that_is_not_there_takes_its_whole_event_with_it(lead, kept):
    percent = {"operation": {"kind": "percent", "percent": 5}, "measure": "consensus_demand", "reason": "other"}
    given = {"changes": [percent, {**percent, "scope": {"item": ["I99"]}}]}
    refused(lead.post("/api/scenarios/base/changes", given, content_type="application/json"), "I99", "mend")


def test_a_rate_that_is_missing_names_currency_and_table(site, lead, kept):
    prices = [{"item_id": f"I{n}", "price": 10.0, "currency": "GBP", "per_quantity": 1.0} for n in range(3)]
    made = site.add_extract(company(items=3, replace={"price": prices}), at=AT, actor="dana")
    site.create_scenario("foreign", extract=made.digest, actor="dana", at=AT, horizon=6)
    answer = lead.get("/api/scenarios/foreign/frame?measures=revenue")
    refused(answer, "GBP", "currency_rate")
    assert lead.get("/api/scenarios/base/frame?measures=revenue").status_code == 200


def test_a_budget_that_ends_early_says_which_periods_it_leaves_out(site, lead):
    text = b"period_id,amount\n2026-01,500\n2026-02,600\n"
    sent = {"file": SimpleUploadedFile("b.csv", text), "name": "short budget", "version": "latest_estimate"}
    assert lead.post("/api/finance/base/budget", sent).status_code == 202
    assert lead.get("/finance/?scenario=short budget").status_code == 200
    page = lead.get("/finance/budget/").content.decode()
    assert "says nothing about 10 planned periods: Mar 2026" in page
    told = lead.get("/api/finance/short budget/bridge?before=latest_estimate&after=plan&periods=2026-01..2026-04")
    if told.status_code != 200:
        refused(told, "2026-03")


def test_a_lever_beyond_its_limit_branches_and_changes_nothing(site, lead):
    short = site.scenario("base").branch("short", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 60.0)
    over = SetMasterData("resource_capacity", {"resource": LINE}, "overtime_max", 20.0)
    short.append(*(Change(one, author="dana", at=AT) for one in (hours, over)))
    revision = short.revision
    given = {"levers": {f"overtime:{LINE}": 50.0}, "branch": "never"}
    said = refused(
        lead.post("/api/balance/short/take", given, content_type="application/json"), "beyond its limit", "take 0 to"
    )
    assert LINE in said
    assert site.scenario("short").revision == revision
    assert "never" not in {one.name for one in site.scenarios()}
