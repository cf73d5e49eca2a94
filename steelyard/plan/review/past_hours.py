"""Past hours: what resources worked, by their records, closed orders or sales, and what that demonstrates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.periods import period_shares
from steelyard.plan.numbers import PlanNumbers
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import hours_of_places, work_of_places

PastBasis = Literal["hours worked", "closed orders", "sales"]
PAST_PERIODS = 12
"""Past periods that are looked at, at most."""


@dataclass(frozen=True, eq=False)
class HistoricalShares:
    """Shares of the hours that resources had in the past.

    Args:
        share: By resource; they sum to 1 over those that were counted, 0 for the others.
        basis: What they were read from.
        periods: How many past periods it is.
    """

    share: Array
    basis: PastBasis
    periods: int


@dataclass(frozen=True, eq=False)
class DemonstratedCapacity:
    """What resources have delivered.

    Args:
        mean: Standard hours (units, weight) delivered in a period on average, by resource; NaN where nothing was seen.
        best: The most in one period.
        basis: What tells it, by resource; empty where nothing does.
    """

    mean: Array
    best: Array
    basis: tuple[str, ...]


def historical_shares(plan: PlanNumbers, counted: BoolArray) -> HistoricalShares:
    """Shares of resources in the hours of the past year: by hours worked, else by closed orders, else by sales.

    Args:
        plan: The plan.
        counted: Resources among which the hours are shared.
    """
    ways: tuple[tuple[PastBasis, Callable[[PlanNumbers], Array]], ...] = (
        ("hours worked", hours_worked), ("closed orders", hours_of_orders), ("sales", hours_of_sales)
    )  # fmt: skip
    for basis, told in ways:
        hours = _recent(told(plan))
        total = np.where(counted, hours.sum(axis=0), 0.0)
        if total.sum() > 0:
            return HistoricalShares(total / total.sum(), basis, hours.shape[0])
    return HistoricalShares(np.zeros(counted.size), "sales", 0)


def demonstrated_capacity(plan: PlanNumbers) -> DemonstratedCapacity:
    """What resources delivered a period in the past year: hours earned by their records, else by orders received.

    Source: APICS dictionary, demonstrated capacity: output x standard hours per unit, averaged.
    """
    orders, records = _recent(hours_of_orders(plan)), _recent(hours_worked(plan, earned=True))
    size = orders.shape[1]
    mean, best, basis = np.full(size, np.nan), np.full(size, np.nan), [""] * size
    for name, hours in (("closed orders", orders), ("hours worked", records)):
        for number in np.flatnonzero(hours.sum(axis=0) > 0).tolist():
            mean[number], best[number], basis[number] = hours[:, number].mean(), hours[:, number].max(), name
    return DemonstratedCapacity(mean, best, tuple(basis))


def hours_worked(plan: PlanNumbers, *, earned: bool = False) -> Array:
    """Hours that records of resources state, `[past period, resource]`; the standard hours earned, if asked for.

    Rows of other periods than the plan's are split by days.
    """
    extract, series = plan.maker.extract(plan.inputs.extract), plan.series("capacity_load")
    table = extract.tables["resource_history"]
    told = pl.coalesce("hours_earned", "hours_worked") if earned else pl.col("hours_worked")
    parts = table.join(period_shares(table["period_id"], extract, plan.history), on="period_id", maintain_order="left")
    number = {name: place for place, name in enumerate(series.members["resource"].to_list())}
    resource = np.array([number.get(name, -1) for name in parts["resource_id"].to_list()], dtype=np.int64)
    hours = parts.select(told * pl.col("share")).to_series().to_numpy()
    return accumulate(parts["t"].to_numpy(), resource, hours, (plan.history.size, series.size))


def hours_of_orders(plan: PlanNumbers) -> Array:
    """Standard hours in what closed orders brought, `[past period, resource]`, in the period of receipt."""
    orders = plan.maker.extract(plan.inputs.extract).tables["supply_order"]
    done = orders.filter((pl.col("status") == "closed") & pl.col("received_date").is_not_null())
    place, period = _places(plan, done), _periods(plan, done["received_date"])
    quantity = done["quantity_received"].fill_null(0.0).to_numpy()
    known = (place >= 0) & (period >= 0) & (quantity > 0)
    received = np.zeros((plan.history.size, plan.series("planned_receipts").size))
    np.add.at(received, (period[known], place[known]), quantity[known])
    return np.asarray(received @ hours_of_places(_rows(plan)))


def hours_of_sales(plan: PlanNumbers) -> Array:
    """Hours that past sales asked, all that goes into the items included, `[past period, resource]`."""
    sold, size = np.maximum(join(plan.blocks("demand_history")), 0.0), plan.series("planned_receipts").size
    found = np.zeros((sold.shape[0], size))
    np.add.at(found.T, _place_of_demand(plan), sold.T)
    return np.asarray(found @ work_of_places(_rows(plan)))


def _recent(hours: Array) -> Array:
    """The last periods, from the first of them in which anything was received."""
    last = hours[-PAST_PERIODS:]
    any_at = np.flatnonzero(last.sum(axis=1) > 0)
    return last[any_at[0] :] if any_at.size else last[:0]


def _places(plan: PlanNumbers, orders: pl.DataFrame) -> IntArray:
    """Item-location of each order, -1 where the plan has none."""
    index = plan.series("planned_receipts").members.select(item_id="item", location_id="location").with_row_index("at")
    found = orders.select("item_id", "location_id").join(
        index, on=["item_id", "location_id"], how="left", maintain_order="left"
    )
    return np.asarray(found["at"].cast(pl.Int64).fill_null(-1).to_numpy())


def _periods(plan: PlanNumbers, days: pl.Series) -> IntArray:
    """Past period of each day, -1 outside."""
    return np.asarray(plan.history.locate(days.to_numpy().astype("datetime64[D]")))


def _place_of_demand(plan: PlanNumbers) -> IntArray:
    """Item-location of each demand series; blocks count from their own first place."""
    blocks = cast(tuple[IntArray, ...], plan.values["place_of_demand"])
    first = [0, *np.cumsum([part.shape[-1] for part in cast(Blocks, plan.values["opening_inventory"])])[:-1].tolist()]
    return np.concatenate([part + start for part, start in zip(blocks, first, strict=True)]).astype(np.int64)


def _rows(plan: PlanNumbers) -> SourceRows:
    return cast(SourceRows, plan.values["source_rows"])
