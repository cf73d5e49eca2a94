"""Registers, tornado, ranges and futures on the command line."""

import pytest

from tests.cli.conftest import Call, answer


@pytest.fixture
def filled(call: Call) -> Call:
    call("risk", "assume", "Prices hold", "-m", "price", "--low", "-4", "--high", "2", "--owner", "sam")
    call("risk", "assume", "Steel stays cheap", "-m", "unit_cost", "--low", "0", "--high", "9")
    call("risk", "add", "A dealer leaves", "--probability", "0.2", "--low", "-9", "--likely", "-6", "--high", "0")
    return call


def test_entries_are_listed_and_judged(filled: Call) -> None:
    told = answer(filled("risk", "list", "--json"))
    assert {row["statement"] for row in told["assumptions"]} >= {"Prices hold", "Steel stays cheap"}
    number = str(next(row["number"] for row in told["assumptions"] if row["statement"] == "Prices hold"))
    judged = answer(filled("risk", "judge", "assumption", number, "validated", "--outcome", "1.5", "--json"))
    assert (judged["status"], judged["outcome"]) == ("validated", 1.5)
    refused = filled("risk", "judge", "assumption", number, "certain")
    assert refused.exit_code != 0
    assert "use one of" in refused.output


def test_a_tornado_shows_the_widest_first(filled: Call) -> None:
    told = answer(filled("risk", "tornado", "base", "--json"))
    widths = [abs(bar["high"] - bar["low"]) for bar in told["bars"]]
    assert widths == sorted(widths, reverse=True)
    assert "Prices hold" in filled("risk", "tornado", "base").output


def test_futures_tell_percentiles_and_the_chance_of_the_budget(filled: Call) -> None:
    told = answer(filled("risk", "simulate", "base", "--draws", "60", "--seed", "3", "--json"))
    again = answer(filled("risk", "simulate", "base", "--draws", "60", "--seed", "3", "--json"))
    assert told == again
    assert all(row["p10"] <= row["p50"] <= row["p90"] for row in told["summary"])
    assert 0 <= told["chance_of_budget"]["value"] <= 1
    assert "A dealer leaves" in told["risks"]
    assert "Chance to reach the budget" in filled("risk", "simulate", "base", "--draws", "60").output


def test_ranges_become_three_scenarios(filled: Call) -> None:
    told = answer(filled("risk", "ranges", "base", "--json"))
    names = [one["name"] for one in answer(filled("scenario", "list", "--json"))["scenarios"]]
    assert set(told.values()) <= set(names)
    again = filled("risk", "ranges", "base")
    assert again.exit_code != 0
    assert "already a scenario" in again.output


def test_nonsense_is_refused_in_words(call: Call) -> None:
    refused = call("risk", "add", "Odd", "--probability", "1.4")
    assert refused.exit_code != 0
    assert "value from 0 to 1" in refused.output


def test_the_scenario_one_would_regret_least_is_told(filled: Call) -> None:
    filled("scenario", "branch", "base", "dear")
    filled("change", "dear", "price", "--percent", "5", "--reason", "price_change")
    told = answer(filled("risk", "regret", "base", "dear", "-m", "revenue", "--json"))
    assert told["smallest_largest"] == told["smallest_mean"] == "dear"
    assert told["largest"]["dear"] == 0
    assert told["futures"][0]["future"] == "as planned"
    assert told["futures"][0]["base: regret"] == pytest.approx(told["futures"][0]["dear"] - told["futures"][0]["base"])
    assert "dear" in filled("risk", "regret", "base", "dear").output
    refused = filled("risk", "regret", "base")
    assert refused.exit_code != 0
    assert "name two or more" in refused.output
