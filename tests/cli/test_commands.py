"""Every command: what it answers, in words and in JSON."""

import csv
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from steelyard.cli import app
from steelyard.cli.command_group import COMMANDS
from tests.cli.conftest import Call, answer


def spelled(*words: str) -> list[tuple[str, ...]]:
    """How the commands at or below these words are called, as the application knows them."""
    command = get_command(app)
    for word in words:
        assert isinstance(command, TyperGroup)
        command = command.commands[word]
    if not isinstance(command, TyperGroup):
        return [words]
    return [one for word in command.commands for one in spelled(*words, word)]


def test_help_lists_every_command(call: Call) -> None:
    result = call("--help")
    assert result.exit_code == 0
    assert all(f" {name} " in result.output for name in COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_and_the_common_options(call: Call, name: str) -> None:
    for words in spelled(name):
        result = call(*words, "--help")
        assert result.exit_code == 0
        assert all(option in result.output for option in ("--company", "--json", "--debug")), words


def test_new_makes_a_workspace(call: Call, tmp_path: Path) -> None:
    made = answer(call("new", str(tmp_path / "bikes"), "--name", "Bikes", "--json"))
    assert made["company"] == "Bikes"
    assert (tmp_path / "bikes" / "steelyard.toml").is_file()


def test_import_reports_what_came_in(call: Call, demo_folder: Path, tmp_path: Path) -> None:
    call("new", str(tmp_path / "fresh"))
    source = str(demo_folder / "erp" / "2026-10")
    told = answer(call("import", source, "--company", str(tmp_path / "fresh"), "--json"))
    sales = next(row for row in told["reconciliation"] if row["table"] == "sales_line")
    assert sales["rows_read"] == sales["rows_accepted"] + sales["rows_quarantined"]
    assert sales["rows_quarantined"] == 3
    assert told["as_of"] == "2026-10-31"


def test_check_of_the_last_extract_exits_with_1_for_errors(call: Call) -> None:
    told = answer(call("check", "--json"), code=1)
    assert {finding["severity"] for finding in told["findings"]} >= {"error", "warning"}
    shown = call("check")
    assert "KS-0000" in shown.output
    assert "how to mend it" in shown.output


def test_map_understands_the_demos_own_files(call: Call, demo_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "mapping.toml"
    told = answer(call("map", str(demo_folder / "erp" / "2026-10"), "-o", str(output), "--json"))
    tables = {one["file"].removesuffix(".csv"): one["table"] for one in told["files"]}
    assert tables["sales_line"] == "sales_line"
    assert tables["bom"] == "bom"
    assert output.read_text() == told["mapping"]


def test_run_shows_the_plan_in_the_width_of_the_terminal(call: Call) -> None:
    result = call("run", "base")
    assert result.exit_code == 0
    assert "Kitchen scales" in result.output
    assert "HOUSE-ASM" in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 100


def test_run_in_json_adds_up(call: Call) -> None:
    told = answer(call("run", "base", "-m", "revenue", "-b", "product_family", "-t", "all", "--json"))
    kpis = {one["name"]: one for one in told["kpis"]}
    assert kpis["fill_rate"]["target"] == 96.0
    assert kpis["forecast_accuracy"]["value"] > 50
    total = next(one["value"] for one in told["kpis"] if one["name"] == "revenue")
    assert sum(row["revenue"] for row in told["frame"]) == pytest.approx(total)
    assert "overload [h]" in call("run", "base").output
    assert [row["resource"] for row in told["resources"] if row["peak"] > 1.0] in (
        ["HOUSE-ASM", "SMT"],
        ["SMT", "HOUSE-ASM"],
    )


def test_change_shows_its_effect_and_undo_takes_it_back(call: Call) -> None:
    made = answer(call("scenario", "branch", "base", "trial", "--json"))
    assert made["base"] == "base"
    told = answer(
        call("change", "trial", "consensus_demand", "--percent", "10", "-s", "product_family=Personal scales",
             "-p", "2027-01..2027-03", "--reason", "promotion", "--note", "gym fair", "--json")
    )  # fmt: skip
    assert told["revision"] == 1
    assert told["effect"]["demand_plan"]["effect"] > 0
    undone = answer(call("change", "trial", "--undo", "--json"))
    assert {name: moved["effect"] for name, moved in undone["effect"].items()} == pytest.approx(
        {name: -moved["effect"] for name, moved in told["effect"].items()}
    )
    redone = answer(call("change", "trial", "--redo", "--json"))
    assert redone["effect"] == told["effect"]


def test_change_in_words_names_author_and_reason(call: Call) -> None:
    result = call("change", "trial", "price", "--percent", "2", "--reason", "price_change", "--actor", "fiona")
    assert result.exit_code == 0, result.output
    assert "by fiona (price_change)" in result.output
    assert "Revenue" in result.output


def test_change_of_a_parameter(call: Call) -> None:
    told = answer(call("change", "trial", "--parameter", "finite_capacity=false", "--json"))
    assert "finite_capacity" in told["change"]
    assert told["revision"] == answer(call("scenario", "show", "trial", "--json"))["revision"]


def test_scenarios_are_listed_shown_archived_and_restored(call: Call) -> None:
    call("scenario", "branch", "base", "shelf", "--note", "for later")
    names = [one["name"] for one in answer(call("scenario", "list", "--json"))["scenarios"]]
    assert names[:5] == ["last-month", "base", "launch-slips", "supplier-fails", "north-grows"]
    assert "shelf" in names
    assert answer(call("scenario", "archive", "shelf", "--json"))["archived"] is True
    assert "shelf" not in [one["name"] for one in answer(call("scenario", "list", "--json"))["scenarios"]]
    assert "shelf" in call("scenario", "list", "--archived").output
    answer(call("scenario", "restore", "shelf", "--json"))
    shown = answer(call("scenario", "show", "launch-slips", "--json"))
    assert [change["own"] for change in shown["changes"]].count(True) == 3
    assert "petra" in call("scenario", "show", "launch-slips").output


def test_scenario_is_created_on_the_latest_extract(call: Call) -> None:
    made = answer(call("scenario", "create", "short", "--horizon", "6", "--json"))
    assert made["changes"] == 0
    told = answer(call("run", "short", "-m", "revenue", "-t", "period", "--json"))
    assert len(told["frame"]) == 6


def test_compare_shows_headlines_deltas_and_cells(call: Call) -> None:
    told = answer(call("compare", "base", "launch-slips", "--json"))
    moved = {row["measure"]: row["launch-slips - base"] for row in told["headlines"]}
    assert moved["demand_plan"] < 0
    assert moved["revenue"] != 0
    assert told["cells"]["launch-slips"]
    result = call("compare", "base", "launch-slips", "north-grows", "-b", "territory")
    assert result.exit_code == 0
    assert "difference" in result.output or "launch-slips" in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 100


def test_compare_keeps_to_the_periods_that_both_plans_have(call: Call) -> None:
    result = call("compare", "last-month", "base")
    assert "2026-11 to 2028-09" in result.output


def test_compare_exit_code_says_whether_plans_differ(call: Call) -> None:
    assert call("compare", "base", "north-grows", "--exit-code").exit_code == 1
    call("scenario", "branch", "base", "twin")
    assert call("compare", "base", "twin", "--exit-code").exit_code == 0


def test_explain_names_formula_inputs_changes_and_rows(call: Call) -> None:
    told = answer(call("explain", "base", "revenue", "-s", "product_family=Kitchen scales", "-p", "2026-12", "--json"))
    assert told["value"] > 0
    assert {one["name"] for one in told["inputs"]} >= {"constrained_demand", "price"}
    assert any("by sam" in one["change"] for one in told["changes"])
    assert told["row_counts"]["price"] > 0
    result = call("explain", "base", "revenue", "-s", "product_family=Kitchen scales", "-p", "2026-12")
    assert "price.csv" in result.output
    assert "period x series [money]" in result.output
    assert "effect in EUR" in result.output
    demand = call("explain", "base", "consensus_demand", "-s", "product_family=Kitchen scales", "-p", "2026-12")
    assert " k units" in demand.output.splitlines()[0]


def test_explain_against_another_plan_is_an_exact_chain(call: Call) -> None:
    told = answer(call("explain", "launch-slips", "revenue", "--against", "base", "--json"))
    assert told["start"] + sum(step["effect"] for step in told["steps"]) == pytest.approx(told["end"], abs=1e-4)
    assert len(told["steps"]) == 3
    assert told["before"] == told["after"]
    shown = call("explain", "launch-slips", "revenue", "--against", "base").output
    assert "exactly" in shown
    assert f"base, {' to '.join(told['before'])}" in " ".join(shown.split())


def test_publish_and_replay_give_the_same_bytes(call: Call) -> None:
    told = answer(call("publish", "north-grows", "--note", "growth case", "--json"))
    assert len(told["plan"]) == 64
    replayed = answer(call("replay", told["plan"][:10], "--json"))
    assert replayed["same"] is True
    assert told["by"] == "tester"
    assert answer(call("publish", "north-grows", "--note", "again", "--json"))["plan"] == told["plan"]
    assert "replays to the same" in call("replay").output


def test_published_plans_are_listed_and_the_last_has_a_name(call: Call) -> None:
    plan = answer(call("publish", "launch-slips", "--note", "late", "--json"))["plan"]
    listed = answer(call("scenario", "published", "--json"))["published"]
    assert listed[-1]["id"].startswith(plan[:12])
    assert "launch-slips" in call("scenario", "published").output
    assert answer(call("scenario", "stale", "last-published", "--json")) == {"stale": False, "moves": []}
    made = answer(call("scenario", "branch", "last-published", "after-the-last", "--json"))
    assert plan[:12] in made["base"]
    assert call("compare", "last-published", "after-the-last", "--exit-code").exit_code == 0


def test_published_plan_can_be_branched_run_and_compared(call: Call) -> None:
    plan = answer(call("publish", "launch-slips", "--note", "late", "--json"))["plan"]
    made = answer(call("scenario", "branch", plan[:12], "after-publish", "--json"))
    assert made["base"] == f"plan {plan[:12]}"
    assert call("compare", plan[:12], "after-publish", "--exit-code").exit_code == 0


def test_export_writes_files_that_other_programs_read(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    told = answer(call("export", "base", str(file), "-m", "revenue", "-b", "product_family", "-t", "year", "--json"))
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert len(rows) == told["rows"] == 15
    for name in ("plan.xlsx", "plan.parquet"):
        assert call("export", "base", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).stat().st_size > 1000


def test_change_of_master_data_by_key(call: Call) -> None:
    call("scenario", "branch", "base", "slow-boards")
    told = answer(
        call("change", "slow-boards", "--master-data", "source.lead_time_days=90", "--key", "source_type=buy",
             "--reason", "supply_constraint", "--json")
    )  # fmt: skip
    assert "source.lead_time_days" in told["change"]
    wrong = call("change", "slow-boards", "--master-data", "source.lead_time_days", "--key", "supplier_id=V702")
    assert wrong.exit_code == 2
    assert "table.column=value" in wrong.output


def test_forecast_shows_the_interval_and_how_it_came_about(call: Call) -> None:
    told = answer(call("forecast", "base", "-s", "product_family=Kitchen scales", "--json"))
    assert told["sentence"]
    assert all(low <= high for low, high in zip(told["low_95"], told["high_95"], strict=True))
    assert told["units"][0]["reason"]
    shown = call("forecast", "base", "-s", "product_family=Kitchen scales", "-n", "2").output
    assert "high 80 %" in shown
    assert "The largest 2 of" in shown
    assert call("forecast", "base", "-s", "product_family=nothing").exit_code == 2


def test_explaining_a_forecast_says_how_it_came_about(call: Call) -> None:
    told = answer(call("explain", "base", "statistical_forecast", "-s", "product_family=Kitchen scales", "--json"))
    assert told["reason"]
    assert "Here: " in call("explain", "base", "statistical_forecast", "-s", "product_family=Kitchen scales").output
