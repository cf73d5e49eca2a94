"""Commands that take a stock proposal over."""

from tests.cli.conftest import Call, answer


def test_a_budget_and_the_network_are_taken_over_and_undone(call: Call) -> None:
    told = answer(call("inventory", "base", "--budget", "500", "--adopt", "--actor", "luis", "--json"))
    assert told["adopted"]["changes"] > 0
    undone = answer(call("change", "base", "--undo", "--actor", "luis", "--json"))
    assert undone["revision"] == told["adopted"]["revision"] + 1
    placed = answer(call("multi-echelon", "base", "--adopt", "--actor", "luis", "--json"))
    assert placed["adopted"]["changes"] > 0


def test_there_is_nothing_to_adopt_without_a_proposal(call: Call) -> None:
    result = call("inventory", "base", "--adopt")
    assert result.exit_code == 2, result.output
    assert "--budget" in result.output
