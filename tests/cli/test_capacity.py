"""Capacity and sourcing on the command line."""

from tests.cli.conftest import Call, answer


def test_load_is_shown_and_told(call: Call) -> None:
    told = answer(call("capacity", "show", "base", "--json"))
    assert {"resource", "period", "asked", "available", "slack"} <= told["load"][0].keys()
    assert "Load, % of capacity: Resource profile" in call("capacity", "show", "base").output


def test_work_adds_up_to_the_load_of_its_resource(call: Call) -> None:
    load = answer(call("capacity", "show", "base", "--json"))["load"]
    cell = max(load, key=lambda row: row["asked"])
    work = answer(call("capacity", "work", cell["resource"], "base", "--period", cell["period"], "--json"))["work"]
    assert abs(sum(row["hours"] for row in work) - cell["asked"]) < 1e-6 * cell["asked"]
    assert "There is no resource" in call("capacity", "work", "LATHE").output


def test_families_behind_a_resource_are_told_beside_its_items(call: Call) -> None:
    resource = answer(call("capacity", "show", "base", "--json"))["load"][0]["resource"]
    families = answer(call("capacity", "work", resource, "base", "--json"))["families"]
    assert families
    for row in families:
        by_period = [hours for name, hours in row.items() if name not in ("member", "total")]
        assert abs(sum(by_period) - row["total"]) < 1e-6 * row["total"]
    assert "Asked for by" in call("capacity", "work", resource, "base").output


def test_slack_adds_up_what_is_free(call: Call) -> None:
    load = answer(call("capacity", "show", "base", "--json"))["load"]
    told = answer(call("capacity", "slack", "base", "--json"))
    assert [row["slack"] for row in told["slack"]] == [row["slack"] for row in load]
    assert set(told["short_from"]) == {row["resource"] for row in told["slack"] if row["slack"] < 0}
    assert "Hours free up to each period" in call("capacity", "slack", "base").output


def test_sources_are_listed(call: Call) -> None:
    rows = answer(call("sourcing", "sources", "--json"))["sources"]
    some = rows[0]["item_id"]
    assert {"source_type", "lead_time_days", "split_ratio"} <= rows[0].keys()
    assert {row["item_id"] for row in answer(call("sourcing", "sources", "--item", some, "--json"))["sources"]} == {
        row["item_id"] for row in rows if some.lower() in row["item_id"].lower()
    }
    assert "Sources" in call("sourcing", "sources").output


def test_bottlenecks_stand_in_the_order_of_money(call: Call) -> None:
    told = answer(call("capacity", "bottlenecks", "base", "--json"))
    worth = [row["worth"] for row in told["bottlenecks"]]
    assert worth == sorted(worth, reverse=True)
    assert all({"adds", "way", "next way", "costs more"} <= row.keys() for row in told["late"])
    assert call("capacity", "bottlenecks", "base").exit_code == 0


def test_lead_times_and_pegs(call: Call) -> None:
    rows = answer(call("sourcing", "lead-times", "--json"))["lead_times"]
    assert all(row["cumulative_days"] >= row["planned_days"] for row in rows)
    frame = answer(call("run", "base", "--measure", "shipments", "--by", "item", "--by", "location", "--json"))
    assert frame
    row = rows[0]
    period = answer(call("capacity", "show", "base", "--json"))["load"][5]["period"]
    told = call("sourcing", "pegs", row["item"], row["location"], period, "--up", "--json")
    assert "pegs" in answer(told)
    assert "not planned" in call("sourcing", "pegs", "NONE", "NOWHERE", period).output


def test_moves_are_told_with_their_money(call: Call) -> None:
    told = answer(call("capacity", "moves", "base", "--way", "chase", "--json"))
    assert told["way"] == "chase"
    money = [abs(row["money"]) for row in told["moves"]]
    assert money == sorted(money, reverse=True)
    assert call("capacity", "moves", "base").exit_code == 0
    assert "no way to plan" in call("capacity", "moves", "base", "--way", "oracle").output


def test_load_is_told_by_three_methods(call: Call) -> None:
    told = {
        method: answer(call("capacity", "show", "base", "--method", method, "--json"))
        for method in ("resource_profile", "bill_of_resources", "overall_factors")
    }
    sums = {method: {(row["period"]): 0.0 for row in each["load"]} for method, each in told.items()}
    for method, each in told.items():
        for row in each["load"]:
            sums[method][row["period"]] += row["asked"]
    assert told["resource_profile"]["shares"] is None
    shares = told["overall_factors"]["shares"]
    assert shares["basis"] == "closed orders"
    assert abs(sum(shares["share"].values()) - 1) < 1e-9
    for period, hours in sums["bill_of_resources"].items():
        assert abs(sums["overall_factors"][period] - hours) < 1e-6 * hours
    assert "Shares by closed orders" in call("capacity", "show", "base", "-m", "overall_factors").output
    assert "There is no way" in call("capacity", "show", "base", "-m", "guess").output


def test_kinds_of_capacity_are_told(call: Call) -> None:
    rows = answer(call("capacity", "resources", "base", "--json"))["resources"]
    load = answer(call("capacity", "show", "base", "--json"))["load"]
    for row in rows:
        own = [cell["available"] for cell in load if cell["resource"] == row["resource"]]
        assert abs(row["rated"] - sum(own) / len(own)) < 1e-6 * row["rated"]
        assert row["unit"] == "hours"
        assert (row["by"], row["demonstrated"] > 0) == ("closed orders", True)
        assert row["best"] >= row["demonstrated"]
    assert "demonstrated" in call("capacity", "resources", "base").output


def test_more_of_a_family_is_loaded_by_its_bill(call: Call) -> None:
    told = answer(call("capacity", "bills", "base", "--json"))
    family = told["bills"][0]["member"]
    load = answer(call("capacity", "family", family, "base", "--percent", "10", "--json"))
    more = {row["resource"]: row["more"] for row in load["total"]}
    for row in told["bills"]:
        if row["member"] == family:
            assert abs(more[row["resource"]] - 0.1 * row["hours"]) < 1e-6 * row["hours"]
            assert row["least"] <= row["per_unit"] * (1 + 1e-9)
    period = load["load"][3]["period"]
    some = call("capacity", "family", family, "base", "--units", "100", "--from", period, "--to", period, "--json")
    assert sum(row["quantity"] for row in answer(some)["load"] if row["resource"] == next(iter(more))) == 100.0
    assert "+100 units" in call("capacity", "family", family, "--units", "100", "--from", period, "--to", period).output
    assert "A unit asks of resources" in call("capacity", "bills").output
    assert call("capacity", "family", "No such family", "--percent", "10").exit_code != 0
    assert "give percent or units" in call("capacity", "family", family).output


def test_what_to_do_about_orders_is_told(call: Call) -> None:
    told = answer(call("sourcing", "orders", "--json"))
    assert sum(row["messages"] for row in told["totals"]) == len(told["orders"]) > 0
    kind = told["totals"][0]["message"]
    only = answer(call("sourcing", "orders", "--message", kind, "--json"))["orders"]
    assert [row["message"] for row in only] == [kind] * told["totals"][0]["messages"]
    assert "What to do about orders" in call("sourcing", "orders").output
    assert "There is no message" in call("sourcing", "orders", "--message", "panic").output
