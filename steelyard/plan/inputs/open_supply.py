"""Open supply of a plan: fences, open orders that may still be moved, and stock that expires."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.supply import opening_inventory, stated_by_place, usable_stock
from steelyard.supply.open_supply import OpenSupply
from steelyard.supply.requirements import lead_time_periods

MOVABLE_STATES = ("planned", "open")
"""States of an order that is not fixed by its state alone."""
_GOOD_SHARE = 0.5
"""A lot is used in the period in which it expires if it is good for this share of it."""


def frozen_zone(extract: Extract, rows: PlanRows, parameters: PlanParameters, calendar: Calendar) -> IntArray:
    """First period in which orders may be new or be moved, by item-location.

    The later one of the parameter `frozen_periods` and of what the item-location states in days.
    """
    return np.maximum(_in_periods(extract, rows, "frozen_days", calendar), parameters.frozen_periods)


def planning_fence(extract: Extract, rows: PlanRows, parameters: PlanParameters, calendar: Calendar) -> IntArray:
    """First period into which new orders are planned, by item-location.

    The later one of the frozen zone and of the planning time fence, which the parameter `planning_fence_periods` and
    the item-location in days set; between the two orders may be moved, but only planners make new ones.
    """
    stated = _in_periods(extract, rows, "planning_fence_days", calendar)
    fence = np.maximum(stated, parameters.planning_fence_periods)
    return np.maximum(fence, frozen_zone(extract, rows, parameters, calendar))


def _in_periods(extract: Extract, rows: PlanRows, column: str, calendar: Calendar) -> IntArray:
    days = np.nan_to_num(stated_by_place(extract, rows, column))
    return lead_time_periods(days, float(calendar.days.mean()))


def open_supply(extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters) -> OpenSupply:
    """Orders that planning may move, and lots by the period up to which they may be used."""
    orders = movable_orders(extract, rows, periods)
    expiring = _expiring(extract, rows, periods)
    row = np.unique(np.concatenate((orders["row"].to_numpy(), np.flatnonzero(expiring.any(axis=0)))))
    place = np.full(rows.places.size, -1)
    place[row] = np.arange(row.size)
    count = np.bincount(place[orders["row"].to_numpy()], minlength=row.size)
    return OpenSupply(
        place=place,
        start=np.concatenate(([0], np.cumsum(count))).astype(np.int64),
        due=orders["period"].to_numpy().astype(np.int64),
        quantity=orders["quantity_open"].to_numpy().astype(np.float64),
        frozen=frozen_zone(extract, rows, parameters, periods.of("horizon"))[row],
        last_use=np.ascontiguousarray(expiring[:, row].T),
    )


def movable_orders(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> pl.DataFrame:
    """Open orders whose firm flag says no, by item-location and due date; one that says nothing is firm.

    Returns:
        The rows of the table with `row` (item-location) and `period` (planned; overdue ones in the first).
    """
    placed = placed_orders(extract, rows, periods)
    loose = pl.col("status").is_in(MOVABLE_STATES) & ~pl.col("firm_flag").fill_null(True)
    return placed.filter(loose & (pl.col("quantity_open") > 0))


def placed_orders(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> pl.DataFrame:
    """Orders that arrive at a planned item-location within the horizon; `row` and `period` as in `movable_orders`."""
    table = extract.tables["supply_order"].with_columns(pl.col("quantity_open").cast(pl.Float64))
    named = table.rename({"item_id": "item", "location_id": "location"})
    period = periods.locate_horizon(named["due_date"])
    placed = named.with_columns(pl.Series("row", rows.find("item_location", named)), pl.Series("period", period))
    known = placed.filter((pl.col("row") >= 0) & (pl.col("period") >= 0))
    return known.sort("row", "period", "due_date", "order_id", "line_id")


def _expiring(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Usable stock by the last period in which it may be used, `[period, place]` [units]; not more than there is.

    Where other lots are below zero, what they lack was used already: of the lots that expire first.
    """
    lots = usable_stock(extract).filter(pl.col("expiry_date").is_not_null() & (pl.col("on_hand_qty") > 0))
    named = lots.rename({"item_id": "item", "location_id": "location"})
    shape = (periods.horizon_count, rows.places.size)
    last = _last_use(named["expiry_date"], periods.of("horizon"))
    held = accumulate(last, rows.find("item_location", named), named["on_hand_qty"].cast(pl.Float64).to_numpy(), shape)
    if not held.any():
        return held
    used = np.maximum(held.sum(axis=0) - opening_inventory(extract, rows), 0.0)
    short = np.flatnonzero(used > 0.0)
    if short.size:
        left = np.maximum(np.cumsum(held[:, short], axis=0) - used[short], 0.0)
        held[:, short] = np.diff(left, axis=0, prepend=0.0)
    return held


def _last_use(expiry: pl.Series, calendar: Calendar) -> IntArray:
    """Last period that a lot is good for most of; the first at least, -1 beyond the horizon."""
    day = expiry.to_numpy().astype("datetime64[D]")
    period = np.searchsorted(calendar.edges, day, side="right") - 1
    inside = (period >= 0) & (period < calendar.size)
    at = np.clip(period, 0, calendar.size - 1)
    good = (day - calendar.edges[at]).astype(np.int64) + 1
    last = np.where(good >= _GOOD_SHARE * calendar.days[at], at, at - 1)
    return np.where(inside, np.maximum(last, 0), np.where(period < 0, 0, -1)).astype(np.int64)
