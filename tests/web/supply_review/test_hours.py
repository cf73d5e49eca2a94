"""What an hour is worth: the supply review and the capacity page tell the same prices; the page leads to each part."""

import re

import polars as pl
import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData
from steelyard.web.capacity.selectors import priced_of
from steelyard.web.supply_review import orders, pricing
from tests.company import LINE
from tests.web.conftest import AT


@pytest.fixture
def scarce(site):
    """The company with a fifth of its hours, planned by priority: an engine that prices nothing."""
    branch = site.scenario("base").branch("scarce", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 100.0)
    branch.append(Change(hours, author="dana", at=AT))
    return branch


def test_an_hour_has_one_price_on_both_pages(scarce, client_of):
    plan = scarce.plan()
    (line,) = priced_of(plan).bottlenecks
    priced = pricing.priced_plan(plan)
    (told,) = pricing.scarce_resources(priced)
    assert (told.resource, told.worth, told.price) == (LINE, line.found.worth, line.found.price)
    hours = pricing.hour_lines(priced)
    assert max(one.price for one in hours) == told.price > 0
    assert sum(one.price * one.hours for one in hours) == pytest.approx(told.worth)
    client = client_of("supply_planner")
    shown = f"{told.worth:,.0f}"
    review = client.get("/supply-review/scarce/hours/").content.decode()
    assert shown in review
    assert "Priced by: Exact optimum" in review
    assert "/capacity/scarce/#bottlenecks" in review
    capacity = client.get("/capacity/scarce/bottlenecks/").content.decode()
    assert shown in capacity
    assert "/supply-review/scarce/#hours" in capacity


def test_an_hour_is_not_priced_by_a_way_that_is_worked_out_first(scarce, client_of):
    text = client_of("supply_planner").get("/supply-review/scarce/ways/?step=2").content.decode()
    assert "Priced by" not in text
    assert 'id="hours"' not in text


def test_where_nothing_binds_the_part_says_so(site, client_of):
    branch = site.scenario("base").branch("plenty", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 1e6)
    branch.append(Change(hours, author="dana", at=AT))
    text = client_of("supply_planner").get("/supply-review/plenty/hours/").content.decode()
    assert "No resource holds the plan back" in text


def test_links_at_the_top_lead_to_every_part_and_orders_come_last(site, client_of):
    text = client_of("supply_planner").get("/supply-review/base/").content.decode()
    links = re.search(r'<nav class="tabs" aria-label="On this page">(.*?)</nav>', text, re.S)
    assert links is not None
    leads = re.findall(r'href="#([\w-]+)"', links[1])
    assert [one for one in leads if one != "what-if" and f'id="{one}"' not in text] == []
    assert text.index('id="ways"') < text.index('id="hours"') < text.index('id="moves"') < text.index('id="orders"')
    sold = client_of("sales").get("/supply-review/base/").content.decode()
    assert 'href="#hours"' not in sold
    assert 'id="orders"' in sold


def test_orders_are_folded_until_all_are_asked_for(site, client_of, monkeypatch):
    monkeypatch.setattr(orders, "SHOWN", 1)
    messages = orders.order_messages
    monkeypatch.setattr(orders, "order_messages", lambda plan: pl.concat([messages(plan)] * 3))
    client = client_of("supply_planner")
    frame = orders.messages_of(site.scenario("base").plan())
    assert frame.height == 3
    folded = client.get("/supply-review/base/orders/").content.decode()
    assert folded.count("<tr><td") == 1
    assert f"The 1 most urgent of {frame.height:,}" in folded
    assert "Show all" in folded
    opened = client.get("/supply-review/base/orders/?all=1").content.decode()
    assert opened.count("<tr><td") == min(frame.height, orders.MOST)
    assert "Show all" not in opened
