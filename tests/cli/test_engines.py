"""Commands of the supply engines."""

from tests.cli.conftest import Call, answer


def test_engines_stand_side_by_side(call: Call) -> None:
    told = answer(call("engines", "base", "--way", "priority", "--way", "chase", "--json"))
    assert [one["way"] for one in told["ways"]] == ["priority", "chase"]
    assert all(0 <= one["service"] <= 1 for one in told["ways"])
    assert [one["name"] for one in told["penalties"]][-1] == "elastic"
    assert "What slips first" in call("engines", "base", "--way", "priority").output


def test_an_unknown_way_is_refused(call: Call) -> None:
    result = call("engines", "base", "--way", "oracle")
    assert result.exit_code == 5
    assert "infinite, priority, decomposition, exact" in " ".join(result.output.split())


def test_a_question_of_no_kind_is_refused(call: Call) -> None:
    assert call("what-if", "base", "weather").exit_code == 5


def test_engines_plan_by_other_settings_without_keeping_them(call: Call) -> None:
    plain, fair = (
        answer(call("engines", "base", "--way", "exact", *more, "--json"))["ways"][0]
        for more in ((), ("--goal", "fair_share"))
    )
    assert fair["profit"] <= plain["profit"] + 1e-6
    assert answer(call("engines", "base", "--way", "exact", "--json"))["ways"][0]["profit"] == plain["profit"]


def test_a_goal_that_is_none_is_refused(call: Call) -> None:
    result = call("engines", "base", "--way", "exact", "--goal", "glory")
    assert result.exit_code == 2
    assert "profit, delivery, fair_share" in " ".join(result.output.split())


def test_conventions_are_flags_of_an_answer(call: Call) -> None:
    plain = answer(call("engines", "base", "--way", "exact", "--json"))["ways"][0]
    told = answer(call("engines", "base", "--way", "exact", "--stock-basis", "average", "--json"))["ways"][0]
    assert told["cost"] != plain["cost"]
    assert "--subcontract-material" in call("engines", "--help").output
    wrong = call("engines", "base", "--stock-basis", "mean")
    assert wrong.exit_code
    assert "ending, average" in wrong.output


def test_strategies_stand_next_to_the_optimum_and_become_scenarios(call: Call) -> None:
    told = answer(call("strategies", "base", "--make", "--json"))
    assert [row["strategy"] for row in told["strategies"]] == ["level", "chase", "hybrid", "optimum"]
    assert told["made"] == ["base-optimum", "base-level", "base-chase", "base-hybrid"]
    listed = call("scenario", "list").output
    assert all(name in listed for name in told["made"])
    assert "Made from base" in call("strategies", "base", "--make").output
