"""Launches, successions and ends in a plan: what they move, what they bring about, what is refused."""

from datetime import UTC, date, datetime

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.life_operation import (
    AddRow,
    Launch,
    LifeOperation,
    NewItem,
    PhaseOut,
    RowOperation,
    SetGate,
    SlipLaunch,
    Supersede,
)
from steelyard.plan.operation import SetMasterData
from steelyard.plan.plan import Plan
from steelyard.plan.scenario import Scenario
from tests.company import company
from tests.plan.conftest import made_workspace

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NEW = {"item": "N1"}


def enter(scenario: Scenario, *operations: LifeOperation | RowOperation | SetMasterData) -> Plan:
    for operation in operations:
        scenario.append(Change(operation, author="petra", at=AT, reason="launch"))
    return scenario.plan()


def test_a_new_item_gets_series_price_cost_and_supply_of_its_own(base: Scenario) -> None:
    plan = enter(
        base, NewItem("N1", "I0", "Newcomer", price=50.0), Launch("N1", "2026-04-01", like={"I1": 0.5}, ramp=1)
    )
    like = plan.value("statistical_forecast", scope={"item": "I1"}, periods=("2026-04", "2026-12"))
    assert plan.value("unconstrained_demand", scope=NEW) == pytest.approx(0.5 * like)
    assert plan.value("unconstrained_demand", scope=NEW, periods=("2026-01", "2026-03")) == 0
    assert plan.value("price", scope=NEW, periods="2026-05") == pytest.approx(50.0)
    assert plan.value("unit_cost", scope=NEW, periods="2026-05") > 0
    assert plan.value("planned_receipts", scope=NEW) > 0
    assert plan.value("revenue", scope=NEW) > 0


def test_a_launch_loads_resources_and_eats_components(base: Scenario) -> None:
    before = base.plan()
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}))
    assert plan.value("capacity_load") > before.value("capacity_load")
    component = {"item": "COMP"}
    assert plan.value("gross_requirement", scope=component) > before.value("gross_requirement", scope=component)


def test_volume_is_the_mean_at_full_volume_over_all_series(base: Scenario) -> None:
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-01-01", like={"I1": 0.1}, ramp=1, volume=240.0))
    assert plan.value("launch_forecast", scope=NEW) == pytest.approx(12 * 240.0)


def test_volume_without_like_items_borrows_the_family(base: Scenario) -> None:
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-01-01", ramp=1, volume=60.0))
    assert plan.value("launch_forecast", scope=NEW) == pytest.approx(12 * 60.0)
    shown = plan.frame("launch_forecast", scope=NEW)["launch_forecast"].to_list()
    assert max(shown) > min(shown)


def test_a_launch_that_sold_nothing_yet_is_believed_a_little_less(base: Scenario) -> None:
    hoped = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-01-01", like={"I1": 1.0}, ramp=1))
    doubted = enter(base, SlipLaunch("N1", "2025-12-01"))
    assert doubted.value("launch_forecast", scope=NEW) < hoped.value("launch_forecast", scope=NEW)
    assert doubted.value("launch_forecast", scope=NEW) > 0.7 * hoped.value("launch_forecast", scope=NEW)


def test_an_offset_reads_the_year_before(base: Scenario) -> None:
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-01-01", like={"I1": 1.0}, offset={"I1": 12.0}, ramp=1))
    past = plan.value("baseline_history", scope={"item": "I1"}, periods=("2025-01", "2025-12"))
    assert plan.value("launch_forecast", scope=NEW) == pytest.approx(past)


def test_a_launch_sells_only_where_and_to_whom_it_shall(base: Scenario) -> None:
    plan = enter(
        base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}, locations=["D1"], customers=["C0"])
    )
    members = plan.frame("launch_forecast", by=["location", "customer"], time="all", scope=NEW)
    assert members.select("location", "customer").rows() == [("D1", "C0")]


def test_a_slip_moves_units_and_an_undo_brings_them_back(base: Scenario) -> None:
    before = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", volume=100.0, like={"I1": 1.0}))
    after = enter(base, SlipLaunch("N1", "2026-06-01"))
    assert after.value("launch_forecast", scope=NEW, periods=("2026-03", "2026-05")) == 0
    assert after.value("launch_forecast", scope=NEW) < before.value("launch_forecast", scope=NEW)
    base.undo("petra", AT)
    assert base.plan().value("launch_forecast", scope=NEW) == before.value("launch_forecast", scope=NEW)


def test_a_stopped_launch_sells_nothing_and_a_held_one_keeps_its_numbers(base: Scenario) -> None:
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}, takes_from={"I2": 0.2}))
    held = enter(base, SetGate("N1", "held", "2026-02-01"))
    assert held.value("launch_forecast") == plan.value("launch_forecast") > 0
    stopped = enter(base, SetGate("N1", "stopped"))
    assert stopped.value("launch_forecast") == 0
    assert stopped.value("cannibalisation") == 0


def test_cannibalisation_takes_its_rate_of_what_the_launch_sells(base: Scenario) -> None:
    plan = enter(base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 0.3}, takes_from={"I2": 0.25}))
    taken = plan.value("cannibalisation", scope={"item": "I2"})
    assert taken == pytest.approx(-0.25 * plan.value("unconstrained_demand", scope=NEW))
    assert plan.value("cannibalisation") == taken


def test_an_ending_item_fades_and_then_sells_nothing(base: Scenario) -> None:
    plan = enter(base, PhaseOut("I2", "2026-08-31", 4.0))
    left = plan.frame("unconstrained_demand", scope={"item": "I2"})["unconstrained_demand"].to_list()
    share = [a / b for a, b in zip(left, base_demand(plan), strict=True)]
    assert share[3] == 1.0
    assert share[4:8] == pytest.approx([0.875, 0.625, 0.375, 0.125])
    assert left[8:] == [0.0] * 4


def base_demand(plan: Plan) -> list[float]:
    frame = plan.frame(["statistical_forecast", "promotion_uplift"], scope={"item": "I2"})
    return (frame["statistical_forecast"] + frame["promotion_uplift"]).to_list()


def test_master_data_of_a_new_item_can_be_changed(base: Scenario) -> None:
    enter(base, NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}))
    plan = enter(base, SetMasterData("item_cost", {"item": "N1"}, "standard_cost", 3.5))
    assert plan.value("unit_cost", scope=NEW, periods="2026-03") == pytest.approx(3.5)


def test_a_row_is_added_to_a_table(base: Scenario) -> None:
    link = {"item": "I2", "other_id": "I1", "type": "successor", "start_date": "2026-03-01", "ratio": 0.5}
    plan = enter(base, AddRow("item_link", link))
    assert plan.value("launch_forecast", scope={"item": "I2"}) > 0


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ((Launch("I9", "2026-03-01"),), "no item 'I9'.*make it first as a new item"),
        ((NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"COMP": 1.0})), "no place and customer.*like-items"),
        (
            (NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}, offset={"I1": 40.0})),
            "before its first sale in 2024-01.*offset of 26 periods or less, or name another like-item",
        ),
        (
            (NewItem("N1", "I0"), Launch("N1", "2020-03-01", like={"I1": 1.0})),
            "before its first sale in 2024-01.*launch it in 2024-01 or later, or name another like-item",
        ),
        ((SlipLaunch("I1", "2026-03-01"),), "no launch that could change.*enter its launch first"),
        (
            tuple(Supersede(old, new, "2026-03-01") for old, new in (("I1", "I2"), ("I2", "I3"), ("I3", "I1"))),
            "ring: I1 > I2 > I3 > I1.*name another successor for I3",
        ),
        (
            (NewItem("N1", "I0"), Supersede("I1", "N1", "2026-03-01"), Launch("N1", "2026-03-01", like={"I1": 1.0})),
            "count its demand twice.*leave I1 out",
        ),
        (
            (NewItem("N1", "I0"), Launch("N1", "2026-03-01", like={"I1": 1.0}), Supersede("I1", "N1", "2026-03-01")),
            "count its demand twice.*leave I1 out",
        ),
        ((NewItem("I1", "I0"),), "there already.*another code"),
        ((NewItem("N1", "I99"),), "no item 'I99' to copy from"),
        ((AddRow("price", {"item": "I1"}),), "needs .*price.*name their values"),
        ((AddRow("prices", {"item": "I1"}),), "no table 'prices'.*use price"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_the_plan_stands(
    base: Scenario, operations: tuple[LifeOperation | RowOperation, ...], message: str
) -> None:
    *first, last = operations
    enter(base, *first)
    before = base.digest
    with pytest.raises(ChangeInvalid, match=f"(?s){message}"):
        enter(base, last)
    assert base.digest == before


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Launch("N1", "soon"), "'soon' is no day"),
        (lambda: Launch("N1", "2026-03-01", curve="own", shares=(0.5, 0.6)), "sums to 1.1, not to 1"),
        (lambda: Launch("N1", "2026-03-01", curve="steep"), "no curve 'steep'.*linear"),
        (lambda: Launch("N1", "2026-03-01", shares=(1.0,)), "belong to an own curve"),
        (lambda: Launch("N1", "2026-03-01", ramp=0), "ramp is 0"),
        (lambda: Launch("N1", "2026-03-01", like={"N1": 1.0}), "compared with itself"),
        (lambda: Launch("N1", "2026-03-01", like={"I1": -1.0}), "weight of like-item i1 is -1"),
        (lambda: Launch("N1", "2026-03-01", takes_from={"I1": 1.2}), "1 or less"),
        (lambda: Launch("N1", "2026-03-01", offset={"I1": 3.0}), "offset and no weight"),
        (lambda: Launch("N1", "2026-03-01", volume=float("nan")), "finite number"),
        (lambda: SetGate("N1", "maybe"), "no gate status 'maybe'.*open, passed"),
        (lambda: Supersede("I1", "I1", "2026-03-01"), "cannot succeed itself"),
        (lambda: PhaseOut("I1", "2026-03-01", 2.5), "whole periods"),
        (lambda: AddRow("price", {}), "needs values"),
    ],
)  # fmt: skip
def test_a_decision_that_makes_no_sense_is_refused_at_once(made: object, message: str) -> None:
    with pytest.raises(ChangeInvalid, match=f"(?is){message}"):
        made()  # type: ignore[operator]


def test_decisions_survive_the_records(base: Scenario) -> None:
    operations = (
        NewItem("N1", "I0"),
        Launch("N1", "2026-03-01", like={"I1": 1.0}, curve="own", shares=(0.4, 0.6), takes_from={"I2": 0.1}),
        SetGate("N1", "passed", "2026-02-01"),
    )
    enter(base, *operations)
    assert tuple(change.operation for change in base.own_changes) == operations


def test_a_ring_in_the_extract_hands_nothing_on_and_is_told(tmp_path) -> None:
    links = [
        {"item_id": new, "other_id": old, "type": "successor", "start_date": date(2026, 3, 1), "ratio": 1.0}
        for old, new in (("I0", "I1"), ("I1", "I0"), ("I2", "I3"))
    ]
    with made_workspace(tmp_path / "ring") as workspace:
        workspace.add_extract(company(items=6, customers=3, replace={"item_link": links}), at=AT, actor="dana")
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
    assert plan.value("launch_forecast", scope={"item": ["I0", "I1"]}) == 0
    assert plan.value("launch_forecast", scope={"item": "I3"}) > 0
