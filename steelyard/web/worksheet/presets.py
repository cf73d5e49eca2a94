"""Preset: views that every company finds useful, before anybody saves one."""

from dataclasses import dataclass

from steelyard.plan.plan import Plan
from steelyard.web.worksheet.view import DEFAULT_MEASURES, View


@dataclass(frozen=True)
class Preset:
    """A named view."""

    key: str
    label: str
    view: View


SUPPLY_LEVELS = ("product_family", "item", "location")
VOICES = ("sales_forecast", "marketing_forecast", "customer_forecast", "finance_forecast", "customer_commitment")
STREAMS = ("promotion_uplift", *VOICES, "consensus_demand", "demand_plan", "constrained_demand")
WEIGHTS = ("statistical_weight", "sales_weight", "marketing_weight", "customer_weight", "finance_weight")
PAST = (
    "demand_history", "stockout_flag", "lost_sales_estimate", "history_correction", "suggested_correction",
    "cleaned_demand", "uplift_history", "baseline_history", "statistical_forecast",
)  # fmt: skip
SUPPLY = ("independent_demand", "gross_requirement", "scheduled_receipts", "constrained_receipts")
STOCK = ("projected_inventory", "safety_stock", "coverage", "inventory_value", "excess_value")
HOURS = ("capacity_available", "capacity_load", "constrained_load", "utilisation", "overload")
SALES = ("revenue_history", "revenue", "budget_revenue", "revenue_vs_budget", "price")
MARGIN = ("cogs", "gross_margin", "gross_margin_percent")

PRESETS = (
    Preset("demand", "Demand", View()),
    Preset("streams", "Demand streams", View(measures=(*DEFAULT_MEASURES[:2], *STREAMS))),
    Preset("history", "History and corrections", View(measures=PAST, past=24)),
    Preset("weights", "Weights of the streams", View(measures=(*VOICES[:4], *WEIGHTS, "consensus_demand"))),
    Preset("customers", "Demand by customer", View(levels=("channel", "customer", "item"))),
    Preset("supply", "Supply", View(SUPPLY_LEVELS, (*SUPPLY, "projected_inventory", "backlog"))),
    Preset("inventory", "Inventory", View(SUPPLY_LEVELS, STOCK)),
    Preset("capacity", "Capacity", View(("resource",), HOURS)),
    Preset("finance", "Finance", View(measures=(*SALES, *MARGIN))),
)


def presets(plan: Plan) -> list[Preset]:
    """Presets whose measures and first level a plan holds."""
    return [preset for preset in PRESETS if _fits(plan, preset.view)]


def _fits(plan: Plan, view: View) -> bool:
    if not all(name in plan.measures for name in view.measures):
        return False
    grains = {plan.measure(name).grain for name in view.measures}
    return any(plan.inputs.series[g].size and view.levels[0] in plan.inputs.series[g].levels for g in grains)
