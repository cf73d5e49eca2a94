"""The worksheet held against another plan: differences below each measure, in the unit and in percent."""

import pytest

WINDOW = "/api/worksheet/promo/window?levels=product_family&measures=revenue,gross_margin_percent&past=0&totals=0"


def rows_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_each_measure_is_followed_by_its_difference_and_its_percent(site, client_of):
    told = rows_of(client_of("finance"), f"{WINDOW}&against=base")
    labels = [row["measure_label"] for row in told["rows"][:6]]
    assert labels[:3] == ["Revenue", "less base", "less base, %"]
    assert [row["measure"] for row in told["rows"][:3]] == ["revenue", "revenue~delta", "revenue~percent"]
    assert told["total"] == len(told["rows"]) == 6 * len({row["node"] for row in told["rows"]})


def test_differences_are_those_of_the_plans(site, client_of):
    told = rows_of(client_of("finance"), f"{WINDOW}&against=base")
    total = {row["measure"]: row["values"][0] for row in told["rows"][:6]}
    period = told["columns"][0]["key"]
    here, there = (site.scenario(n).plan().value("revenue", periods=period) for n in ("promo", "base"))
    assert total["revenue~delta"] == pytest.approx(here - there, abs=0.01)
    assert total["revenue~percent"] == pytest.approx(100 * (here - there) / there, abs=0.01)


def test_lines_of_differences_cannot_be_changed(site, client_of):
    told = rows_of(client_of("demand_planner"), WINDOW.replace("revenue,", "consensus_demand,") + "&against=base")
    editable = {row["measure"]: row["editable"] for row in told["rows"]}
    assert editable["consensus_demand"]
    assert not editable["consensus_demand~delta"]


def test_a_plan_against_itself_differs_nowhere(site, client_of):
    told = rows_of(client_of("finance"), f"{WINDOW}&against=promo")
    deltas = [value for row in told["rows"] if row["measure"].endswith("delta") for value in row["values"]]
    assert set(deltas) <= {0.0, None}


def test_the_steps_from_the_plan_beside_explain_the_difference(site, client_of):
    client = client_of("finance")
    row = rows_of(client, f"{WINDOW}&against=base")["rows"][1]
    told = rows_of(client, f"/api/worksheet/promo/difference?row={row['id']}&column=2026-02&against=base")
    assert told["name"] == "base"
    assert [step["who"] for step in told["steps"]] == ["sam"]


def test_a_published_plan_can_stand_beside(site, client_of):
    published = site.scenario("base").publish(actor="ines", at=site.scenario("base").record.at)
    told = rows_of(client_of("finance"), f"{WINDOW}&against=plan:{published.id}")
    assert told["rows"][1]["measure_label"] == f"less Plan {published.id[:8]}"


def test_a_plan_that_is_not_there_is_refused_in_words(site, client_of):
    answer = client_of("finance").get(f"{WINDOW}&against=nothing")
    assert answer.status_code == 404
    assert "nothing" in answer.json()["detail"]


def test_the_page_offers_the_plans_to_hold_against(site, client_of):
    page = client_of("finance").get("/worksheet/promo/?against=base").content.decode()
    assert 'against="base"' in page
    assert '<option value="base" selected>less base' in page
