"""Order messages: what planners should do about open orders, fences and lots, in a small company."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from steelyard.plan.plan import Plan
from steelyard.plan.review.order_messages import message_totals, order_messages
from steelyard.plan.review.supply import supply_findings, supply_model_of
from steelyard.plan.run import run_plan
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from tests.company import COMPONENT, PLANT, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ENGINES = ("infinite", "priority", "decomposition", "exact")
Rows = Sequence[Mapping[str, object]]


def order(
    number: str, due: date, quantity: float, *, firm: bool | None = False, **named: object
) -> Mapping[str, object]:
    return {
        "order_id": number, "line_id": "1", "order_type": "purchase", "item_id": COMPONENT, "location_id": PLANT,
        "quantity_open": quantity, "due_date": due, "status": "open", "firm_flag": firm, **named,
    }  # fmt: skip


def stock(quantity: float, expiry: date | None = None, lot: str = "") -> Mapping[str, object]:
    return {
        "item_id": COMPONENT, "location_id": PLANT, "as_of_date": date(2025, 12, 31), "stock_type": "unrestricted",
        "lot": lot, "on_hand_qty": quantity, "expiry_date": expiry,
    }  # fmt: skip


@pytest.fixture
def planned(tmp_path) -> Iterator:
    """Plans a small company with other tables and settings."""
    with ExitStack() as opened:
        count = iter(range(10))

        def plan(settings: Mapping[str, object] | None = None, **tables: Rows) -> Plan:
            workspace = opened.enter_context(Workspace.create(tmp_path / f"small{next(count)}", company="Small"))
            workspace.add_extract(company(items=3, replace=tables), at=AT, actor="dana")
            scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
            for name, value in (settings or {}).items():
                scenario.append(Change(SetParameter(name, value), author="dana", at=AT))
            return workspace.scenario("base").plan()

        yield plan


def cells(plan: Plan, measure: str, item: str = COMPONENT, place: str = PLANT) -> np.ndarray:
    row = plan.series("safety_stock").row_of_key[item, place]
    return np.concatenate(plan.blocks(measure), axis=1)[:, row]


def told(plan: Plan, message: str) -> list[tuple]:
    frame = order_messages(plan)
    chosen = frame.filter((frame["message"] == message) & (frame["item"] == COMPONENT))
    return chosen.select("order", "from", "to", "quantity", "done").rows()


def test_a_firm_order_and_one_that_says_nothing_stay_where_they_are(planned) -> None:
    for firm in (True, None):
        plan = planned(supply_order=[order("A", date(2026, 1, 10), 5000.0, firm=firm)], inventory=[stock(4000.0)])
        assert cells(plan, "rescheduled_receipts")[0] == 5000.0
        assert not told(plan, "reschedule out")


def test_an_order_by_its_state_firm_is_not_moved(planned) -> None:
    plan = planned(supply_order=[order("A", date(2026, 1, 10), 5000.0, status="firm")], inventory=[stock(4000.0)])
    assert cells(plan, "rescheduled_receipts")[0] == 5000.0


@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_that_is_not_firm_comes_when_it_is_needed(planned, engine: str) -> None:
    loose = {"supply_order": [order("A", date(2026, 1, 10), 500.0)], "inventory": [stock(2000.0)]}
    plan = planned({"supply_engine": engine}, **loose)
    arrivals = cells(plan, "rescheduled_receipts")
    assert arrivals[0] == 0
    assert arrivals.sum() == 500.0
    (line,) = told(plan, "reschedule out")
    assert line[:2] == ("A / 1", plan.horizon.labels[0])
    assert line[2] == plan.horizon.labels[int(arrivals.argmax())]
    supply = arrivals + cells(plan, "constrained_receipts") - cells(plan, "component_issues")
    left = cells(plan, "projected_inventory") - cells(plan, "backlog")
    assert np.allclose(left, 2000.0 + np.cumsum(supply - cells(plan, "independent_demand")), atol=1e-6)


def test_an_order_nobody_needs_is_cancelled_and_its_money_told(planned) -> None:
    plan = planned(supply_order=[order("A", date(2026, 2, 10), 500.0)], inventory=[stock(1e6)])
    assert cells(plan, "rescheduled_receipts").sum() == 0
    assert told(plan, "cancel") == [("A / 1", plan.horizon.labels[1], "", 500.0, "planned so")]
    totals = message_totals(order_messages(plan)).filter(message="cancel")
    assert totals["money"].item() == pytest.approx(500.0 * cells(plan, "standard_cost")[1])


def test_inside_the_frozen_zone_an_order_stays(planned) -> None:
    tables = {"supply_order": [order("A", date(2026, 2, 10), 500.0)], "inventory": [stock(1e6)]}
    plan = planned({"frozen_periods": 2}, **tables)
    assert cells(plan, "rescheduled_receipts")[1] == 500.0
    plan = planned({"planning_fence_periods": 2}, **tables)
    assert cells(plan, "rescheduled_receipts").sum() == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_inside_the_planning_time_fence_only_planners_make_orders(planned, engine: str) -> None:
    fenced = [{"item_id": COMPONENT, "location_id": PLANT, "stocked": True, "planning_fence_days": 91}]
    plan = planned({"supply_engine": engine}, inventory=[stock(0.0)], item_location=fenced)
    assert cells(plan, "constrained_receipts")[:3].sum() == 0
    assert cells(plan, "constrained_receipts")[3] > 0
    if engine == "infinite":
        (line,) = told(plan, "order inside the fence")
        assert line[2] in plan.horizon.labels[:3]
        assert line[4] == "to decide"


def test_who_waits_for_a_firm_order_is_told_to_expedite_it(planned) -> None:
    fenced = [{"item_id": COMPONENT, "location_id": PLANT, "stocked": True, "planning_fence_days": 150}]
    orders = [order("A", date(2026, 4, 10), 9000.0, firm=True)]
    plan = planned(supply_order=orders, inventory=[stock(0.0)], item_location=fenced)
    (line,) = told(plan, "expedite")
    assert line[:2] == ("A / 1", plan.horizon.labels[3])
    assert line[2] in plan.horizon.labels[:3]


def test_an_order_that_should_have_come_is_overdue(planned) -> None:
    plan = planned(supply_order=[order("A", date(2025, 11, 10), 50.0, firm=True)])
    assert told(plan, "overdue") == [("A / 1", plan.horizon.labels[0], "", 50.0, "to decide")]


@pytest.mark.parametrize("engine", ENGINES)
def test_stock_that_expires_before_it_is_used_does_not_count(planned, engine: str) -> None:
    lots = [stock(1e5, date(2026, 1, 31), "old"), stock(100.0, None, "good")]
    plan = planned({"supply_engine": engine}, inventory=lots)
    gross, lost = cells(plan, "gross_requirement"), cells(plan, "expiring_stock")
    assert lost[0] == pytest.approx(1e5 - gross[0])
    assert lost[1:].sum() == 0
    assert cells(plan, "expiring_value")[0] == pytest.approx(lost[0] * cells(plan, "standard_cost")[0])
    assert cells(plan, "constrained_receipts").sum() > 0
    assert cells(plan, "projected_inventory")[0] < 1e5 - gross[0]
    assert told(plan, "stock expires")[0][3] == pytest.approx(lost[0])
    rules = [one.rule for one in supply_findings(plan, supply_model_of(plan))]
    assert "stock_and_orders_are_not_negative" not in rules


def test_a_lot_that_has_expired_is_no_stock(planned) -> None:
    plan = planned(inventory=[stock(70.0, date(2025, 12, 1), "old"), stock(30.0, None, "good")])
    row = plan.series("safety_stock").row_of_key[COMPONENT, PLANT]
    assert np.concatenate(plan.blocks("opening_inventory"), axis=-1)[..., row] == 30.0


def test_where_nothing_may_move_and_nothing_expires_the_numbers_are_those_of_before(planned) -> None:
    plan = planned()
    scheduled, counted = plan.blocks("scheduled_receipts"), plan.blocks("rescheduled_receipts")
    assert all(one is other for one, other in zip(scheduled, counted, strict=True))
    assert not order_messages(plan).filter(order_messages(plan)["done"] == "planned so").height


def test_an_edit_moves_orders_as_a_plan_from_scratch_does(tmp_path) -> None:
    tables = {"supply_order": [order("A", date(2026, 1, 10), 500.0)], "inventory": [stock(2000.0)]}
    with Workspace.create(tmp_path / "small", company="Small") as workspace:
        workspace.add_extract(company(items=3, replace=tables), at=AT, actor="dana")
        scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
        before = scenario.plan()
        at = cells(before, "rescheduled_receipts").argmax()
        scenario.change(
            "consensus_demand", add=900.0, scope={"item": "I0"}, periods=before.horizon.labels[0], actor="x", at=AT
        )
        after = workspace.scenario("base").plan()
        assert cells(after, "rescheduled_receipts").argmax() < at
        whole = run_plan(after.inputs, after.changes, wiring=STANDARD)
        for measure in ("rescheduled_receipts", "expiring_stock", "planned_receipts", "projected_inventory"):
            assert np.array_equal(
                np.concatenate(whole.blocks(measure), axis=1), np.concatenate(after.blocks(measure), axis=1)
            )
