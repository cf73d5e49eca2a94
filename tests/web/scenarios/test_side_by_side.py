"""Compare side by side: base, other and difference in columns, which add up and lead to the steps behind them."""

import re

import pytest

from steelyard.web.scenarios.plans import any_plan
from steelyard.web.scenarios.side_by_side import side_by_side


def test_every_difference_has_a_column_and_leads_to_its_steps(site, client_of):
    client = client_of("sop_lead")
    address = "/scenarios/compare/side-by-side/?with=base&with=promo&measure=consensus_demand"
    page = client.get(address).content.decode()
    assert page.count('<th class="num">Difference</th>') == 4, "one a quarter"
    links = re.findall(r'href="([^"]*#why)"', page)
    assert links
    drilled = client.get(links[0].replace("&amp;", "&").split("#")[0])
    assert drilled.status_code == 200
    assert "step by step, for" in drilled.content.decode() or "over the whole horizon" in drilled.content.decode()
    whole = client.get("/scenarios/compare/?with=base&with=promo").content.decode()
    assert "side-by-side" in whole


@pytest.mark.parametrize(("time", "count"), [("quarter", 4), ("period", 12), ("all", 1), ("nonsense", 4)])
def test_columns_follow_the_time_asked_for(site, client_of, time, count):
    address = f"/scenarios/compare/side-by-side/?with=base&with=promo&measure=revenue&time={time}&level=channel"
    page = client_of("sop_lead").get(address).content.decode()
    assert page.count('<th class="num">Difference</th>') == count


def test_rows_are_ranked_by_difference_and_members_add_up_to_the_whole(site):
    plans = [any_plan("base"), any_plan("promo")]
    found = side_by_side(plans, "revenue", level="product_family", time="all")
    assert found.rows[0].name == "Total"
    assert found.rows[1].name == "F1", "the promotion is on this family"
    base, (other,) = found.rows[0].groups[0]
    assert base != other.value
    assert other.delta.startswith("+")
    assert found.rows[2].groups[0][1][0].delta == "0"


def test_what_is_not_there_is_said(site, client_of):
    client = client_of("sop_lead")
    answer = client.get("/scenarios/compare/side-by-side/?with=base&with=promo&measure=revenue&level=planet")
    assert "planet" in answer.content.decode()
