"""Evidence: what the tables of an extract say enough about to be shown, and what is missing for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.data.extract import Extract
from steelyard.plan.plan import Plan
from steelyard.web.ui.dates import period_words

STOCK, COST, PRICE, BUDGET, CAPACITY = "inventory", "item_cost", "price", "budget", "resource_capacity"
NEEDS: Mapping[str, tuple[str, ...]] = {
    "revenue": (PRICE,),
    "gross_margin_percent": (PRICE, COST),
    "revenue_vs_budget": (PRICE, BUDGET),
    "fill_rate": (STOCK,),
    "backlog_value": (STOCK, PRICE),
    "inventory_value": (STOCK, COST),
    "excess_value": (STOCK, COST),
    "inventory_turns": (STOCK, COST),
    "days_of_supply": (STOCK, COST),
    "bottleneck_utilisation": (CAPACITY,),
    "overload_hours": (CAPACITY,),
}
"""Tables without which a key figure or a picture of the same name says nothing."""


@dataclass(frozen=True)
class Evidence:
    """What is missing.

    Args:
        missing: Tables of `NEEDS` that nothing was delivered for.
        budgeted: Planned periods that have a budget.
        periods: All planned periods.
    """

    missing: frozenset[str] = frozenset()
    budgeted: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def gap(self, name: str) -> str:
        """What to deliver before a key figure can be shown; empty when there is enough.

        Example:
            >>> Evidence(frozenset({"inventory"})).gap("fill_rate")
            'not enough data: deliver table inventory'
        """
        lacking = [table for table in NEEDS.get(name, ()) if table in self.missing]
        if not lacking:
            return ""
        return f"not enough data: deliver table{'s' if len(lacking) > 1 else ''} {' and '.join(lacking)}"

    @property
    def budget_words(self) -> str:
        """How far a delivered budget reaches into the plan; empty when there is none at all."""
        if BUDGET in self.missing:
            return ""
        if not self.budgeted:
            return "the budget does not reach into the planned periods"
        if len(self.budgeted) == len(self.periods):
            return "against the budget"
        return f"against the budget where there is one, up to {period_words(self.budgeted[-1])}"


def evidence_of(plan: Plan) -> Evidence:
    """What the extract of a plan supports."""
    extract = plan.maker.extract(plan.inputs.extract)
    return Evidence(frozenset(_missing(plan, extract)), budgeted_periods(plan), tuple(plan.horizon.labels))


def budgeted_periods(plan: Plan) -> tuple[str, ...]:
    """Periods of the horizon that have a budget at all."""
    budget = plan.totals("budget_revenue")[1].sum(axis=1)
    return tuple(label for label, value in zip(plan.horizon.labels, budget, strict=True) if value)


def _missing(plan: Plan, extract: Extract) -> set[str]:
    """Empty tables that nothing else stands in for: realised prices for prices, purchase prices for costs."""
    empty = {name for name in (STOCK, COST, PRICE, BUDGET, CAPACITY) if not extract.tables[name].height}
    if extract.tables["source"]["unit_price"].drop_nulls().len():
        empty.discard(COST)
    if np.any(plan.totals("revenue_history")[1]):
        empty.discard(PRICE)
    return empty
