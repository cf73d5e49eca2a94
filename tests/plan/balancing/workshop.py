"""A workshop in which every kind of lever can be pulled: shifts, crews, orders, sites, suppliers, substitutes."""

from collections.abc import Mapping
from datetime import date

from steelyard.data.extract import Extract
from tests.company import CENTRES, LINE, PLANT, _bought, _resource, _sources, _stock, company

CREW, SIDE = "CREW", "SIDE"
ITEMS = 4
AS_OF = date(2025, 12, 31)
Row = Mapping[str, object]


def workshop(*, workers: float = 4.0, machine: float = 4000.0, dip: float = 1.0, side: float = 0.0) -> Extract:
    """The company with four items whose hours, by machine or by crew, do not suffice.

    Args:
        workers: Workers of the crew, of 100 hours a month each; about 8 are needed.
        machine: Hours of the machine in a month; about 800 are needed.
        dip: Part of the machine's hours that are left in May.
        side: Hours in a month of a side line on which I1 can be made, too; none by default.
    """
    items = [f"I{n}" for n in range(ITEMS)]
    return company(
        items=ITEMS,
        customers=4,
        replace={
            "resource": [_machine(), _crew(workers), *([_side_line()] if side else [])],
            "resource_capacity": [
                {"resource_id": LINE, "available": machine}, {"resource_id": CREW, "available": 100.0 * workers},
                {"resource_id": LINE, "period_id": "2026-05", "available": machine * dip},
                {"resource_id": LINE, "period_id": "2026-06", "available": machine},
                *([{"resource_id": SIDE, "available": side}] if side else []),
            ],
            "routing": [_operation(item, resource) for item in items for resource in (LINE, CREW)]
            + ([{**_operation("I1", SIDE), "routing_id": "R-side"}] if side else []),
            "source": [*(source for item in items for source in _sources(item)), _bought(), _elsewhere(), _outside(),
                       *([_on_the_side()] if side else [])],
            "inventory": [_stock(item, place, AS_OF, 40.0) for item in items for place in (PLANT, CENTRES[0])]
            + [_stock(item, CENTRES[1], AS_OF, 2500.0 if item == "I1" else 40.0) for item in items]
            + [_stock("COMP", PLANT, AS_OF, 90000.0)],
            "supply_order": [_order(n) for n in (1, 2)],
            "item_link": [
                {"item_id": "I0", "other_id": "I1", "type": "substitute", "ratio": 1.0, "start_date": AS_OF}
            ],
            "promotion": [_promotion()],
        },
    )  # fmt: skip


def _machine() -> Row:
    return {
        **_resource(), "extra_shifts": 2.0, "hours_per_extra_shift": 80.0, "extra_shift_cost": 400.0, "currency": "USD",
    }  # fmt: skip


def _crew(workers: float) -> Row:
    return {
        "resource_id": CREW, "location_id": PLANT, "resource_type": "labour", "capacity_unit": "hours_per_period",
        "workers": workers, "hours_per_worker": 100.0, "wage": 300.0, "hire_cost": 100.0, "layoff_cost": 50.0,
        "min_workers": 1.0, "max_workers": workers + 3.0, "currency": "USD",
    }  # fmt: skip


def _operation(item: str, resource: str) -> Row:
    return {
        "routing_id": f"R-{item}", "operation_no": "10" if resource == LINE else "20", "resource_id": resource,
        "item_id": item, "hours_per_unit": 0.9, "location_id": PLANT,
    }  # fmt: skip


def _side_line() -> Row:
    return {**_resource(), "resource_id": SIDE}


def _on_the_side() -> Row:
    return {
        "source_id": "side-I1", "item_id": "I1", "location_id": PLANT, "source_type": "make", "routing_id": "R-side",
        "lead_time_days": 0.0, "priority": 2.0,
    }  # fmt: skip


def _elsewhere() -> Row:
    return {
        "source_id": "buy-I2", "item_id": "I2", "location_id": CENTRES[0], "source_type": "buy", "supplier_id": "S2",
        "lead_time_days": 30.0, "unit_price": 9.0, "currency": "USD", "max_per_period": 60.0, "priority": 2.0,
    }  # fmt: skip


def _outside() -> Row:
    return {
        "source_id": "out-I3", "item_id": "I3", "location_id": PLANT, "source_type": "buy",
        "supplier_id": "S3", "lead_time_days": 30.0, "unit_price": 11.0, "currency": "USD", "max_per_period": 50.0,
        "priority": 2.0,
    }  # fmt: skip


def _order(n: int) -> Row:
    return {
        "order_id": f"T{n}", "line_id": "1", "order_type": "purchase", "item_id": "I0", "location_id": CENTRES[0],
        "quantity_open": 90.0, "due_date": date(2026, 2 + n, 10), "status": "open", "supplier_id": "S1",
    }  # fmt: skip


def _promotion() -> Row:
    return {
        "promotion_id": "SPRING", "name": "Spring", "item_id": "I3", "type": "price", "expected_uplift": 0.6,
        "start_date": date(2026, 5, 1), "end_date": date(2026, 5, 31),
    }  # fmt: skip
