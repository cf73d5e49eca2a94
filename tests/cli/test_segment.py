"""The command `segment`."""

from tests.cli.conftest import Call, answer


def test_cells_movers_and_items(call: Call, tmp_path) -> None:
    told = answer(call("segment", "show", "base", "--json"))
    assert [one["segment"] for one in told["segments"]] == ["AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"]
    assert told["compared_with"].startswith("the plan published on")
    chosen = next(one["segment"] for one in told["segments"] if one["items"])
    file = tmp_path / "items.csv"
    items = answer(call("segment", "show", "base", "--segment", chosen, "--out", str(file), "--json"))["items"]
    assert {one["segment"] for one in items} == {chosen}
    assert file.is_file()
    assert "Movers since" in call("segment", "show", "base").output


def test_corrections_and_what_does_not_count(call: Call) -> None:
    told = answer(call("segment", "history", "base", "--json"))
    assert {one["kind"] for one in told["corrections"]} <= {"stock_out", "spike", "doubtful", "by_hand", "taken_back"}
    only = answer(call("segment", "history", "base", "--kind", "stock_out", "--json"))
    assert {one["kind"] for one in only["corrections"]} == {"stock_out"}
    reasons = {one["reason"]: one["lines"] for one in told["excluded"]}
    rows = answer(call("segment", "excluded", "base", "--reason", "cancelled", "--json"))
    assert rows["lines"] == reasons["cancelled"] > 0
    assert all(row["order_id"] and row["source_row"] for row in rows["rows"])


def test_a_correction_is_taken_back_on_the_command_line(call: Call) -> None:
    first = answer(call("segment", "history", "base", "--kind", "stock_out", "--json"))["corrections"][0]
    scope = [part for level in ("item", "location", "customer") for part in ("--scope", f"{level}={first[level]}")]
    done = call(
        "change", "base", "history_correction", "--set", "0", *scope, "--periods", first["period"], "--reason",
        "correction", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = answer(call("segment", "history", "base", "--kind", "taken_back", "--json"))["corrections"]
    assert [(one["item"], one["period"], one["cleaned"]) for one in told] == [
        (first["item"], first["period"], first["demand"])
    ]


def test_drivers_come_with_their_evidence(call: Call) -> None:
    told = answer(call("segment", "drivers", "base", "--json"))
    assert {one["indicator"] for one in told["indicators"]} == {"CLIMATE", "STEEL", "WEATHER"}
    used = [one for one in told["indicators"] if one["used"]]
    assert all(one["skill"] >= 0.1 for one in used)


def test_a_segment_or_kind_that_is_none_is_refused(call: Call) -> None:
    assert call("segment", "show", "base", "--segment", "DX").exit_code != 0
    assert call("segment", "history", "base", "--kind", "ghost").exit_code != 0
