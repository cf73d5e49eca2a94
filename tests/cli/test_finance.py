"""Finance on the command line."""

from decimal import Decimal

from tests.cli.conftest import Call, answer


def test_statement_bridge_and_profitability_answer(call: Call) -> None:
    rows = answer(call("finance", "statement", "base", "-v", "plan", "--json"))["rows"]
    assert {"revenue", "cash_flow"} <= {row["line"] for row in rows}
    told = answer(call("finance", "bridge", "base", "--to", "plan", "--json"))
    assert Decimal(told["start"]) + sum(map(Decimal, told["effects"].values())) == Decimal(told["end"])
    assert answer(call("finance", "profitability", "base", "--by", "item", "--json"))["rows"]
    assert answer(call("finance", "budget", "base", "--json"))["versions"]
    assert answer(call("finance", "option", "base", "base", "--outlay", "5", "--json"))["net_present_value"] == -5.0


def test_people_read_tables(call: Call) -> None:
    assert "Operating profit" in call("finance", "statement", "base").output
    assert "volume" in call("finance", "bridge", "base", "--to", "plan").output


def test_an_action_goes_into_the_plan(call: Call) -> None:
    call(
        "finance",
        "actions",
        "add",
        "Raise prices",
        "--value",
        "9",
        "--due",
        "2026-09-01",
        "--percent",
        "2",
        "-m",
        "price",
    )
    number = str(max(row["number"] for row in answer(call("finance", "actions", "list", "--json"))["actions"]))
    assert answer(call("finance", "actions", "plan", number, "--json"))["in plan"] is True
    assert answer(call("finance", "actions", "plan", number, "--out", "--json"))["in plan"] is False
    assert answer(call("finance", "actions", "judge", "1", "done", "--realised", "7", "--json"))["status"] == "done"


def test_an_unknown_version_is_told(call: Call) -> None:
    refused = call("finance", "statement", "base", "-v", "dream")
    assert refused.exit_code != 0
    assert "use one of" in refused.output
