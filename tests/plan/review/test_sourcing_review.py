"""Sourcing review: lead times as stated and as seen, and pegs both ways."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from steelyard.errors import NotFound
from steelyard.plan.review.sourcing import Pegging, lead_time_table, source_table
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
STARTED = date(2025, 6, 1)


def _order(number: int, days: int) -> dict[str, object]:
    return {
        "order_id": f"PO{number}", "line_id": "1", "order_type": "purchase", "item_id": "COMP", "location_id": "P1",
        "quantity_open": 0.0, "quantity_ordered": 50.0, "quantity_received": 50.0, "status": "closed",
        "order_date": STARTED, "received_date": STARTED + timedelta(days), "due_date": STARTED + timedelta(10),
    }  # fmt: skip


@pytest.fixture(scope="module")
def plan(shared_workspace):
    orders = [_order(n, days) for n, days in enumerate((10, 12, 20))]
    kept = shared_workspace.add_extract(company(items=6, customers=3, replace={"supply_order": orders}), at=AT)
    return shared_workspace.create_scenario("sourced", extract=kept.digest, actor="dana", at=AT, horizon=12).plan()


def test_closed_orders_tell_the_lead_time_as_it_was(plan):
    row = lead_time_table(plan).row(by_predicate=_is("COMP", "P1"), named=True)
    assert (row["orders"], row["observed_days"]) == (3, pytest.approx(14.0))
    assert row["spread_days"] == pytest.approx(5.29, abs=0.01)
    assert (row["p10_days"], row["p90_days"]) == (10.0, 20.0)
    other = lead_time_table(plan).row(by_predicate=_is("I0", "P1"), named=True)
    assert (other["orders"], other["observed_days"]) == (0, None)


def test_cumulative_lead_time_goes_down_to_the_part(plan):
    table = lead_time_table(plan)
    days = {(r["item"], r["location"]): r for r in table.iter_rows(named=True)}
    part, made, moved = days["COMP", "P1"], days["I0", "P1"], days["I0", "D1"]
    assert made["cumulative_days"] == made["planned_days"] + part["planned_days"]
    assert moved["cumulative_days"] == moved["planned_days"] + made["cumulative_days"]


def test_closed_orders_are_no_receipts(plan):
    assert plan.value("scheduled_receipts", scope={"item": "COMP"}) == 0


def test_pegs_behind_a_shipment_add_up_to_it(plan):
    pegging, period = Pegging(plan), plan.horizon.labels[6]
    place = next(p for p in ("D1", "D2") if plan.value("shipments", scope={"item": "I0", "location": p}) > 0)
    lines = pegging.behind("I0", place, period)
    shipped = plan.value("shipments", scope={"item": "I0", "location": place}, periods=period)
    assert sum(line.units for line in lines if line.depth == 0) == pytest.approx(shipped)
    assert {"COMP at P1"} <= {line.item_at for line in lines}


def test_a_receipt_serves_customers_in_the_end(plan):
    made = {"item": "I0", "location": "P1"}
    receipts = {label: plan.value("constrained_receipts", scope=made, periods=label) for label in plan.horizon.labels}
    period = next(label for label, units in receipts.items() if units > 0)
    lines = Pegging(plan).served("I0", "P1", period)
    assert all(line.item_at.startswith(f"{line.item} at ") for line in lines)
    assert {line.depth for line in lines} >= {0}
    assert all(line.units > 0 for line in lines)


def test_an_unknown_place_is_told(plan):
    with pytest.raises(NotFound, match="not planned"):
        Pegging(plan).behind("I0", "D9", plan.horizon.labels[0])


def test_sources_stand_best_first(plan):
    table = source_table(plan)
    assert table.height == len(plan.maker.extract(plan.inputs.extract).tables["source"])


def _is(item, location):
    return (pl.col("item") == item) & (pl.col("location") == location)
