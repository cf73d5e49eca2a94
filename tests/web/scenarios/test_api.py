"""REST of scenarios, changes, comparison, explanation, bridge, publication."""

from decimal import Decimal

import pytest

LIFT = {
    "operation": {"kind": "percent", "percent": 8},
    "measure": "consensus_demand",
    "scope": {"product_family": ["F1"]},
    "periods": ["2026-01", "2026-03"],
    "reason": "promotion",
}


@pytest.fixture
def call(site, client_of):
    def ask(method, path, role="demand_planner", **body):
        client = client_of(role)
        if method == "get":
            return client.get(f"/api/{path}", body)
        return client.post(f"/api/{path}", body, content_type="application/json")

    return ask


def test_scenarios_are_listed_and_found(call):
    assert [one["name"] for one in call("get", "scenarios/").json()] == ["base", "promo"]
    promo = call("get", "scenarios/promo").json()
    assert (promo["base"], promo["changes"], promo["revision"]) == ("base", 1, 1)
    assert call("get", "scenarios/nothing").status_code == 404


def test_a_scenario_is_made_branched_put_away_and_brought_back(call):
    assert call("post", "scenarios/", name="fresh", horizon=6).status_code == 201
    assert call("post", "scenarios/fresh/branch", name="twig").json()["base"] == "fresh"
    assert call("post", "scenarios/twig/archive").json()["archived"] is True
    assert call("post", "scenarios/twig/restore").json()["archived"] is False
    assert call("post", "scenarios/base/branch", name="fresh").status_code == 409
    assert call("post", "scenarios/base/branch", role="executive", name="mine").status_code == 403


def test_changes_are_appended_as_one_step(call, site):
    assumption = {"operation": {"kind": "assumption", "statement": "the fair takes place"}}
    answer = call("post", "scenarios/base/changes", revision=1, changes=[LIFT, assumption])
    assert answer.status_code == 201, answer.content
    assert answer.json()["revision"] == 2
    kept = site.scenario("base").own_changes[-2]
    assert (kept.author, kept.kind, kept.reason) == ("demand_planner", "percent", "promotion")
    listed = call("get", "scenarios/base/changes").json()
    assert [one["kind"] for one in listed[:2]] == ["assumption", "percent"]


def test_the_author_of_a_change_cannot_be_forged(call, site):
    answer = call("post", "scenarios/base/changes", changes=[{**LIFT, "author": "ines", "at": "2001-01-01T00:00:00Z"}])
    assert answer.status_code == 201
    kept = site.scenario("base").own_changes[-1]
    assert kept.author == "demand_planner"
    assert kept.at.year > 2001


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({**LIFT, "measure": "revenue"}, 403),
        ({**LIFT, "measure": "unconstrained_demand"}, 422),
        ({**LIFT, "scope": {"product_family": ["Moon"]}}, 422),
        ({**LIFT, "scope": {"planet": ["Moon"]}}, 422),
        ({**LIFT, "periods": ["1999-01", "1999-02"]}, 422),
        ({**LIFT, "reason": "because"}, 422),
        ({**LIFT, "operation": {"kind": "explode"}}, 422),
        ({**LIFT, "operation": {"kind": "percent", "percent": "lots"}}, 422),
        ({**LIFT, "operation": {"kind": "formula", "text": "__import__('os')"}}, 422),
        ({**LIFT, "periods": ["2026-01"]}, 422),
        ({}, 422),
    ],
)
def test_changes_that_do_not_fit_are_refused_in_words(call, site, change, status):
    answer = call("post", "scenarios/base/changes", changes=[LIFT, change])
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]
    assert site.scenario("base").revision == 1


def test_a_stale_revision_carries_the_others_change(call):
    call("post", "scenarios/base/changes", role="sales", changes=[LIFT])
    answer = call("post", "scenarios/base/changes", revision=1, changes=[LIFT])
    assert answer.status_code == 409
    assert (answer.json()["revision"], answer.json()["change"]["author"]) == (2, "sales")


def test_supply_changes_master_data_of_supply_only(call):
    lead = {"kind": "master_data", "table": "source", "key": {"item_id": "I0", "location_id": "P1"}}
    supply = {"operation": {**lead, "column": "lead_time_days", "value": 30.0}}
    assert call("post", "scenarios/base/changes", role="finance", changes=[supply]).status_code == 403
    answer = call("post", "scenarios/base/changes", role="supply_planner", changes=[supply])
    assert answer.status_code in (201, 422), answer.content


def test_a_frame_gives_numbers_by_level_and_time(call, site):
    asked = {"measures": "revenue,gross_margin", "by": "product_family", "time": "quarter"}
    told = call("get", "scenarios/base/frame", **asked).json()
    assert told["columns"] == ["product_family", "period", "revenue", "gross_margin"]
    total = sum(row[2] for row in told["rows"])
    assert total == pytest.approx(site.scenario("base").plan().value("revenue"))


def test_a_number_is_explained(call, site):
    told = call("get", "scenarios/promo/explain", measure="revenue", scope="product_family:F1", periods="2026-02")
    told, asked = told.json(), {"scope": {"product_family": "F1"}, "periods": "2026-02"}
    assert told["value"] == pytest.approx(site.scenario("promo").plan().value("revenue", **asked))
    assert told["formula"]
    assert "sam" in {one["author"] for one in told["changes"]}


def test_a_forecast_comes_with_its_interval_and_reason(call, site):
    told = call("get", "scenarios/base/forecast", scope="product_family:F1").json()
    assert told["sentence"]
    assert told["units"]
    made = site.scenario("base").plan().value("statistical_forecast", scope={"product_family": "F1"})
    assert sum(told["mean"]) == pytest.approx(made)
    assert call("get", "scenarios/base/forecast", scope="product_family:none").status_code == 422


def test_a_comparison_gives_totals_table_and_cells(call):
    asked = {"measures": "consensus_demand", "by": "product_family"}
    told = call("get", "scenarios/base/compare", against="promo", **asked).json()
    assert told["kpis"]["rows"][0][0] == "consensus_demand"
    assert told["cells"]["rows"]
    assert call("get", "scenarios/base/compare", against="nothing").status_code == 404


def test_a_bridge_adds_up_to_the_last_decimal(call):
    told = call("get", "scenarios/base/bridge", against="promo", measure="revenue").json()
    steps = [Decimal(step["effect"]) for step in told["steps"]]
    assert Decimal(told["start"]) + sum(steps) == Decimal(told["end"])
    assert len(steps) == 1


def test_publication_needs_the_revision_that_was_looked_at(call, site):
    assert call("post", "scenarios/base/publish", role="sop_lead", revision=0).status_code == 409
    made = call("post", "scenarios/base/publish", role="sop_lead", revision=1, note="agreed")
    assert made.status_code == 201
    plan = made.json()["id"]
    assert [one["id"] for one in call("get", "published/").json()] == [plan]
    assert call("get", f"published/{plan[:10]}").json()["note"] == "agreed"
    frame = call("get", f"published/{plan}/frame", measures="revenue", time="all").json()
    assert frame["rows"][0][-1] == pytest.approx(site.scenario("base").plan().value("revenue"))
    job = call("post", f"published/{plan}/replay", role="finance")
    assert job.status_code == 202
    done = call("get", f"jobs/{job.json()['id']}").json()
    assert (done["state"], done["result"]["same"]) == ("done", True)
    assert call("get", f"published/{plan}/export/demand.csv").status_code == 200


def test_measures_are_described(call):
    told = {one["name"]: one for one in call("get", "measures").json()}
    assert told["consensus_demand"]["editable"] is True
    assert told["revenue"]["meaning"]


@pytest.mark.parametrize("path", ["scenarios/base/frame?measures=nothing", "scenarios/base/frame?measures="])
def test_unknown_measures_are_refused(call, path):
    assert call("get", path).status_code in (404, 422)
