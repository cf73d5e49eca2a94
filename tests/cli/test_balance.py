"""Balance on the command line, on the demo company."""

from tests.cli.conftest import Call, answer


def test_gaps_and_levers_are_told_with_their_terms(call: Call) -> None:
    gaps = answer(call("balance", "gaps", "base", "--json"))
    assert gaps["units"] > 0
    assert sum(row["gap"] for row in gaps["families"]) == gaps["units"] or gaps["families"]
    levers = answer(call("balance", "levers", "base", "--json"))
    assert [one["gain"] for one in levers["levers"]] == sorted((o["gain"] for o in levers["levers"]), reverse=True)
    terms = {one["parameter"]: one for one in levers["terms"]}
    assert terms["lever_hire_lead"]["default"]
    call("scenario", "branch", "base", "slow")
    call("change", "slow", "--parameter", "lever_hire_lead=4", "--reason", "supply_constraint")
    told = call("balance", "levers", "slow")
    assert "lever_hire_lead is set to 4" in told.output


def test_a_lever_is_taken_on_a_branch_and_undone(call: Call) -> None:
    levers = answer(call("balance", "levers", "base", "--json"))["levers"]
    assert levers
    key = levers[0]["key"]
    taken = answer(call("balance", "take", "base", f"{key}=0.5", "--branch", "pulled", "--note", "agreed", "--json"))
    assert taken["scenario"] == "pulled"
    assert taken["changes"] > 0
    refused = call("balance", "take", "base", f"{key}=2")
    assert refused.exit_code != 0
    assert "beyond its limit" in refused.output or "cannot be taken" in refused.output or refused.exit_code
    unknown = call("balance", "take", "base", "magic:wand")
    assert unknown.exit_code != 0
    assert "no lever" in unknown.output


def test_levers_are_tried_before_they_are_taken(call: Call) -> None:
    key = answer(call("balance", "levers", "base", "--json"))["levers"][0]["key"]
    revision = answer(call("scenario", "show", "base", "--json"))["revision"]
    tried = answer(call("balance", "preview", "base", f"{key}=0.5", "--json"))
    assert tried["levers"][0]["plan"]["gap_before"] > 0
    assert "margin_less_cost" in tried["together"]
    assert "nothing taken" in call("balance", "preview", "base", key).output
    assert answer(call("scenario", "show", "base", "--json"))["revision"] == revision
    unknown = call("balance", "preview", "base", "magic:wand")
    assert unknown.exit_code != 0
    assert "no lever" in unknown.output


def test_a_mix_is_taken_in_part(call: Call) -> None:
    mix = answer(call("balance", "mix", "base", "--service", "2", "--json"))
    assert mix["levers"]
    key = mix["levers"][0]["key"]
    taken = answer(call("balance", "mix", "base", "--service", "2", "--only", key, "--branch", "mixed", "--json"))
    assert taken["taken"] is not None
    assert call("balance", "mix", "base", "--service", "99").exit_code != 0


def test_a_ration_is_shown_taken_and_refused(call: Call) -> None:
    shown = answer(call("balance", "ration", "base", "--json"))
    assert {row["rule"] for row in shown["rules"]} == {"as_it_stands", "priority", "fair_share", "profit"}
    channel = shown["order"][0]
    ways = ("balance", "ration", "base", "--percent", "80", "--scope", f"channel={channel}", "--branch", "rationed")
    assert answer(call(*ways, "--note", "spring", "--json"))["taken"] is not None
    listed = call("explain", "rationed", "turned_away", "--scope", f"channel={channel}")
    assert listed.exit_code == 0
    wrong = call("balance", "ration", "base", "--percent", "180")
    assert wrong.exit_code != 0
    assert "no ration" in wrong.output
    assert "no rule" in call("balance", "ration", "base", "--take", "ration:luck").output


def test_an_entry_for_nobody_is_refused(call: Call) -> None:
    wrong = call("risk", "add", "Storm", "--probability", "0.2", "--low", "-9", "--scope", "channel=Moon")
    assert wrong.exit_code != 0
    assert "Moon" in wrong.output
    late = call("risk", "assume", "Prices hold", "-m", "price", "--low", "-4", "--high", "2", "--periods", "2099-01")
    assert late.exit_code != 0
