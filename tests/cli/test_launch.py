"""The launch and portfolio commands."""

import json
from pathlib import Path


def answer(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_launches_of_the_demo_company_are_listed_and_tried(call):
    told = answer(call("launch", "list", "base", "--json"))["launches"]
    ahead = [row for row in told if row["state"] == "announced"]
    assert ahead
    item = ahead[-1]["item"]
    tried = answer(call("launch", "slip", "base", item, "2027-08-01", "--try", "--json"))
    units = [row["units"] - row["units_after"] for row in tried["periods"]]
    assert sum(units) > 0
    assert item in call("launch", "list", "base").output
    assert "factor" in call("launch", "show", "base", item).output


def test_a_new_item_is_launched_moved_gated_and_replaced(call):
    pattern = answer(call("launch", "list", "base", "--json"))["launches"][0]["item"]
    like = answer(call("launch", "like", "base", pattern, "--json"))["proposals"][0]["item"]
    assert call("launch", "item", "base", "NEW-1", "--pattern", like).exit_code == 0
    entered = answer(call("launch", "add", "base", "NEW-1", "--date", "2027-03-01", "--like", f"{like}=0.5", "--json"))
    assert entered["effect"]["demand_plan"]["effect"] > 0
    assert call("launch", "slip", "base", "NEW-1", "2027-05-01").exit_code == 0
    assert call("launch", "gate", "base", "NEW-1", "passed", "--date", "2027-04-01").exit_code == 0
    assert call("launch", "succeed", "base", like, "NEW-1", "--date", "2027-09-01").exit_code != 0
    assert call("launch", "end", "base", "NEW-1", "2028-06-30", "--run-down", "2").exit_code == 0
    assert (
        "sums to 0.9"
        in call(
            "launch",
            "add",
            "base",
            "NEW-1",
            "--date",
            "2027-03-01",
            "--curve",
            "own",
            "--share",
            "0.4",
            "--share",
            "0.5",
        ).output
    )


def test_portfolio_tables_are_shown_and_written(call, tmp_path: Path):
    for name in ("products", "endings", "exits", "calendar"):
        file = tmp_path / f"{name}.xlsx"
        assert call("portfolio", name, "base", "--export", str(file)).exit_code == 0
        assert file.stat().st_size > 2000
    told = answer(call("portfolio", "products", "base", "--json"))
    assert {row["part"] for row in told["tail"]} == {"head", "tail"}
    assert told["vitality"][0]["family"] == "All"
