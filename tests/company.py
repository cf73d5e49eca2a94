"""A small company as an extract in memory: made items with one component, one plant, two centres, a few customers.

Example:
    >>> company(items=3).tables["item"].height
    4
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import polars as pl

from steelyard.data.extract import Extract, sealed
from steelyard.data.reconciliation import reconciliation_frame
from steelyard.data.schema import TABLES
from steelyard.data.table import SOURCE_COLUMNS, empty_frame

Row = Mapping[str, object]
PLANT, CENTRES, COMPONENT, LINE = "P1", ("D1", "D2"), "COMP", "LINE"
CHANNELS = ("retail", "online")


def company(
    items: int = 3,
    *,
    customers: int = 2,
    families: int = 2,
    periods: int = 24,
    as_of: date = date(2025, 12, 31),
    seed: int = 7,
    replace: Mapping[str, Sequence[Row]] | None = None,
) -> Extract:
    """Build an extract of a small company, the same for the same arguments.

    Args:
        items: Finished items `I0`, `I1`, ... in families `F0`, `F1`, ...; they share one bought component.
        customers: Customers `C0`, `C1`, ...; every customer buys every item from one centre each month.
        families: Product families.
        periods: Months of history, up to `as_of`.
        as_of: Last day of the history.
        seed: Of the random demand.
        replace: Rows that stand in for those of a table.
    """
    names = [f"I{i}" for i in range(items)]
    tables: dict[str, Sequence[Row]] = {
        "item": [*(_item(name, i, families) for i, name in enumerate(names)), _component()],
        "location": [
            _location(PLANT, "plant", "north"),
            *(_location(c, "dc", r) for c, r in zip(CENTRES, ("north", "south"), strict=True)),
        ],
        "customer": [_customer(c) for c in range(customers)],
        "sales_line": _sales(names, customers, periods, as_of, seed),
        "open_order": _open_orders(names, as_of),
        "inventory": [_stock(item, place, as_of) for item in names for place in (PLANT, *CENTRES)]
        + [_stock(COMPONENT, PLANT, as_of, 500.0)],
        "source": [source for item in names for source in _sources(item)] + [_bought()],
        "bom": [_bill(item) for item in names],
        "routing": [_routing(item) for item in names],
        "resource": [_resource()],
        "resource_capacity": [{"resource_id": LINE, "available": 40.0 * items * customers}],
        "price": [_price(item, i) for i, item in enumerate(names)],
        "item_cost": [_cost(item, i) for i, item in enumerate(names)] + [_cost(COMPONENT, -4)],
        "budget": _budget(families, periods, as_of),
        **(replace or {}),
    }
    return extract_of(tables, as_of=as_of)


def extract_of(tables: Mapping[str, Sequence[Row]], *, as_of: date, name: str = "Small Company") -> Extract:
    """Make an extract of rows given by hand; columns that are not given are empty."""
    frames = {table: _frame(table, tables.get(table, ())) for table in TABLES}
    return sealed(
        Extract(
            digest="",
            company=name,
            source_system="test",
            as_of=as_of,
            base_currency="USD",
            calendar="months",
            tables=MappingProxyType(frames),
            findings=(),
            quarantine=MappingProxyType({}),
            reconciliation=reconciliation_frame({}),
            lineage=MappingProxyType({}),
        )
    )


def _frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    declared = TABLES[table]
    if not rows:
        return empty_frame(declared)
    sourced = [{**row, "_source": f"{table}.csv", "_source_row": n} for n, row in enumerate(rows, start=1)]
    frame = pl.DataFrame(sourced, schema={**declared.schema, **SOURCE_COLUMNS})
    return frame.sort(declared.key, maintain_order=True)


def _month_starts(periods: int, as_of: date) -> list[date]:
    last = as_of.year * 12 + as_of.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - periods + 1, last + 1)]


def _item(name: str, i: int, families: int) -> Row:
    return {
        "item_id": name, "description": f"Item {i}", "base_uom": "EA", "item_type": "finished", "make_buy": "make",
        "category": "Goods", "family": f"F{i % families}",
    }  # fmt: skip


def _component() -> Row:
    return {
        "item_id": COMPONENT, "description": "Common part", "base_uom": "EA", "item_type": "raw", "make_buy": "buy",
        "category": "Parts", "family": "Parts",
    }  # fmt: skip


def _location(name: str, kind: str, region: str) -> Row:
    return {"location_id": name, "location_type": kind, "region": region, "currency": "USD"}


def _customer(c: int) -> Row:
    territory = "east" if c % 3 else "west"
    return {"customer_id": f"C{c}", "name": f"Customer {c}", "channel": CHANNELS[c % 2], "territory": territory}


def _sales(items: Sequence[str], customers: int, periods: int, as_of: date, seed: int) -> list[Row]:
    random = np.random.default_rng(seed)
    lines = []
    for t, start in enumerate(_month_starts(periods, as_of)):
        season = 1 + 0.3 * np.sin(2 * np.pi * start.month / 12)
        for i, item in enumerate(items):
            for c in range(customers):
                quantity = float(random.poisson(20 * (1 + i % 5) * season * (1 + 0.01 * t)))
                lines.append(_line(len(lines), item, c, start + timedelta(days=9), quantity, 10.0 + i))
    return [line for line in lines if line["quantity"]]


def _line(n: int, item: str, c: int, day: date, quantity: float, price: float) -> Row:
    return {
        "order_id": f"O{n:06d}", "line_id": "1", "item_id": item, "customer_id": f"C{c}",
        "location_id": CENTRES[c % len(CENTRES)], "order_date": day, "requested_date": day, "shipped_date": day,
        "quantity": quantity, "shipped_qty": quantity, "status": "shipped", "unit_price": price, "discount": 0.0,
        "amount_net": quantity * price, "currency": "USD", "return_flag": False,
    }  # fmt: skip


def _open_orders(items: Sequence[str], as_of: date) -> list[Row]:
    return [
        {
            "order_id": f"B{i}", "line_id": "1", "item_id": item, "customer_id": "C0", "location_id": CENTRES[0],
            "quantity_open": 5.0, "due_date": as_of + timedelta(days=10), "currency": "USD",
        }
        for i, item in enumerate(items)
    ]  # fmt: skip


def _stock(item: str, place: str, as_of: date, quantity: float = 40.0) -> Row:
    return {
        "item_id": item, "location_id": place, "as_of_date": as_of, "stock_type": "unrestricted",
        "on_hand_qty": quantity,
    }  # fmt: skip


def _sources(item: str) -> list[Row]:
    made = {
        "source_id": f"make-{item}", "item_id": item, "location_id": PLANT, "source_type": "make",
        "lead_time_days": 10.0, "routing_id": f"R-{item}", "bom_id": f"B-{item}",
    }  # fmt: skip
    moved = [
        {
            "source_id": f"move-{item}-{place}", "item_id": item, "location_id": place, "source_type": "transfer",
            "from_location_id": PLANT, "lead_time_days": 5.0, "lead_time_std_days": 1.0,
        }
        for place in CENTRES
    ]  # fmt: skip
    return [made, *moved]


def _bought() -> Row:
    return {
        "source_id": "buy-component", "item_id": COMPONENT, "location_id": PLANT, "source_type": "buy",
        "supplier_id": "S1", "lead_time_days": 35.0, "lead_time_std_days": 5.0, "lot_multiple": 100.0,
    }  # fmt: skip


def _bill(item: str) -> Row:
    return {
        "bom_id": f"B-{item}", "item_id": item, "component_id": COMPONENT, "quantity_per": 2.0, "per_quantity": 1.0,
    }  # fmt: skip


def _routing(item: str) -> Row:
    return {
        "routing_id": f"R-{item}", "operation_no": "10", "resource_id": LINE, "item_id": item, "hours_per_unit": 0.5,
        "location_id": PLANT,
    }  # fmt: skip


def _resource() -> Row:
    return {
        "resource_id": LINE, "location_id": PLANT, "resource_type": "machine", "capacity_unit": "hours_per_period",
    }  # fmt: skip


def _price(item: str, i: int) -> Row:
    return {"item_id": item, "price": 10.0 + i, "currency": "USD", "per_quantity": 1.0}


def _cost(item: str, i: int) -> Row:
    return {"item_id": item, "standard_cost": 6.0 + i, "currency": "USD"}


def _budget(families: int, periods: int, as_of: date) -> list[Row]:
    after = _month_starts(periods, as_of)[-1]
    months = [after.year * 12 + after.month - 1 + n for n in range(1, 13)]
    return [
        {
            "version": "budget", "period_id": f"{m // 12}-{m % 12 + 1:02d}", "measure": "revenue", "family": f"F{f}",
            "amount": 1500.0, "currency": "USD",
        }
        for m in months
        for f in range(families)
    ]  # fmt: skip
