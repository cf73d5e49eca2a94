"""Shared: values of a plan that are not measures, cut to the rows a reader sees."""

from collections.abc import Mapping

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.measure import Grain
from steelyard.grid.series import SeriesIndex
from steelyard.plan.sight.rows import Rows
from steelyard.plan.sight.sight import Side
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill

ROW_BLOCKS: Mapping[str, Grain] = {
    "active": "demand",
    "own_life_history": "demand",
    "life_history": "demand",
    "season_profile": "demand",
    "promotion_effect": "demand",
    "past_promotion_effect": "demand",
    "lead_time_days": "item_location",
    "lead_time_std_days": "item_location",
    "given_safety_stock": "item_location",
    "given_safety_days": "item_location",
    "service_level": "item_location",
    "review_periods": "item_location",
    "stock_rule": "item_location",
    "least_order": "item_location",
    "order_cost": "item_location",
}
"""Inputs that are no measures and have one column a series, with their grain."""

MONEY_VALUES: Mapping[str, Side] = {
    "order_cost": "cost",
    "supply_prices": "cost",
    "supply_terms": "cost",
    "reference_price": "sales",
    "price_evidence": "sales",
}
"""Inputs that are no measures and say what something costs; those with one column a series are shown empty."""


def seen_places(local: tuple[Array, ...], places: SeriesIndex, rows: Rows) -> tuple[IntArray]:
    """The item-location that serves each demand series, counted among the rows that are seen."""
    whole = np.concatenate([part + start for part, (start, _) in zip(local, places.cuts, strict=True)])
    return (np.searchsorted(rows["item_location"], whole[rows["demand"]]).astype(np.int64),)


def seen_bill(bill: ResourceBill, rows: Rows) -> ResourceBill:
    """The lines of a bill of resources that join a row and a resource that are seen."""
    lines = bill.by_row
    row = np.repeat(np.arange(bill.rows), np.diff(lines.start))
    kept = np.isin(row, rows["item_location"]) & np.isin(lines.other, rows["resource"])
    return build_resource_bill(
        rows["item_location"].size,
        rows["resource"].size,
        row=np.searchsorted(rows["item_location"], row[kept]),
        resource=np.searchsorted(rows["resource"], lines.other[kept]).astype(np.int64),
        hours_per_unit=lines.hours_per_unit[kept],
        offset=lines.offset[kept].astype(np.int64),
    )
