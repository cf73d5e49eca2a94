"""Change sets, locks and staleness on the command line."""

from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.conftest import answer


def test_a_set_is_recorded_shown_checked_laid_and_withdrawn(call):
    assert answer(call("--json", "change-set", "list")) == {"change_sets": []}
    made = answer(call("--json", "change-set", "record", "supplier-fails", "supplier out", "--note", "a quarter"))
    assert made["changes"] == 2
    assert answer(call("--json", "change-set", "show", "supplier out"))["content"]
    call("scenario", "branch", "base", "harbour")
    looked = answer(call("--json", "change-set", "lay", "supplier out", "harbour", "--check"))
    assert (looked["laid"], looked["revision"]) == (False, 0)
    laid = answer(call("--json", "change-set", "lay", "supplier out", "harbour"))
    assert laid["revision"] == 1
    assert answer(call("--json", "change-set", "withdraw", "supplier out"))["withdrawn"]
    assert call("change-set", "show", "supplier out").exit_code == 5


def test_a_locked_scenario_takes_no_changes(call):
    call("scenario", "branch", "base", "kept")
    assert answer(call("--json", "scenario", "lock", "kept"))["locked"]
    assert call("change", "kept", "consensus_demand", "--percent", "5", "--reason", "other").exit_code == 4
    assert not answer(call("--json", "scenario", "unlock", "kept"))["locked"]
    assert answer(call("--json", "scenario", "describe", "kept", "--name", "held", "--note", "for later")) == {
        "name": "held", "note": "for later",
    }  # fmt: skip


def test_an_answer_says_whether_it_still_holds(call, tmp_path):
    file = tmp_path / "footing.json"
    call("scenario", "branch", "base", "asked")
    call("scenario", "footing", "asked", "--out", str(file))
    assert answer(call("--json", "scenario", "stale", str(file))) == {"stale": False, "moves": []}
    call("change", "asked", "consensus_demand", "--percent", "5", "--reason", "other")
    told = answer(call("--json", "scenario", "stale", str(file), "--exit-code"), code=1)
    assert told["moves"] == ["1 change in asked by tester"]


def test_a_comparison_is_written_to_a_workbook(call, tmp_path):
    file = tmp_path / "compared.xlsx"
    assert call("compare", "base", "north-grows", "--excel", str(file)).exit_code == 0
    with file.open("rb") as book:
        way = CalamineWorkbook.from_filelike(book).get_sheet_by_name("Why north-grows").to_python()
    assert (way[1][0], way[-1][0]) == ("base", "north-grows")
    assert way[1][1] + sum(row[1] for row in way[2:-1]) == pytest.approx(way[-1][1], abs=0.001)
    with ZipFile(file) as parts:
        assert "xl/charts/chart1.xml" in parts.namelist()
