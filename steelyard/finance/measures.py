"""Measures of finance: revenue, cost, margin and budget."""

from steelyard.grid.measure import Measure


def _money(name: str, label: str, meaning: str) -> Measure:
    return Measure(name=name, label=label, meaning=meaning, grain="demand", unit="money", area="finance")


def _per_unit(name: str, label: str, meaning: str, numerator: str) -> Measure:
    return Measure(
        name=name,
        label=label,
        meaning=meaning,
        grain="demand",
        unit="money/unit",
        over_series="ratio",
        over_time="ratio",
        numerator=numerator,
        denominator="constrained_demand",
        editable=True,
        area="finance",
    )


MEASURES: tuple[Measure, ...] = (
    _per_unit("price", "Price", "Net price of one unit in the base currency.", "revenue"),
    _per_unit("unit_cost", "Unit cost", "Standard cost of one unit in the base currency.", "cogs"),
    _money("revenue", "Revenue", "Constrained demand at net price, on shipment."),
    _money("cogs", "Cost of goods sold", "Constrained demand at standard cost."),
    _money("gross_margin", "Gross margin", "Revenue less cost of goods sold."),
    Measure(
        name="gross_margin_percent",
        label="Gross margin %",
        meaning="Gross margin as a share of revenue.",
        grain="demand",
        unit="ratio",
        over_series="ratio",
        over_time="ratio",
        numerator="gross_margin",
        denominator="revenue",
        area="finance",
    ),
    Measure(
        name="budget_revenue",
        label="Budget revenue",
        meaning="Revenue of the annual budget, spread down to the series.",
        grain="demand",
        unit="money",
        editable=True,
        area="finance",
    ),
    _money("revenue_vs_budget", "Revenue vs budget", "Revenue less budget revenue."),
)
