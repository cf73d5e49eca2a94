"""Measures of inventory: targets, projection and value."""

from steelyard.grid.measure import Measure


def _stock(name: str, label: str, meaning: str, *, unit: str = "units", editable: bool = False) -> Measure:
    return Measure(
        name=name,
        label=label,
        meaning=meaning,
        grain="item_location",
        unit=unit,
        over_time="last",
        editable=editable,
        area="inventory",
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="opening_inventory",
        label="Opening inventory",
        meaning="Usable stock on the day of the extract.",
        grain="item_location",
        unit="units",
        span="static",
        area="inventory",
    ),
    _stock(
        "local_safety_stock",
        "Local safety stock",
        "Safety stock that the item-location would need on its own, whatever its suppliers keep.",
    ),
    _stock("safety_stock", "Safety stock", "Stock kept against forecast error and late supply.", editable=True),
    _stock("cycle_stock", "Cycle stock", "Half of the usual order: stock that comes and goes between two orders."),
    _stock(
        "anticipation_stock",
        "Anticipation stock",
        "Stock above safety and cycle stock: built ahead of a peak or a shutdown, or left over.",
    ),
    _stock("pipeline_stock", "Pipeline stock", "Units ordered and on their way at the end of the period."),
    Measure(
        name="stock_out_risk",
        label="Stock-out risk",
        meaning="Chance that forecast error and late supply take more than is projected; a mean over series.",
        grain="item_location",
        unit="ratio",
        over_series="mean",
        over_time="last",
        area="inventory",
    ),
    _stock("reorder_point", "Reorder point", "Stock position at which to order: demand of the lead time plus safety."),
    _stock("order_up_to", "Order-up-to level", "Stock position to order up to at a review."),
    Measure(
        name="shipments",
        label="Shipments",
        meaning="Units that leave for customers under the constrained plan.",
        grain="item_location",
        unit="units",
        area="inventory",
    ),
    _stock("projected_inventory", "Projected inventory", "Stock at the end of the period under the constrained plan."),
    _stock("backlog", "Backlog", "Demand due and not yet shipped at the end of the period."),
    _stock(
        "forward_demand",
        "Forward demand",
        "Mean demand of the next three periods, what a period of stock is measured by.",
    ),
    Measure(
        name="coverage",
        label="Coverage",
        meaning="Periods of forward demand that the projected inventory covers.",
        grain="item_location",
        unit="periods",
        over_series="ratio",
        over_time="ratio",
        numerator="projected_inventory",
        denominator="forward_demand",
        area="inventory",
    ),
    Measure(
        name="standard_cost",
        label="Standard cost",
        meaning="Standard cost of one unit at this place.",
        grain="item_location",
        unit="money/unit",
        over_series="ratio",
        over_time="ratio",
        numerator="inventory_value",
        denominator="projected_inventory",
        area="inventory",
    ),
    _stock("inventory_value", "Inventory value", "Projected inventory at standard cost.", unit="money"),
    _stock(
        "excess_value",
        "Excess value",
        "Value of stock beyond safety stock and the demand of the next three periods.",
        unit="money",
    ),
    Measure(
        name="expiring_stock",
        label="Expiring stock",
        meaning="Stock on hand that expires at the end of the period before requirements have used it.",
        grain="item_location",
        unit="units",
        area="inventory",
    ),
    Measure(
        name="expiring_value",
        label="Expiring stock, in money",
        meaning="The same at standard cost.",
        grain="item_location",
        unit="money",
        area="inventory",
    ),
)
