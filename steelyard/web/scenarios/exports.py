"""Export: a published plan as a table for other systems and spreadsheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from steelyard.errors import ChangeInvalid
from steelyard.plan.plan import Plan

KINDS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What browsers call each kind of file."""


@dataclass(frozen=True)
class ExportView:
    """What an export holds."""

    label: str
    levels: tuple[str, ...]
    measures: tuple[str, ...]


VIEWS: Mapping[str, ExportView] = {
    "demand": ExportView(
        "Demand by item, location and customer",
        ("item", "location", "customer"),
        ("statistical_forecast", "consensus_demand", "demand_plan", "constrained_demand"),
    ),
    "supply": ExportView(
        "Supply by item and location",
        ("item", "location"),
        ("gross_requirement", "scheduled_receipts", "constrained_receipts", "constrained_releases"),
    ),
    "inventory": ExportView(
        "Inventory by item and location",
        ("item", "location"),
        ("safety_stock", "projected_inventory", "backlog", "inventory_value"),
    ),
    "capacity": ExportView(
        "Capacity by resource",
        ("resource",),
        ("capacity_available", "capacity_load", "constrained_load", "overload"),
    ),
    "finance": ExportView(
        "Finance by family and item",
        ("product_family", "item"),
        ("revenue", "cogs", "gross_margin", "budget_revenue", "revenue_vs_budget"),
    ),
}


def export_file(plan: Plan, view: str, kind: str) -> bytes:
    """The numbers of an export as a file, one row for each member and period.

    Args:
        plan: The plan.
        view: Which numbers.
        kind: csv, parquet or xlsx.

    Raises:
        ChangeInvalid: There is no such export or kind.
        PlanError: A workbook does not hold so many rows.
    """
    if view not in VIEWS or kind not in KINDS:
        raise ChangeInvalid(f"There is no export {view}.{kind}", mend=f"use one of {', '.join(VIEWS)}")
    measures = [name for name in VIEWS[view].measures if name in plan.measures]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{view}.{kind}"
        plan.export(path, measures, by=VIEWS[view].levels)
        return path.read_bytes()
