"""Supply inputs: which stock, sources, bills, operations and hours a plan stands on."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from steelyard.grid.block import Array, join
from steelyard.plan.inputs import PlanInputs, PlanParameters, freeze_inputs
from tests.company import COMPONENT, LINE, PLANT, company

AS_OF = date(2025, 12, 31)
SHORT = PlanParameters(horizon=4)
Rows = Sequence[Mapping[str, object]]


def frozen(**tables: Rows) -> PlanInputs:
    return freeze_inputs(company(items=1, replace=tables), SHORT)


def of_place(inputs: PlanInputs, name: str, item: str, place: str) -> Array:
    row = inputs.series["item_location"].row_of_key[item, place]
    return join(inputs.values[name])[..., row]


def count(kind: str, quantity: float, day: date = AS_OF) -> dict[str, object]:
    return {"item_id": "I0", "location_id": "D1", "as_of_date": day, "stock_type": kind, "on_hand_qty": quantity}


def operation(**named: object) -> dict[str, object]:
    return {
        "routing_id": "R-I0", "operation_no": "10", "resource_id": LINE, "item_id": "I0", "hours_per_unit": 0.5,
        **named,
    }  # fmt: skip


def component(**named: object) -> dict[str, object]:
    return {
        "bom_id": "B-I0", "item_id": "I0", "component_id": COMPONENT, "quantity_per": 2.0, "per_quantity": 1.0, **named,
    }  # fmt: skip


def hours_per_unit(inputs: PlanInputs) -> list[float]:
    return inputs.values["bill"].by_row.hours_per_unit.tolist()


def needed_per_unit(inputs: PlanInputs) -> list[float]:
    """Units of the component in one unit, of every arc that is not a transfer."""
    return [per for per in inputs.values["network"].components.quantity_per.tolist() if per != 1.0]


def test_stock_is_unrestricted_and_in_quality_inspection():
    inputs = frozen(inventory=[count("unrestricted", 30.0), count("quality", 5.0), count("transit", 9.0)])
    assert of_place(inputs, "opening_inventory", "I0", "D1") == 35.0


def test_stock_that_has_been_blocked_since_an_earlier_count_is_not_usable():
    inputs = frozen(inventory=[count("unrestricted", 100.0, date(2025, 11, 30)), count("blocked", 100.0)])
    assert of_place(inputs, "opening_inventory", "I0", "D1") == 0.0


@pytest.mark.parametrize(("first", "second"), [(1.0, 2.0), (2.0, 3.0)])
def test_operations_are_those_of_the_best_alternative(first, second):
    alternatives = [
        operation(alternative_priority=first, location_id=PLANT),
        operation(routing_id="R-slow", alternative_priority=second, hours_per_unit=0.9, location_id=PLANT),
    ]
    made = {"source_id": "make", "item_id": "I0", "location_id": PLANT, "source_type": "make", "lead_time_days": 5.0}
    assert hours_per_unit(frozen(routing=alternatives, source=[made])) == [0.5]


def test_the_routing_that_the_source_names_goes_before_the_best_alternative():
    alternatives = [
        operation(routing_id="R-other", alternative_priority=1.0, hours_per_unit=0.9, location_id=PLANT),
        operation(alternative_priority=2.0, location_id=PLANT),
    ]
    assert hours_per_unit(frozen(routing=alternatives)) == [0.5]


def test_an_operation_without_a_location_runs_where_its_resource_stands():
    two_plants = [
        {"source_id": f"make-{p}", "item_id": "I0", "location_id": p, "source_type": "make", "lead_time_days": 5.0}
        for p in (PLANT, "D1")
    ]
    machines = [
        {"resource_id": f"M-{p}", "location_id": p, "resource_type": "machine", "capacity_unit": "hours_per_period"}
        for p in (PLANT, "D1")
    ]
    operations = [operation(resource_id=f"M-{p}") for p in (PLANT, "D1")]
    bill = frozen(source=two_plants, resource=machines, routing=operations, resource_capacity=[]).values["bill"]
    assert bill.by_row.hours_per_unit.tolist() == [0.5, 0.5]
    elsewhere = [{**machine, "location_id": "D2"} for machine in machines]
    bill = frozen(source=two_plants, resource=elsewhere, routing=operations, resource_capacity=[]).values["bill"]
    assert bill.by_row.hours_per_unit.tolist() == [0.5] * 4


def test_the_bill_that_the_source_names_goes_before_the_first_alternative():
    alternatives = [component(bom_id="B-old", alternative="1", quantity_per=5.0), component(alternative="2")]
    assert needed_per_unit(frozen(bom=alternatives)) == [2.0]


def test_the_first_alternative_is_the_first_one_of_the_place():
    made = {"source_id": "make", "item_id": "I0", "location_id": PLANT, "source_type": "make", "lead_time_days": 5.0}
    alternatives = [
        component(bom_id="B-1", alternative="1", quantity_per=5.0, location_id="D2"),
        component(alternative="2", location_id=PLANT),
    ]
    assert needed_per_unit(frozen(bom=alternatives, source=[made])) == [2.0]


def test_scrap_of_a_component_is_bought_on_top():
    lines = [component(quantity_per=3.0, per_quantity=2.0, scrap_ratio=0.25)]
    assert needed_per_unit(frozen(bom=lines)) == [2.0]


def hours(*rows: tuple[str | None, float]) -> list[float]:
    table = [{"resource_id": LINE, "period_id": period, "available": value} for period, value in rows]
    return join(frozen(resource_capacity=table).values["capacity_available"])[:, 0].tolist()


def test_a_period_without_hours_of_its_own_repeats_the_one_before():
    assert hours(("2026-01", 100.0), ("2026-03", 80.0)) == [100.0, 100.0, 80.0, 80.0]


def test_hours_of_the_past_hold_on_where_nobody_has_planned_any():
    assert hours(("2025-10", 90.0), ("2025-11", 100.0)) == [100.0] * 4


def test_hours_without_a_period_hold_for_every_period_without_its_own():
    assert hours((None, 50.0), ("2025-12", 90.0), ("2026-02", 70.0)) == [50.0, 70.0, 50.0, 50.0]
