"""Replenishment of a plan: policies, lots, discounts, joint orders, last buys and chains, taken over as changes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Blocks, join
from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.plan import Plan
from steelyard.plan.review.joint_orders import joint_orders
from steelyard.plan.review.last_buy import SeasonTerms, last_buys
from steelyard.plan.review.lot_sizing import AS_PLANNED, LOT_RULES, lot_sheet
from steelyard.plan.review.policies import BEST_BAND, BEST_LOT, COMPARED, policy_sheet
from steelyard.plan.review.policy_check import Question, check_policy, checked_rules
from steelyard.plan.review.policy_proposal import propose_lots, propose_rule, with_words
from steelyard.plan.review.price_breaks import price_breaks
from steelyard.plan.review.serial_chain import serial_chain, serial_places
from steelyard.plan.review.stock import stock_review
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from steelyard.supply.lot_size import LotSizes
from tests.company import COMPONENT, PLANT, company
from tests.plan.conftest import AT

PLACE = ("I3", "D1")
PARTS = ("COMP", "COMP2")
SIGNED: dict[str, Any] = {"author": "dana", "at": AT}


def _extract_rows() -> dict[str, list[dict[str, object]]]:
    """A second bought component of the same supplier, its bill, and price breaks."""
    usual = company(items=4, customers=3)
    tables = {name: usual.tables[name].drop("_source", "_source_row").to_dicts() for name in ("item", "source", "bom")}
    part = next(row for row in tables["item"] if row["item_id"] == COMPONENT)
    bought = next(row for row in tables["source"] if row["item_id"] == COMPONENT)
    bill = next(row for row in tables["bom"] if row["component_id"] == COMPONENT)
    bought |= {"supplier_id": "S1", "unit_price": 4.0, "currency": "USD"}
    second = {**bought, "source_id": "S-COMP2", "item_id": "COMP2"}
    stocked: list[dict[str, object]] = [
        {"item_id": f"I{i}", "location_id": place, "stocked": True} for i in range(4) for place in ("D1", "D2")
    ]
    parts: list[dict[str, object]] = [{"item_id": p, "location_id": PLANT, "stocked": True} for p in PARTS]
    return {
        "item": [*tables["item"], {**part, "item_id": "COMP2"}],
        "source": [*tables["source"], second],
        "bom": [*tables["bom"], {**bill, "component_id": "COMP2"}],
        "supplier": [{"supplier_id": "S1", "name": "First", "order_cost": 200.0}],
        "item_location": [*stocked, *parts],
        "price_break": [
            {"supplier_id": "S1", "item_id": COMPONENT, "min_quantity": 2000.0, "unit_price": 3.0},
            {"supplier_id": "S1", "item_id": COMPONENT, "min_quantity": 4000.0, "unit_price": 2.9},
            {"supplier_id": "S1", "item_id": COMPONENT, "min_quantity": 9000.0, "unit_price": 0.1,
             "valid_to": date(2020, 1, 1)},
        ],
    }  # fmt: skip


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Scenario]:
    with Workspace.create(tmp_path / "small", company="Small Company") as workspace:
        workspace.add_extract(company(items=4, customers=3, replace=_extract_rows()), at=AT, actor="dana")
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=12)


def of_place(plan: Plan, name: str, place: tuple[str, str] = PLACE) -> np.ndarray:
    return join(plan.blocks(name))[:, plan.series("planned_receipts").row_of_key[place]]


def test_every_rule_keeps_its_promise_as_a_simulation_says(base: Scenario) -> None:
    sheet = policy_sheet(base.plan(), order_cost=60.0)
    found = checked_rules(sheet, Question(*PLACE, courses=100))
    assert set(COMPARED) < set(found["rule"])
    promised = join(cast(Blocks, base.inputs.values["service_level"]))[
        base.plan().series("planned_receipts").row_of_key[PLACE]
    ]
    for row in found.iter_rows(named=True):
        assert row["fill_rate"] == pytest.approx(row["expected"], abs=0.012), row["rule"]
    kept = sheet.of_place(*PLACE).filter("kept")["rule"].to_list()
    served = dict(found.select("rule", "cycle_service").iter_rows())
    for rule in ("order_up_to", "min_max"):
        assert rule in kept
        assert served[rule] >= promised - 0.03


@pytest.mark.parametrize(
    "policy", ["cycle 0.93", "fill_rate 0.97", "ready_rate 0.95", "backorder_cost 0.9", "cycle 0.93 gamma"]
)
def test_what_a_rule_keeps_is_held_against_the_promise_by_its_own_measure(base: Scenario, policy: str) -> None:
    branch = base.branch("measured", actor="dana", at=AT)
    key = {"item": PLACE[0], "location": PLACE[1]}
    branch.append(Change(SetMasterData("item_location", key, "stock_policy", policy), **SIGNED))
    rules = policy_sheet(branch.plan(), order_cost=60.0).of_place(*PLACE)
    measure, level = policy.split()[:2]
    assert set(rules["measure"]) == {measure}
    assert set(rules["promise"]) == {float(level)}
    for row in rules.iter_rows(named=True):
        assert row["kept"] == (row["service"] >= row["promise"] - 1e-5), row["rule"]
    watched = rules.filter(rule="order_up_to")["service"][0]
    assert watched == pytest.approx(float(level), abs=1e-5)


def test_the_best_policy_costs_no_more_than_any_that_is_watched(base: Scenario) -> None:
    costs = dict(policy_sheet(base.plan(), order_cost=60.0).of_place(*PLACE).select("rule", "cost").iter_rows())
    assert all(costs[BEST_LOT] <= costs[rule] * 1.01 for rule in ("reorder_point", "min_max"))


def test_a_dearer_promise_holds_more_stock(base: Scenario) -> None:
    branch = base.branch("dear", actor="dana", at=AT)
    key = {"item": PLACE[0], "location": PLACE[1]}
    branch.append(Change(SetMasterData("item_location", key, "stock_policy", "cycle 0.999"), **SIGNED))
    before, after = (policy_sheet(one.plan()).of_place(*PLACE) for one in (base, branch))
    for rule in ("reorder_point", "order_up_to", "reviewed_band"):
        held = [frame.filter(rule=rule)["mean_stock"][0] for frame in (before, after)]
        assert held[1] > held[0]


def test_a_rule_that_is_taken_shapes_the_plan_and_one_undo_takes_it_back(base: Scenario) -> None:
    branch = base.branch("taken", actor="dana", at=AT)
    sheet = policy_sheet(base.plan(), order_cost=60.0)
    branch.append(*propose_rule(sheet, [PLACE], BEST_LOT).changes(**SIGNED, note="try"))
    lot = cast(LotSizes, branch.plan().inputs.values["lots"]).multiple[
        base.plan().series("planned_receipts").row_of_key[PLACE]
    ]
    received = of_place(branch.plan(), "planned_receipts")
    assert lot > 0
    assert (received % lot == 0).all()
    point = sheet.of_place(*PLACE).filter(rule=BEST_LOT)["reorder_point"][0]
    assert of_place(branch.plan(), "safety_stock")[0] < point
    branch.undo("dana", AT)
    assert branch.plan().digest == base.plan().digest


def test_lots_cost_least_by_wagner_whitin_and_the_plan_takes_them(base: Scenario) -> None:
    sheet = lot_sheet(base.plan(), order_cost=300.0)
    totals = dict(sheet.totals().select("rule", "cost").iter_rows())
    assert set(totals) == {AS_PLANNED, *LOT_RULES}
    assert min(totals, key=lambda rule: totals[rule]) == "wagner_whitin"
    assert totals["lot_for_lot"] == pytest.approx(totals[AS_PLANNED], rel=1e-6)
    branch = base.branch("lots", actor="dana", at=AT)
    branch.append(*propose_lots(sheet, [PLACE], "wagner_whitin").changes(**SIGNED))
    wanted = sheet.course(*PLACE)["wagner_whitin"].to_numpy()
    assert of_place(branch.plan(), "planned_receipts") == pytest.approx(wanted)
    again = lot_sheet(branch.plan())
    planned = again.of_place(*PLACE).filter(rule=AS_PLANNED)["cost"][0]
    fixed = base.branch("fixed", actor="dana", at=AT)
    fixed.append(*propose_rule(policy_sheet(base.plan()), [PLACE], "reorder_point", lot=777.0).changes(**SIGNED))
    free = lot_sheet(fixed.plan(), order_cost=300.0).of_place(*PLACE).filter(rule="wagner_whitin")["cost"][0]
    assert free == pytest.approx(sheet.of_place(*PLACE).filter(rule="wagner_whitin")["cost"][0])
    assert planned == pytest.approx(sheet.of_place(*PLACE).filter(rule="wagner_whitin")["cost"][0])


def test_a_quantity_discount_is_taken_where_it_saves(base: Scenario) -> None:
    found = price_breaks(base.plan(), order_cost=50.0)
    line = found.table().row(0, named=True)
    assert (line["item"], line["lot"], line["price"]) in {(COMPONENT, 2000.0, 3.0), (COMPONENT, 4000.0, 2.9)}
    assert line["saving"] > 0
    assert line["cost"] <= line["now_cost"]
    branch = base.branch("discount", actor="dana", at=AT)
    branch.append(*found.changes(COMPONENT, PLANT, **SIGNED))
    received = of_place(branch.plan(), "planned_receipts", (COMPONENT, PLANT))
    assert received[received > 0].min() >= line["lot"]
    assert branch.plan().value("purchases") < base.plan().value("purchases")
    with pytest.raises(NotFound, match="No quantity discount"):
        found.changes("COMP2", PLANT, **SIGNED)


def test_items_of_one_supplier_share_an_order(base: Scenario) -> None:
    joint = joint_orders(base.plan(), item_cost=5.0)
    line = joint.table().row(0, named=True)
    assert (line["supplier"], line["items"], line["shared_cost"]) == ("S1", 2, 200.0)
    assert line["cost"] < line["separate"]
    items = joint.items("S1", PLANT)
    assert items["every"].min() == 1
    spent = 365 / line["cycle_days"]
    assert items["quantity"].to_numpy() == pytest.approx(items["demand"] / spent * items["every"])
    branch = base.branch("joint", actor="dana", at=AT)
    branch.append(*joint.proposal("S1", PLANT).changes(**SIGNED))
    for part, days in items.select("item", "days").iter_rows():
        at, covered = (part, PLANT), max(round(days / 30.4), 1)
        before, after = (np.flatnonzero(of_place(one.plan(), "planned_receipts", at)) for one in (base, branch))
        assert len(after) == -(-len(before) // covered)
    with pytest.raises(NotFound, match="delivers nothing"):
        joint.items("S9", PLANT)


def test_a_last_buy_is_the_critical_ratio_and_is_ordered_once(base: Scenario) -> None:
    buys, season = last_buys(stock_review(base.plan())), SeasonTerms(salvage=0.2)
    last = base.plan().horizon.labels[5]
    found = buys.buy(*PLACE, season, last=last)
    over, under = found.cost * 0.8, found.price - found.cost
    assert found.service == pytest.approx(under / (under + over))
    assert found.profit >= found.profit_of_plan - 1e-6
    assert buys.buy(*PLACE, SeasonTerms(salvage=0.9), last=last).level > found.level
    branch = base.branch("last", actor="dana", at=AT)
    branch.append(*buys.changes(found, **SIGNED))
    received = of_place(branch.plan(), "planned_receipts")
    assert received.sum() == pytest.approx(found.quantity)
    assert (received > 0).sum() == 1


def test_a_chain_costs_what_its_simulation_says(base: Scenario) -> None:
    item, location = serial_places(base.plan()).row(0)[:2]
    chain = serial_chain(base.plan(), item, location)
    table = chain.table()
    assert table["item"].to_list() == [item, item, COMPONENT]
    simulated, planned = chain.simulated
    assert abs(simulated.mean - chain.policy.cost) <= max(4 * simulated.standard_error, 0.005 * chain.policy.cost)
    assert simulated.mean <= planned.mean * 1.005
    assert (table["low"] <= table["echelon_base_stock"] + 1.0).all()
    assert chain.shared.height  # the component serves every item
    with pytest.raises(ChangeInvalid, match="serves other places"):
        chain.changes(**SIGNED)


def test_a_last_buy_does_not_count_on_stock_that_expires_before_it_is_used(tmp_path: Path) -> None:
    lot = {
        "item_id": PLACE[0], "location_id": PLACE[1], "as_of_date": date(2025, 12, 31), "stock_type": "unrestricted",
        "on_hand_qty": 5000.0,
    }  # fmt: skip
    found = {}
    for name, expiry in (("keeps", None), ("expires", date(2026, 1, 25))):
        rows = {"inventory": [{**lot, "expiry_date": expiry}]}
        with Workspace.create(tmp_path / name, company="Small Company") as workspace:
            workspace.add_extract(company(items=4, customers=3, replace=rows), at=AT, actor="dana")
            plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=6).plan()
            found[name] = last_buys(stock_review(plan)).buy(*PLACE, SeasonTerms())
    assert found["keeps"].available >= 5000.0
    assert found["keeps"].quantity == 0.0
    assert found["expires"].available < 500.0
    assert found["expires"].quantity > 0.0


def test_the_best_band_is_found_for_dear_orders_and_follows_their_square_root(base: Scenario) -> None:
    wide = []
    for cost in (1e4, 1e6, 1e8):
        best = policy_sheet(base.plan(), order_cost=cost).of_place(*PLACE).filter(rule=BEST_BAND).row(0, named=True)
        wide.append(best["order_up_to"] - best["reorder_point"])
    assert wide[1] == pytest.approx(10.0 * wide[0], rel=0.15)
    assert wide[2] == pytest.approx(10.0 * wide[1], rel=0.15)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda plan: check_policy(policy_sheet(plan), Question(*PLACE, rule="luck")), "not compared"),
        (lambda plan: Question(*PLACE, courses=0), "cannot be drawn"),
        (lambda plan: Question(*PLACE, days=5), "cannot have 5 days"),
        (lambda plan: Question(*PLACE, courses=2000, days=20_000), "too many"),
        (lambda plan: Question(*PLACE, seed=-1), "seed of -1"),
        (lambda plan: Question(*PLACE, review_days=1e300), "out of range"),
        (lambda plan: Question(*PLACE, review_days=-1.0), "out of range"),
        (lambda plan: check_policy(policy_sheet(plan), Question(*PLACE, rule="min_max", reorder_point=1e9)), "below"),
        (lambda plan: propose_rule(policy_sheet(plan), [PLACE], "luck"), "no rule"),
        (lambda plan: last_buys(stock_review(plan)).buy(*PLACE, SeasonTerms(salvage=1.0)), "Salvage"),
        (
            lambda plan: last_buys(stock_review(plan)).buy(
                *PLACE, SeasonTerms(), first=plan.horizon.labels[4], last=plan.horizon.labels[1]
            ),
            "No demand lies",
        ),
        (lambda plan: serial_chain(plan, COMPONENT, PLANT), "No customer asks"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(base: Scenario, ask: object, told: str) -> None:
    with pytest.raises(ChangeInvalid, match=told) as caught:
        ask(base.plan())  # type: ignore[operator]
    assert caught.value.mend


def test_an_unknown_place_is_told(base: Scenario) -> None:
    with pytest.raises(NotFound, match="not stocked"):
        policy_sheet(base.plan()).of_place("I3", "MOON")


def test_words_of_service_stay_when_a_rule_is_taken() -> None:
    assert with_words("fill_rate 0.98 gamma review 7 min_max lot 40", "wagner_whitin") == (
        "fill_rate 0.98 gamma review 7 wagner_whitin"
    )
    assert with_words("review 7", "order_up_to", review_days=14) == "review 14 order_up_to"


def test_smoothed_errors_move_safety_stock_only_when_asked(base: Scenario) -> None:
    branch = base.branch("smooth", actor="dana", at=AT)
    branch.append(Change(SetParameter("error_smoothing", 0.3), **SIGNED))
    assert branch.plan().value("safety_stock") != base.plan().value("safety_stock")
    assert branch.plan().value("statistical_forecast") == base.plan().value("statistical_forecast")
    with pytest.raises(ChangeInvalid, match="error_smoothing"):
        branch.append(Change(SetParameter("error_smoothing", 1.5), **SIGNED))
