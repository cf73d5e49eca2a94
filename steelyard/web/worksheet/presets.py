"""Preset: views that every company finds useful, before anybody saves one."""

from dataclasses import dataclass

from steelyard.plan.plan import Plan
from steelyard.web.worksheet.view import DEFAULT_LEVELS, DEFAULT_MEASURES, View


@dataclass(frozen=True)
class Preset:
    """A named view."""

    key: str
    label: str
    view: View


PRESETS = (
    Preset("demand", "Demand", View()),
    Preset(
        "streams",
        "Demand streams",
        View(measures=("demand_history", "statistical_forecast", "promotion_uplift", "consensus_demand", "demand_plan", "constrained_demand")),
    ),
    Preset("customers", "Demand by customer", View(levels=("channel", "customer", "item"), measures=DEFAULT_MEASURES)),
    Preset(
        "supply",
        "Supply",
        View(
            levels=("product_family", "item", "location"),
            measures=("independent_demand", "gross_requirement", "scheduled_receipts", "constrained_receipts", "projected_inventory", "backlog"),
        ),
    ),
    Preset(
        "inventory",
        "Inventory",
        View(
            levels=("product_family", "item", "location"),
            measures=("projected_inventory", "safety_stock", "coverage", "inventory_value", "excess_value"),
        ),
    ),
    Preset(
        "capacity",
        "Capacity",
        View(levels=("resource",), measures=("capacity_available", "capacity_load", "constrained_load", "utilisation", "overload")),
    ),
    Preset(
        "finance",
        "Finance",
        View(
            levels=DEFAULT_LEVELS,
            measures=("revenue_history", "revenue", "budget_revenue", "revenue_vs_budget", "price", "cogs", "gross_margin", "gross_margin_percent"),
        ),
    ),
)


def presets(plan: Plan) -> list[Preset]:
    """Presets whose measures and first level a plan holds."""
    return [preset for preset in PRESETS if _fits(plan, preset.view)]


def _fits(plan: Plan, view: View) -> bool:
    if not all(name in plan.measures for name in view.measures):
        return False
    grains = {plan.measure(name).grain for name in view.measures}
    return any(plan.inputs.series[g].size and view.levels[0] in plan.inputs.series[g].levels for g in grains)
