"""Diff, merge, promote and rebase on the command line."""

from tests.cli.conftest import Call, answer

ROAD = ("consensus_demand", "--percent", "5")


def _branches(call: Call, *names: str) -> None:
    for name in names:
        assert call("scenario", "branch", "base", name).exit_code == 0


def _family(call: Call) -> str:
    frame = answer(call("run", "base", "--measure", "consensus_demand", "--by", "product_family", "--json"))
    text = str(frame)
    start = text.index("'product_family': '") + len("'product_family': '")
    return text[start : text.index("'", start)]


def test_scenarios_are_merged_with_their_conflicts_settled(call: Call) -> None:
    _branches(call, "one", "two")
    family = f"product_family={_family(call)}"
    for name, number in (("one", "5"), ("two", "7")):
        call("change", name, "price", "--percent", number, "--scope", family, "--reason", "price_change")
    call("change", "two", "price", "--set", "9", "--scope", family, "--reason", "price_change")
    told = answer(call("scenario", "merge", "one", "two", "--preview", "--json"))
    assert (len(told["takes"]), len(told["conflicts"])) == (1, 1)
    open_conflict = call("scenario", "merge", "one", "two")
    assert open_conflict.exit_code != 0
    assert "not settled" in open_conflict.output
    settled = f"{told['conflicts'][0]['id']}=theirs"
    assert "Merged two into one" in call("scenario", "merge", "one", "two", "--settle", settled).output
    after = answer(call("scenario", "diff", "one", "two", "--json"))
    assert [row["where"] for row in after["differences"]] == ["switched"] or after["kept"] >= 2


def test_a_branch_is_promoted_and_archived(call: Call) -> None:
    _branches(call, "lift")
    before = len(answer(call("scenario", "show", "base", "--json"))["changes"])
    call("change", "lift", *ROAD, "--reason", "promotion")
    assert answer(call("scenario", "promote", "lift", "--json")) == {"promoted": "lift", "into": "base", "changes": 1}
    assert len(answer(call("scenario", "show", "base", "--json"))["changes"]) == before + 1
    assert "lift" not in [one["name"] for one in answer(call("scenario", "list", "--json"))["scenarios"]]


def test_last_month_is_taken_to_this_months_extract(call: Call) -> None:
    told = answer(call("scenario", "rebase", "last-month", "carried", "--preview", "--json"))
    assert told["preview"]
    assert {row["fate"] for row in told["changes"]} <= {"applies", "partly", "past", "vanished", "expired"}
    made = answer(call("scenario", "rebase", "last-month", "carried", "--json"))
    assert [row["fate"] for row in made["changes"]] == [row["fate"] for row in told["changes"]]
    assert "carried" in [one["name"] for one in answer(call("scenario", "list", "--json"))["scenarios"]]
