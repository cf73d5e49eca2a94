"""Signing and sizing up overrides on the command line."""

from steelyard.cli.exit_code import ExitCode
from tests.cli.conftest import Call, answer

KITCHEN = ("-s", "product_family=Kitchen scales")
LIFT = ("change", "base", "consensus_demand", *KITCHEN, "--reason", "promotion")


def test_a_function_signs_closes_and_reopens_a_slice(call: Call) -> None:
    assert "Nobody has signed yet" in call("sign-off", "base").output
    told = answer(call("sign-off", "base", "sales", *KITCHEN, "--close", "--note", "agreed", "--json"))
    assert told["sign_offs"][0] | {"now": 0, "at": "", "signed": 0} == {
        "function": "Sales", "slice": "consensus_demand of product_family Kitchen scales", "state": "closed",
        "by": "tester", "at": "", "signed": 0, "now": 0, "note": "agreed",
    }  # fmt: skip
    refused = call(*LIFT, "--percent", "5")
    assert refused.exit_code == ExitCode.CONFLICT
    assert "closed by tester for sales" in " ".join(refused.output.split())
    assert call("sign-off", "base", "sales", *KITCHEN).exit_code == ExitCode.CONFLICT
    assert call("sign-off", "base", "sales", *KITCHEN, "--reopen").exit_code == 0
    assert answer(call("sign-off", "base", "--json"))["sign_offs"][0]["state"] == "reopened"


def test_a_sign_off_does_one_thing(call: Call) -> None:
    assert call("sign-off", "base", "sales", "--close", "--reopen").exit_code == ExitCode.USAGE
    assert call("sign-off", "base", "sale").exit_code == ExitCode.NOT_FOUND


def test_an_override_needs_a_reason(call: Call) -> None:
    refused = call("change", "base", "consensus_demand", "--percent", "5")
    assert refused.exit_code == ExitCode.USAGE
    assert "An override needs a reason" in refused.output


def test_an_override_is_sized_up_before_it_is_kept(call: Call) -> None:
    large = answer(call(*LIFT, "--percent", "80", "--check", "--json"))
    assert large["kept"] is False
    assert large["remarks"][0].startswith("Large override")
    assert large["effect"] == {}
    noise = call(*LIFT, "--add", "1", "--check").output
    assert "cannot be told from chance" in " ".join(noise.split())


def test_a_stream_speaks_expires_and_falls_silent(call: Call) -> None:
    spoken = answer(call("change", "base", "marketing_forecast", *KITCHEN, "--percent", "10", "--expires", "2030-01-01",
                         "--reason", "promotion", "--json"))  # fmt: skip
    assert spoken["effect"]["demand_plan"]["effect"] > 0
    silent = answer(call("change", "base", "marketing_forecast", *KITCHEN, "--no-opinion", "--reason", "correction",
                         "--json"))  # fmt: skip
    assert silent["effect"]["demand_plan"]["effect"] < 0


def test_a_weight_outside_its_range_is_refused_with_the_range(call: Call) -> None:
    refused = call("change", "base", "sales_weight", "--set", "1.5", "--per", "cell", "--reason", "correction")
    assert refused.exit_code == ExitCode.USAGE
    assert "enter a value from 0 to 1" in " ".join(refused.output.split())
    refused = call("change", "base", "--parameter", "sales_weight=-1")
    assert "use a value from 0 to 1" in " ".join(refused.output.split())
    refused = call("change", "base", "--parameter", "stream_weights=A 1-3: sales 2")
    assert "use a weight from 0 to 1" in " ".join(refused.output.split())
