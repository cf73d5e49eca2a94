"""Accuracy and intelligence on the command line, on the demo company with its archive."""

from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.conftest import Call, answer


def test_accuracy_grades_seven_plans(call: Call) -> None:
    told = answer(call("accuracy", "show", "--lag", "0", "--json"))
    assert told["versions"] == [f"2026-{month:02d}" for month in range(4, 11)]
    assert {row["lag"] for row in told["lags"]} == set(range(7))
    steps = told["staircase"]
    assert sum(Decimal(s["effect"]) for s in steps) == Decimal(steps[0]["error"]) - Decimal(steps[-1]["error"])
    assert {"naive", "statistical", "sales", "marketing", "finance", "consensus"} <= {s["name"] for s in steps}


def test_accuracy_is_written_for_people_and_as_a_workbook(call: Call, tmp_path: Path) -> None:
    book = tmp_path / "accuracy.xlsx"
    said = call("accuracy", "show", "--lag", "0", "--out", str(book))
    assert said.exit_code == 0
    assert "Forecast value added" in said.output
    assert "Overrides" in CalamineWorkbook.from_path(str(book)).sheet_names


def test_people_and_versions_are_told(call: Call) -> None:
    people = answer(call("accuracy", "people", "--json"))["people"]
    assert {row["author"] for row in people} == {"sam", "petra", "fiona", "dana"}
    table = answer(call("accuracy", "versions", "--scope", "territory=North", "--json"))
    assert len(table["rows"]) == 8


def test_advice_names_its_circle(call: Call) -> None:
    told = answer(
        call("accuracy", "advise", "--percent", "8", "--scope", "territory=North", "--periods", "2026-11", "--actor",
             "sam", "--json")
    )  # fmt: skip
    assert told["n"] >= 3
    assert told["verdict"] in ("helps", "hurts", "mixed")
    refused = call("accuracy", "advise", "--scope", "territory=North")
    assert refused.exit_code != 0
    assert "one of --percent, --add, --set" in refused.output


def test_intelligence_is_entered_used_and_dropped(call: Call) -> None:
    kept = answer(
        call("intelligence", "add", "economy", "Institute", "order books shrink", "--likely", "-4", "--low", "-6",
             "--high", "-1", "--periods", "2026-11..2027-01", "--json")
    )  # fmt: skip
    number = str(kept["id"])
    assert answer(call("intelligence", "use", number, "north-grows", "--json"))["changed"]
    listed = answer(call("intelligence", "list", "--scenario", "north-grows", "--json"))["entries"]
    assert [row["in use"] for row in listed if row["id"] == kept["id"]] == [True]
    assert answer(call("intelligence", "drop", number, "north-grows", "--json"))["changed"]
    assert answer(call("intelligence", "withdraw", number, "--json"))["withdrawn"]


def test_sources_have_a_track_record(call: Call) -> None:
    told = answer(call("intelligence", "sources", "--json"))
    northern = next(row for row in told["sources"] if row["source"] == "Northern Trade Federation")
    assert northern["outcomes"] == 3
    assert 0 <= northern["weight"] <= 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--likely", "9", "--high", "5", "--periods", "2026-11"), "out of order"),
        (("--likely", "9"), "needs its periods"),
        (("--likely", "9", "--periods", "2026-11", "--valid-until", "soon"), "no day"),
    ],
)
def test_entries_that_make_no_sense_are_refused(call: Call, words: tuple[str, ...], said: str) -> None:
    refused = call("intelligence", "add", "economy", "Institute", "order books shrink", *words)
    assert refused.exit_code != 0
    assert said in refused.output
