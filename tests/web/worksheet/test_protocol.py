"""The protocol between the grid and the server."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from steelyard.web.audit.models import Entry
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.worksheet.address import Node, Row

HORIZON = "2026-03"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def call(site, client_of):
    def ask(method, path, role="demand_planner", **body):
        client = client_of(role)
        address = f"/api/worksheet/{path}"
        if method == "get":
            return client.get(address, body)
        return client.post(address, body, content_type="application/json")

    return ask


def window(call, scenario="base", role="demand_planner", **asked):
    answer = call("get", f"{scenario}/window", role, **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def row(measure="consensus_demand", scope=(), **path):
    return Row(Node(scope, tuple(path.items())), measure).key


def value(shown, row_id, column):
    at = next(n for n, c in enumerate(shown["columns"]) if c["key"] == column)
    return next(r for r in shown["rows"] if r["id"] == row_id)["values"][at]


def edit(call, *cells, scenario="base", role="demand_planner", revision=1, **asked):
    spelled = [{"row": r, "column": c, "text": t} for r, c, t in cells]
    return call("post", f"{scenario}/edit", role, revision=revision, cells=spelled, **{"reason": "correction", **asked})


def test_a_window_has_a_total_then_families_with_one_row_a_measure(call):
    shown = window(call)
    labels = [(r["label"], r["measure"]) for r in shown["rows"]]
    assert labels[:3] == [("Total", "demand_history"), ("Total", "statistical_forecast"), ("Total", "consensus_demand")]
    assert [label for label, measure in labels if measure == "demand_history"] == ["Total", "F0", "F1"]
    assert shown["total"] == len(shown["rows"]) == 9
    assert (shown["revision"], shown["scenario"], shown["editable"]) == (1, "base", True)


def test_columns_tell_past_future_and_totals(call):
    columns = window(call)["columns"]
    assert columns[0] == {"key": "2025-01", "label": "Jan 25", "kind": "history", "group": "FY2025", "editable": False}
    assert [c["key"] for c in columns if c["kind"] == "total"] == ["total:FY2025", "total:FY2026"]
    assert all(c["editable"] for c in columns if c["kind"] == "horizon")


def test_children_show_when_their_node_is_open(call):
    closed = window(call)
    node = next(r["node"] for r in closed["rows"] if r["label"] == "F0")
    opened = window(call, open=node)
    inside = [r["label"] for r in opened["rows"] if r["level"] == 1 and r["measure"] == "demand_history"]
    assert inside == ["I0", "I2", "I4"]
    assert window(call, depth="1")["total"] == 27
    assert window(call, depth="1", closed=node)["total"] == 18


def test_lines_of_codes_tell_the_name_beside_them(call):
    shown = window(call, levels="customer,item", depth="1")
    names = {r["label"]: r["name"] for r in shown["rows"]}
    assert (names["Total"], names["C1"], names["I2"]) == ("", "Customer 1", "Item 2")
    assert all(r["name"] == "" for r in window(call)["rows"])


def test_members_are_found_by_name(call):
    found = call("get", "base/members", level="item", text="ITEM 4").json()
    assert found == [{"level": "item", "member": "I4", "name": "Item 4"}]


def test_numbers_that_need_a_person_have_a_limit(call):
    shown = window(call, levels="resource", measures="utilisation,overload,capacity_load")
    assert [r["limit"] for r in shown["rows"][:3]] == [pytest.approx(100.05), pytest.approx(0.05), None]


def test_rows_add_up(call):
    shown = window(call, depth="1")
    for column in ("2025-06", HORIZON, "total:FY2026"):
        measure = "demand_history" if column < "2026" else "consensus_demand"
        parts = [value(shown, row(measure, product_family=f), column) for f in ("F0", "F1")]
        assert value(shown, row(measure), column) == pytest.approx(sum(parts), abs=0.1)


def test_a_window_equals_the_plan(call, site):
    shown = window(call, levels="channel,customer", depth="1", measures="consensus_demand,revenue")
    plan = site.scenario("base").plan()
    told = value(shown, row(channel="retail", customer="C0"), HORIZON)
    assert told == pytest.approx(plan.value("consensus_demand", scope={"customer": "C0"}, periods=HORIZON), abs=0.01)


def test_part_of_the_rows_is_the_same_as_all_of_them(call):
    everything = window(call, depth="1")
    assert window(call, depth="1", start="4", count="5")["rows"] == everything["rows"][4:9]
    assert window(call, depth="1", start="999")["rows"] == []


def test_a_filter_narrows_rows_and_numbers(call, site):
    shown = window(call, scope="channel:retail")
    told = value(shown, row(scope=(("channel", ("retail",)),)), HORIZON)
    plan = site.scenario("base").plan()
    assert told == pytest.approx(plan.value("consensus_demand", scope={"channel": "retail"}, periods=HORIZON), abs=0.01)


def test_measures_of_other_grains_show_where_they_have_the_level(call):
    shown = window(
        call, levels="product_family,item,customer", measures="consensus_demand,projected_inventory", depth="2"
    )
    customers = [r for r in shown["rows"] if r["level"] == 2 and r["measure"] == "projected_inventory"]
    items = [r for r in shown["rows"] if r["level"] == 1 and r["measure"] == "projected_inventory"]
    assert customers
    assert all(v is None for r in customers for v in r["values"])
    assert any(v is not None for r in items for v in r["values"])


def test_what_people_changed_is_marked(call):
    shown = window(call)
    horizon = [str(n) for n, c in enumerate(shown["columns"]) if c["kind"] == "horizon"]
    marks = {r["label"]: r["marks"] for r in shown["rows"] if r["measure"] == "consensus_demand"}
    assert all(marks["F0"][n] == "c" for n in horizon)
    assert marks["F1"] == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("500", 500), ("+40", None), ("-5%", None), ("*1.2", None), ("1.2k", 1200), ("1.234,5", 1234.5)],
)
def test_an_edit_of_a_family_is_spread_and_comes_back(call, text, expected):
    before = value(window(call), row(product_family="F1"), HORIZON)
    answer = edit(call, (row(product_family="F1"), HORIZON, text))
    assert answer.status_code == 200, answer.content
    assert (answer.json()["revision"], answer.json()["applied"]) == (2, 1)
    wanted = expected or {"+40": before + 40, "-5%": before * 0.95, "*1.2": before * 1.2}[text]
    assert value(window(call), row(product_family="F1"), HORIZON) == pytest.approx(wanted, abs=0.05)


def test_an_edit_within_a_filter_leaves_the_rest_alone(call, site):
    scope = (("channel", ("retail",)),)
    online = site.scenario("base").plan().value("consensus_demand", scope={"channel": "online"}, periods=HORIZON)
    assert edit(call, (row(scope=scope, product_family="F1"), HORIZON, "900")).status_code == 200
    plan = site.scenario("base").plan()
    inside = {"channel": "retail", "product_family": "F1"}
    assert plan.value("consensus_demand", scope=inside, periods=HORIZON) == pytest.approx(900)
    assert plan.value("consensus_demand", scope={"channel": "online"}, periods=HORIZON) == pytest.approx(online)


def test_a_total_of_the_year_reaches_the_horizon_only(call):
    assert edit(call, (row(product_family="F1"), "total:FY2026", "12000")).status_code == 200
    assert value(window(call), row(product_family="F1"), "total:FY2026") == pytest.approx(12000, abs=0.1)


def test_a_pasted_block_is_one_step(call, site):
    months = ["2026-01", "2026-02", "2026-03"]
    cells = [(row(product_family=f), m, str(100 + n)) for f in ("F0", "F1") for n, m in enumerate(months)]
    before = window(call)
    assert edit(call, *cells).json()["applied"] == 6
    assert value(window(call), row(product_family="F1"), "2026-03") == pytest.approx(102)
    assert call("post", "base/undo", revision=2).json() == {"revision": 3}
    assert window(call)["rows"] == before["rows"]
    assert call("post", "base/redo", revision=3).json() == {"revision": 4}
    assert value(window(call), row(product_family="F0"), "2026-02") == pytest.approx(101)


def test_neighbours_with_the_same_intention_become_one_change(call):
    cells = [(row(product_family="F1"), f"2026-{m:02d}", "+5%") for m in (1, 2, 3, 6)]
    assert len(edit(call, *cells).json()["changes"]) == 2


def test_cells_that_cannot_change_are_told_apart(call):
    answer = edit(
        call,
        (row(product_family="F1"), HORIZON, "10"),
        (row(product_family="F1"), "2025-03", "10"),
        (row("unconstrained_demand", product_family="F1"), HORIZON, "10"),
        (row(product_family="F1"), "2026-04", "ten"),
    ).json()
    assert answer["applied"] == 1
    why = [skipped["why"] for skipped in answer["skipped"]]
    assert ["past" in why[0], "calculated" in why[1], "not a number" in why[2]] == [True, True, True]


def test_an_edit_that_changes_nothing_at_all_is_refused(call):
    answer = edit(call, (row(product_family="F1"), "2025-03", "10"))
    assert answer.status_code == 422
    assert "past" in answer.json()["detail"]


def test_a_stale_revision_is_answered_with_the_others_change(call):
    edit(call, (row(product_family="F1"), HORIZON, "+40"), role="sales", reason="promotion", note="fair")
    answer = edit(call, (row(product_family="F1"), HORIZON, "700"), revision=1)
    assert answer.status_code == 409
    told = answer.json()
    assert told["revision"] == 2
    assert (told["change"]["author"], told["change"]["reason"], told["change"]["note"]) == (
        "sales",
        "promotion",
        "fair",
    )
    assert (told["change"]["measure"], told["change"]["scope"], told["change"]["periods"]) == (
        "consensus_demand",
        "F1",
        "Mar 2026",
    )
    assert window(call)["revision"] == 2


@pytest.mark.parametrize("role", ["executive", "finance", "supply_planner"])
def test_roles_that_do_not_edit_demand_are_refused(call, role):
    answer = edit(call, (row(product_family="F1"), HORIZON, "700"), role=role)
    assert answer.status_code == 403
    assert window(call)["revision"] == 1
    shown = window(call, role=role)
    assert not shown["editable"]
    assert not any(r["editable"] for r in shown["rows"])


def test_finance_edits_prices_cell_by_cell(call, site):
    price = row("price", product_family="F1")
    assert edit(call, (price, HORIZON, "12"), role="finance").status_code == 200
    assert value(window(call, measures="price"), price, HORIZON) == pytest.approx(12)


def test_locked_cells_stay(call):
    cells = [{"row": row(product_family="F1", item="I1"), "column": HORIZON}]
    locked = call("post", "base/lock", revision=1, cells=cells, locked=True)
    assert locked.status_code == 200
    before = value(window(call, depth="1"), row(product_family="F1", item="I1"), HORIZON)
    shown = window(call, depth="1")
    at = str(next(n for n, c in enumerate(shown["columns"]) if c["key"] == HORIZON))
    marks = {r["label"]: r["marks"].get(at, "") for r in shown["rows"] if r["measure"] == "consensus_demand"}
    assert (marks["I1"], "l" in marks["I3"], "l" in marks["F1"]) == ("l", False, False)
    assert edit(call, (row(product_family="F1"), HORIZON, "*2"), revision=2).status_code == 200
    assert value(window(call, depth="1"), row(product_family="F1", item="I1"), HORIZON) == before


def test_a_total_that_locks_do_not_leave_room_for_is_refused_and_nothing_is_kept(call):
    call("post", "base/lock", revision=1, cells=[{"row": row(product_family="F1"), "column": HORIZON}], locked=True)
    answer = edit(call, (row(product_family="F1"), HORIZON, "1"), revision=2)
    assert answer.status_code == 422
    assert window(call)["revision"] == 2


def test_undo_with_nothing_to_undo_is_a_clear_refusal(call):
    answer = call("post", "base/undo", "product_manager", revision=1)
    assert answer.status_code == 404
    assert "nothing to undo" in answer.json()["detail"]


def test_explain_tells_formula_inputs_and_changes(call):
    told = call("get", "base/explain", row=row(product_family="F0"), column=HORIZON).json()
    assert told["measure"] == "consensus_demand"
    assert told["value"] == pytest.approx(value(window(call), row(product_family="F0"), HORIZON), abs=0.01)
    assert told["formula"]
    assert [i["measure"] for i in told["inputs"]][:2] == ["unconstrained_demand", "sales_forecast"]
    assert [(c["author"], c["reason"]) for c in told["changes"]] == [("dana", "launch")]


def test_explain_leads_to_rows_of_the_extract(call):
    told = call(
        "get", "base/explain", row=row("demand_history", product_family="F0", item="I0"), column="2025-03"
    ).json()
    assert told["rows"][0]["table"] == "sales_line"
    assert told["rows"][0]["row"]


def test_an_empty_cell_is_not_explained_by_its_neighbour(call):
    """A measure of the past has no number in a planned month, not that of the last month it has."""
    answer = call("get", "base/explain", row=row("demand_history", product_family="F0"), column=HORIZON)
    assert answer.status_code in (404, 422)
    assert "Demand history has no number in" in answer.json()["detail"]


def test_history_shows_what_was_taken_back(call):
    edit(call, (row(product_family="F1"), HORIZON, "+40"))
    call("post", "base/undo", revision=2)
    told = call("get", "base/history", row=row(product_family="F1", item="I1"), column=HORIZON).json()
    assert [(c["author"], c["undone"]) for c in told["changes"]] == [("demand_planner", True)]
    assert call("get", "base/history", row=row(product_family="F1"), column="2026-04").json() == {"changes": []}


def test_series_shows_history_and_plan(call):
    told = call("get", "base/series", row=row(product_family="F0")).json()
    assert [s["key"] for s in told["series"]] == ["history", "statistical", "consensus"]
    assert len(told["periods"]) == len(told["series"][0]["values"]) == 36
    assert told["series"][0]["values"][0] is not None
    assert told["series"][2]["values"][0] is None


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"levels": "nowhere"}, 422),
        ({"measures": "nothing"}, 404),
        ({"scope": "channel:moon"}, 422),
        ({"scope": "nonsense"}, 422),
        ({"time": "decade"}, 422),
        ({"past": "-1"}, 422),
        ({"start": "x"}, 422),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(call, asked, status):
    answer = call("get", "base/window", **asked)
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]


def test_an_unknown_scenario_is_not_found(call):
    assert call("get", "nothing/window").status_code == 404
    assert edit(call, (row(), HORIZON, "1"), scenario="nothing").status_code == 404


def test_an_archived_scenario_takes_no_edits(call, site):
    site.scenario("promo").archive(actor="sam", at=site.scenario("promo").record.at)
    answer = edit(call, (row(product_family="F1"), HORIZON, "1"), scenario="promo", revision=2)
    assert answer.status_code == 409
    assert not window(call, "promo")["editable"]


def test_quarters_and_years_are_columns_too(call):
    quarters = window(call, time="quarter", totals="0")
    assert [c["key"] for c in quarters["columns"]][-2:] == ["2026-Q3", "2026-Q4"]
    assert edit(call, (row(product_family="F1"), "2026-Q2", "900")).status_code == 200
    assert value(window(call, time="quarter"), row(product_family="F1"), "2026-Q2") == pytest.approx(900, abs=0.1)


def test_shares_are_shown_in_percent(call, site):
    share = row("gross_margin_percent", product_family="F1")
    plan = site.scenario("base").plan()
    wanted = 100 * plan.value("gross_margin_percent", scope={"product_family": "F1"}, periods=HORIZON)
    shown = window(call, measures="gross_margin_percent")
    assert value(shown, share, HORIZON) == pytest.approx(wanted, abs=0.01)
    assert {r["unit"] for r in shown["rows"]} == {"%"}
    assert call("get", "base/explain", row=share, column=HORIZON).json()["value"] == pytest.approx(wanted)


def test_the_way_from_the_plan_published_last_adds_up(call, site):
    asked = {"row": row(product_family="F1"), "column": HORIZON}
    assert call("get", "base/difference", **asked).json() == {"plan": "", "steps": []}
    base = site.scenario("base")
    published = base.publish(actor="ines", at=base.record.at)
    edit(call, (row(product_family="F1"), HORIZON, "+5%"))
    told = call("get", "base/difference", **asked).json()
    assert (told["plan"], told["published_by"]) == (published.id, "ines")
    assert [(s["who"], s["why"]) for s in told["steps"]] == [("demand_planner", "correction")]
    assert Decimal(told["start"]) + sum(Decimal(s["effect"]) for s in told["steps"]) == Decimal(told["end"])
    assert float(told["end"]) == pytest.approx(value(window(call), row(product_family="F1"), HORIZON), abs=0.6)


def test_a_change_is_taken_back_with_a_reason_and_brought_back(call, site):
    key = row(product_family="F0")
    (change,) = call("get", "base/history", row=key, column=HORIZON).json()["changes"]
    assert (change["can_switch"], change["undone"]) == (True, False)
    before = value(window(call), key, HORIZON)
    asked = {"change": change["id"], "reason": "correction", "note": "too early"}
    assert call("post", "base/switch", revision=1, **asked).json() == {"revision": 2}
    assert value(window(call), key, HORIZON) == pytest.approx(before / 1.05, abs=0.01)
    (change,) = call("get", "base/history", row=key, column=HORIZON).json()["changes"]
    assert (change["undone"], change["enabled"]) == (True, False)
    entry = Entry.objects.filter(action="scenario.switch_off").latest("at")
    assert entry.detail == {
        "change": "Consensus demand +5 % for F0",
        "reason": "correction",
        "note": "too early",
    }
    assert call("post", "base/switch", revision=2, on=True, **asked).status_code == 200
    assert value(window(call), key, HORIZON) == pytest.approx(before)


def test_only_who_edits_a_measure_takes_its_changes_back(call, site):
    key = row(product_family="F0")
    (change,) = call("get", "base/history", "finance", row=key, column=HORIZON).json()["changes"]
    assert change["can_switch"] is False
    asked = {"change": change["id"], "reason": "correction"}
    assert call("post", "base/switch", "finance", revision=1, **asked).status_code == 403
    assert call("post", "base/switch", revision=0, **asked).status_code == 409
    assert call("post", "base/switch", revision=1, change="9.9", reason="correction").status_code == 404
    assert call("post", "base/switch", revision=1, change=change["id"], reason="whim").status_code == 422


def test_a_change_of_the_base_is_taken_back_there(call):
    (change,) = call("get", "promo/history", row=row(product_family="F0"), column=HORIZON).json()["changes"]
    assert change["can_switch"] is False


def test_a_closed_line_is_found_with_what_must_be_open_to_see_it(call):
    asked = {"levels": "product_family,item", "measures": "consensus_demand,revenue"}
    found = call("post", "base/find", text="ITEM 3", **asked).json()
    shown = window(call, **asked, open=",".join(found["open"]), start=found["row"], count=2)
    assert [line["label"] for line in shown["rows"]] == ["I3", "I3"]
    assert shown["rows"][0]["node"] == found["node"]


def test_find_goes_on_from_a_line_and_begins_again_at_the_top(call):
    first = call("post", "base/find", text="item").json()
    second = call("post", "base/find", text="item", after=first["node"]).json()
    assert first["node"] != second["node"]
    again = call("post", "base/find", text="f0", after=second["node"]).json()
    assert again == call("post", "base/find", text="f0").json()
    assert call("post", "base/find", text="unheard of").json()["row"] is None


def test_what_belongs_to_the_past_is_edited_in_the_past_only(call, site):
    correction = row("history_correction", item="I0", location="D1", customer="C0")
    shown = window(call, measures="demand_history,history_correction,consensus_demand")
    assert {r["measure"]: r["span"] for r in shown["rows"]} == {
        "demand_history": "history", "history_correction": "history", "consensus_demand": "horizon",
    }  # fmt: skip
    saved = edit(call, (correction, "2025-06", "=-10"), (correction, HORIZON, "5")).json()
    assert [s["why"] for s in saved["skipped"]] == ["History correction belongs to the past"]
    plan, scope = site.scenario("base").plan(), {"item": "I0", "location": "D1", "customer": "C0"}
    asked, cleaned = (plan.value(name, scope=scope, periods="2025-06") for name in ("demand_history", "cleaned_demand"))
    assert cleaned == asked - 10
    assert edit(call, (correction, "2025-06", "0"), revision=saved["revision"]).status_code == 200
    assert site.scenario("base").plan().value("cleaned_demand", scope=scope, periods="2025-06") == asked


def test_an_override_expires_on_the_day_typed_with_it(call):
    told = edit(call, (row(), "2026-02", "+5%"), expires="2026-06-01").json()
    assert told["applied"] == 1
    shown = call("get", "base/history", "demand_planner", row=row(), column="2026-02").json()
    assert shown["changes"][0]["expires"] == "2026-06-01"


def test_an_override_that_would_expire_at_once_is_refused(call):
    told = edit(call, (row(), "2026-02", "+5%"), expires="2025-12-31")
    assert told.status_code == 422 or told.status_code == 400
    assert "never count" in told.json()["detail"]
    assert window(call)["revision"] == 1


def test_a_stream_says_for_how_much_of_the_demand_it_speaks(call, site):
    site.scenario("base").change(
        "sales_forecast", set=1200, scope={"product_family": "F1"}, actor="sam", at=AT, reason="promotion"
    )
    measures = "unconstrained_demand,sales_forecast"
    shown = {(r["label"], r["measure"]): r["voice"] for r in window(call, measures=measures)["rows"]}
    plan = plan_of("base")
    part, whole = (plan.value("unconstrained_demand", scope=scope) for scope in ({"product_family": "F1"}, None))
    assert shown["Total", "sales_forecast"] == round(100 * part / whole) < 100
    assert shown["F1", "sales_forecast"] is None, "it speaks for all of it"
    assert shown["Total", "unconstrained_demand"] is None
