"""Measures of finance: revenue, cost, margin, budget, and what is owed."""

from steelyard.grid.measure import Grain, Measure


def _money(name: str, label: str, meaning: str) -> Measure:
    return Measure(name=name, label=label, meaning=meaning, grain="demand", unit="money", area="finance")


def _at_end(name: str, label: str, meaning: str, grain: Grain) -> Measure:
    return Measure(
        name=name, label=label, meaning=meaning, grain=grain, unit="money", over_time="last", area="finance"
    )  # fmt: skip


def _term(name: str, label: str, meaning: str, grain: Grain, unit: str, most: float = float("inf")) -> Measure:
    return Measure(
        name=name,
        label=label,
        meaning=meaning,
        grain=grain,
        unit=unit,
        span="static",
        over_series="mean",
        over_time="last",
        editable=True,
        most=most,
        area="finance",
    )


def _part(name: str) -> Measure:
    part = name.removesuffix("_share")
    return Measure(
        name=name,
        label=f"{part.capitalize()} share of cost",
        meaning=f"Share of the standard cost that is {part}; a mean over item-locations.",
        grain="item_location",
        unit="ratio",
        span="static",
        over_series="mean",
        over_time="last",
        area="finance",
    )


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
    Measure(
        name="list_price",
        label="List price",
        meaning="Price of one unit before all discounts, in the base currency; 0 where no list price is known.",
        grain="demand",
        unit="money/unit",
        over_series="mean",
        over_time="mean",
        editable=True,
        area="finance",
    ),
    _money("discounts", "Discounts", "Constrained demand at list price, less the same at net price."),
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
    _term(
        "variable_share",
        "Variable share of cost",
        "Share of the standard cost that grows with volume; a mean over series.",
        "demand",
        "ratio",
        1.0,
    ),
    _money("contribution", "Contribution", "Revenue less the variable part of cost of goods sold."),
    Measure(
        name="contribution_percent",
        label="Contribution %",
        meaning="Contribution as a share of revenue.",
        grain="demand",
        unit="ratio",
        over_series="ratio",
        over_time="ratio",
        numerator="contribution",
        denominator="revenue",
        area="finance",
    ),
    _term(
        "customer_payment_days",
        "Customer payment days",
        "Days from invoice to the customer's payment; a mean over series.",
        "demand",
        "days",
    ),
    _at_end("receivables", "Receivables", "Revenue that customers have not paid at the end of the period.", "demand"),
    Measure(
        name="purchase_price",
        label="Purchase price",
        meaning="Price of one unit of what is bought, in the base currency; 0 where nothing is bought.",
        grain="item_location",
        unit="money/unit",
        over_series="mean",
        over_time="mean",
        editable=True,
        area="finance",
    ),
    *(_part(name) for name in ("material_share", "conversion_share", "overhead_share", "freight_share")),
    Measure(
        name="purchase_history",
        label="Purchase history",
        meaning="What suppliers delivered in the past, at the prices of its orders.",
        grain="item_location",
        unit="money",
        span="history",
        area="finance",
    ),
    Measure(
        name="purchases",
        label="Purchases",
        meaning="Receipts from suppliers at purchase price.",
        grain="item_location",
        unit="money",
        area="finance",
    ),
    _term(
        "supplier_payment_days",
        "Supplier payment days",
        "Days from receipt to payment of the supplier; a mean over item-locations.",
        "item_location",
        "days",
    ),
    _at_end("payables", "Payables", "Purchases that are not paid at the end of the period.", "item_location"),
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
