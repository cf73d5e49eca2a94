"""Commands of replenishment: policies, simulation, lots, discounts, joint orders, last buys, chains."""

import pytest

from tests.cli.conftest import Call, answer

MINE = "MINE"
"""Stands for an item at a centre that customers ask."""


@pytest.fixture
def mine(call: Call) -> tuple[str, str]:
    rows = answer(call("replenishment", "policies", "base", "--order-cost", "150", "--top", "500", "--json"))["rows"]
    asked = (row for row in rows if row["location"].startswith("D-") and row["mean_stock"] > 20)
    first = next(asked)
    return first["item"], first["location"]


def test_policies_lots_and_last_buys_are_shown_simulated_and_taken(call: Call, mine: tuple[str, str]) -> None:
    place = ("--item", mine[0], "--location", mine[1])
    best = answer(call("replenishment", "policies", "base", "--order-cost", "150", "--json"))
    assert best["found"] > 0
    one = answer(call("replenishment", "policies", "base", *place, "--order-cost", "150", "--json"))
    assert {row["rule"] for row in one["rows"]} >= {"reorder_point", "min_max", "kanban", "buffer", "best (s, Q)"}
    seen = answer(call("replenishment", "policies", "base", *place, "--simulate", "--json"))
    assert all(abs(row["fill_rate"] - row["expected"]) < 0.05 for row in seen["rows"])
    tried = answer(
        call("replenishment", "simulate", "base", *place, "--rule", "order_up_to", "--courses", "50", "--json")
    )
    assert 0 < tried["rows"][1]["mean"] <= 1
    taken = answer(
        call("replenishment", "lots", "base", *place, "--order-cost", "300", "--rule", "wagner_whitin", "--take",
             "--actor", "luis", "--json")
    )  # fmt: skip
    assert taken["taken"]["changes"] >= 1
    rule = answer(call("replenishment", "policies", "base", *place, "--take", "buffer", "--actor", "luis", "--json"))
    assert rule["taken"]["revision"] > taken["taken"]["revision"]
    buy = answer(call("replenishment", "last-buy", "base", *place, "--salvage", "0.5", "--json"))
    assert buy["rows"][0]["level"] > 0
    chain = answer(call("multi-echelon", "base", "--chain", "@".join(mine), "--json"))
    assert chain["simulated"]["mean"] == pytest.approx(chain["cost"], rel=0.02)
    served = answer(call("inventory", "base", "--service", "0.97", "--json"))
    assert served["budget"]["fill_rate"] == pytest.approx(0.97, abs=1e-4)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("replenishment", "policies", "base", "--take", "buffer"), "One item-location"),
        (("replenishment", "policies", "base", MINE, "--take", "luck"), "no rule"),
        (("replenishment", "simulate", "base", MINE, "--basis", "dice"), "law or history"),
        (("replenishment", "simulate", "base", MINE, "--courses", "0"), "courses"),
        (("replenishment", "lots", "base", "--item", "I0", "--location", "MOON"), "not stocked"),
        (("replenishment", "discounts", "base", MINE, "--take"), "quantity discount"),
        (("replenishment", "joint", "base", "--take"), "one supplier"),
        (("replenishment", "last-buy", "base", MINE, "--salvage", "2"), "Salvage"),
        (("multi-echelon", "base", "--chain", "I0"), "ITEM@LOCATION"),
        (("multi-echelon", "base", "--chain", "COMP@P1"), "not stocked"),
        (("inventory", "base", "--service", "0.97", "--budget", "5"), "two questions"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    call: Call, mine: tuple[str, str], words: tuple[str, ...], told: str
) -> None:
    place = ("--item", mine[0], "--location", mine[1])
    result = call(*(one for word in words for one in (place if word == MINE else (word,))))
    assert result.exit_code not in (0, 70), result.output
    assert told in " ".join(result.output.split())
