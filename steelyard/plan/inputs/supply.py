"""Supply: network, sources, stock, open orders, routings and capacity of a plan."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import NetworkRing
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.bom_lines import bom_arcs, co_products
from steelyard.plan.inputs.days import ALWAYS, NEVER
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.phantoms import lines_per_unit, phantom_calls
from steelyard.plan.inputs.resource_use import asked_of_carriers, labour_of
from steelyard.plan.inputs.rows import PlanRows
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill

USABLE_STOCK = ("unrestricted", "quality")
OPEN_STATES = ("planned", "open", "firm", "in_process")
_OFFSET = pl.col("offset_days").cast(pl.Float64).fill_null(0.0)
"""Days between the work and the receipt."""


def chosen_sources(extract: Extract, rows: PlanRows) -> pl.DataFrame:
    """The source each item-location is supplied from: valid at the as-of date, best priority, largest share.

    Where none is valid yet, the one that is valid first.

    Returns:
        One row a supplied place: its row number and the columns of the source.
    """
    named = best_sources(extract).rename({"item_id": "item", "location_id": "location"})
    placed = named.with_columns(pl.Series("row", rows.find("item_location", named)))
    return placed.filter(pl.col("row") >= 0).sort("row")


def best_sources(extract: Extract) -> pl.DataFrame:
    """The source of each item and location, as in the extract; see `chosen_sources`."""
    table = extract.tables["source"]
    begins = pl.max_horizontal(pl.col("valid_from").fill_null(ALWAYS), pl.lit(extract.as_of)).alias("begins")
    usable = table.filter(pl.col("valid_to").fill_null(NEVER) >= extract.as_of)
    ranked = usable.with_columns(begins, pl.col("priority").fill_null(1.0), pl.col("split_ratio").fill_null(1.0))
    ranked = ranked.sort("begins", "priority", "split_ratio", "source_id", descending=[False, False, True, False])
    ranked = ranked.drop("begins")
    return ranked.unique(["item_id", "location_id"], keep="first", maintain_order=True)


def supply_network(extract: Extract, rows: PlanRows, sources: pl.DataFrame, calendar: Calendar) -> SupplyNetwork:
    """Arcs of bills of material and transfers between item-locations, with their validity in periods."""
    arcs = _taken(extract, rows, sources, calendar)
    return _network(rows, calendar, arcs, np.zeros(arcs.height, np.bool_))


def network_with_co_products(
    extract: Extract, rows: PlanRows, sources: pl.DataFrame, calendar: Calendar
) -> SupplyNetwork:
    """The same network and what comes out beside what is made; without that where an item would need itself."""
    taken = _taken(extract, rows, sources, calendar)
    given = _known(co_products(extract, rows, sources, calendar))
    try:
        return _network(
            rows, calendar, pl.concat([taken, given]), np.arange(taken.height + given.height) >= taken.height
        )
    except NetworkRing:
        return _network(rows, calendar, taken, np.zeros(taken.height, np.bool_))


def _taken(extract: Extract, rows: PlanRows, sources: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    parts = bom_arcs(extract, rows, sources, calendar)
    return _known(pl.concat([parts, _transfer_arcs(rows, sources, calendar)]))


def _known(arcs: pl.DataFrame) -> pl.DataFrame:
    return arcs.filter((pl.col("component") >= 0) & (pl.col("consumer") >= 0))


def _network(rows: PlanRows, calendar: Calendar, arcs: pl.DataFrame, co_product: BoolArray) -> SupplyNetwork:
    return build_network(
        rows.places.size,
        calendar.size,
        component=arcs["component"].to_numpy(),
        consumer=arcs["consumer"].to_numpy(),
        quantity_per=arcs["quantity_per"].to_numpy(),
        valid_from=arcs["valid_from"].to_numpy(),
        valid_to=arcs["valid_to"].to_numpy(),
        co_product=co_product,
        name=lambda row: name_of_place(rows, row),
    )


def name_of_place(rows: PlanRows, row: int) -> str:
    """Item and location of an item-location, for messages."""
    return " at ".join(rows.places.members.select("item", "location").row(row))


def _transfer_arcs(rows: PlanRows, sources: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    moved = sources.filter((pl.col("source_type") == "transfer") & pl.col("from_location_id").is_not_null())
    origin = moved.select("item", pl.col("from_location_id").alias("location"))
    return moved.select(
        pl.Series("component", rows.find("item_location", origin)),
        pl.col("row").cast(pl.Int64).alias("consumer"),
        pl.lit(1.0).alias("quantity_per"),
        pl.lit(0, pl.Int64).alias("valid_from"),
        pl.lit(calendar.size, pl.Int64).alias("valid_to"),
    )


def lead_times(
    extract: Extract, rows: PlanRows, sources: pl.DataFrame, parameters: PlanParameters
) -> tuple[Array, Array]:
    """Lead time and its standard deviation by item-location [days].

    The source states it; else the item-location does; else the default parameter stands in.
    """
    days = np.full(rows.places.size, np.nan)
    spread = np.zeros(rows.places.size)
    row = sources["row"].to_numpy()
    days[row] = sources["lead_time_days"].to_numpy()
    spread[row] = sources["lead_time_std_days"].fill_null(0.0).to_numpy()
    stated = stated_by_place(extract, rows, "lead_time_days")
    days = np.where(np.isnan(days), stated, days)
    return np.where(np.isnan(days), parameters.default_lead_time_days, days), spread


def lot_sizes(extract: Extract, rows: PlanRows, sources: pl.DataFrame) -> LotSizes:
    """Lot rules by item-location; the source's go before those of the item-location."""
    minimum, multiple, maximum = (
        stated_by_place(extract, rows, name) for name in ("min_lot", "lot_multiple", "max_lot")
    )
    row = sources["row"].to_numpy()
    for lots, column in ((minimum, "min_lot"), (multiple, "lot_multiple")):
        values = sources[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        lots[row] = np.where(np.isnan(values), lots[row], values)
    largest = np.where(np.isnan(maximum), np.inf, np.maximum(maximum, np.nan_to_num(minimum)))
    return LotSizes(np.nan_to_num(minimum), np.nan_to_num(multiple), np.maximum(largest, np.nan_to_num(multiple)))


def given_safety_stock(extract: Extract, rows: PlanRows) -> Array:
    """Safety stock that the item-location states [units], NaN where the plan shall calculate it."""
    return stated_by_place(extract, rows, "safety_stock_qty")


def given_safety_days(extract: Extract, rows: PlanRows) -> Array:
    """Safety stock that the item-location states in days of demand, NaN where it states none."""
    return stated_by_place(extract, rows, "safety_stock_days")


def service_targets(extract: Extract, rows: PlanRows) -> Array:
    """Service target that the item-location states, NaN where its class decides."""
    return stated_by_place(extract, rows, "service_target")


def order_costs(extract: Extract, rows: PlanRows, usual: float) -> Array:
    """Money for each order of an item-location: what it states, else what is usual; below zero counts as nothing."""
    stated = stated_by_place(extract, rows, "order_cost")
    return np.where(np.isnan(stated), usual, np.maximum(stated, 0.0))


def stated_by_place(extract: Extract, rows: PlanRows, column: str) -> Array:
    """A number that the table of item-locations states, by item-location; NaN where it states none."""
    out = np.full(rows.places.size, np.nan)
    named = extract.tables["item_location"].rename({"item_id": "item", "location_id": "location"})
    named = named.filter(pl.col(column).is_not_null())
    row = rows.find("item_location", named)
    out[row[row >= 0]] = named[column].cast(pl.Float64).to_numpy()[row >= 0]
    return out


def opening_inventory(extract: Extract, rows: PlanRows) -> Array:
    """Usable stock at the latest count up to the as-of date, by item-location [units]; negative counts as none.

    Lots that have expired are not usable.
    """
    usable = usable_stock(extract)
    stock = usable.group_by("item_id", "location_id", maintain_order=True).agg(pl.col("on_hand_qty").sum())
    named = stock.rename({"item_id": "item", "location_id": "location"})
    row = rows.find("item_location", named)
    out = np.zeros(rows.places.size)
    out[row[row >= 0]] = np.maximum(named["on_hand_qty"].to_numpy()[row >= 0], 0.0)
    return out


def usable_stock(extract: Extract) -> pl.DataFrame:
    """Rows of stock that may be used, of the latest count up to the as-of date.

    A count says what there is of every kind of stock: what was free at an earlier one and is blocked now is not usable.
    """
    table = extract.tables["inventory"].filter(pl.col("as_of_date") <= extract.as_of)
    latest = table.filter(pl.col("as_of_date") == pl.col("as_of_date").max().over("item_id", "location_id"))
    good = pl.col("expiry_date").fill_null(NEVER) >= extract.as_of
    return latest.filter(pl.col("stock_type").is_in(USABLE_STOCK) & good)


def scheduled_receipts(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Open supply orders by planned period of arrival, overdue ones in the first, `[period, place]` [units]."""
    table = extract.tables["supply_order"].filter(pl.col("status").is_in(OPEN_STATES))
    named = table.rename({"item_id": "item", "location_id": "location"})
    row = rows.find("item_location", named)
    period = periods.locate_horizon(named["due_date"])
    return accumulate(period, row, named["quantity_open"].to_numpy(), (periods.horizon_count, rows.places.size))


def resource_bill(extract: Extract, rows: PlanRows, sources: pl.DataFrame, days_per_period: float) -> ResourceBill:
    """Hours of each resource in one unit of each made item-location.

    Set-up is spread over the usual lot, yield is included, operations on one resource and offset add up.
    """
    lines = hours_per_unit(extract, rows, sources)
    return build_resource_bill(
        rows.places.size,
        rows.resources.size,
        row=lines["row"].to_numpy(),
        resource=lines["resource"].to_numpy(),
        hours_per_unit=lines["hours"].to_numpy(),
        offset=lead_time_periods(lines["offset_days"].to_numpy(), days_per_period),
    )


def hours_per_unit(extract: Extract, rows: PlanRows, sources: pl.DataFrame) -> pl.DataFrame:
    """What a unit takes of resources, by row of its source (row, resource, hours, offset_days before the receipt).

    What is bought takes a unit of the resource that stands for its supplier, or for the supplier's capacity group:
    one of type supplier with the same code. What is moved takes the room that it needs of the carrier of its source.
    What is made takes labour hours of a crew as well, and the hours of the phantoms that it calls for.
    """
    per_unit = pl.coalesce("hours_per_unit", 1.0 / pl.col("units_per_hour")).fill_null(0.0)
    setup = (pl.col("setup_hours") / pl.col("lot_size")).fill_null(0.0)
    hours = (per_unit + setup) / pl.col("yield_ratio").fill_null(1.0)
    own = _worked(extract, sources, hours)
    worked = (
        pl.concat([own, _hours_of_phantoms(extract, sources, hours)]) if extract.tables["bom"]["phantom"].any() else own
    )
    summed = worked.group_by("row", "resource_id", "offset_days", maintain_order=True).agg(pl.col("hours").sum())
    summed = summed.select("row", "resource_id", "hours", "offset_days")
    moved = [_asked_of_suppliers(extract, sources), asked_of_carriers(extract, sources)]
    lines = pl.concat([summed.with_columns(pl.col("row").cast(pl.Int64)), *moved])
    resource = rows.find("resource", lines.rename({"resource_id": "resource"}))
    placed = lines.select("row", pl.Series("resource", resource), "hours", "offset_days")
    return placed.filter((pl.col("resource") >= 0) & (pl.col("hours") > 0))


def _worked(extract: Extract, sources: pl.DataFrame, hours: pl.Expr) -> pl.DataFrame:
    """Hours of the operations of made item-locations, and those of their crews, by row of the source."""
    operations = _operations(extract, sources)
    own = operations.select("row", "resource_id", hours.alias("hours"), _OFFSET)
    return pl.concat([own, labour_of(extract, operations).select("row", "resource_id", "hours", _OFFSET)])


def _hours_of_phantoms(extract: Extract, sources: pl.DataFrame, hours: pl.Expr) -> pl.DataFrame:
    """Hours of the phantoms that made item-locations call for, by row of the source."""
    plain = extract.tables["bom"].filter(~pl.col("co_product").fill_null(False))
    made = sources.filter(pl.col("source_type") == "make").select("item", "location", "row", wanted="bom_id")
    calls = phantom_calls(lines_per_unit(plain), extract.as_of).join(made, left_on="item_id", right_on="item")
    here = pl.col("location_id").is_null() | (pl.col("location_id") == pl.col("location"))
    calls = calls.filter(here & (pl.col("wanted").is_null() | (pl.col("wanted") == pl.col("bom_id"))))
    calls = calls.sort("row", "component_id", maintain_order=True).with_row_index("call")
    asked = calls.select(
        "location", item="component_id", row="call", source_type=pl.lit("make"), routing_id=pl.lit(None, pl.String)
    )
    worked = _worked(extract, asked, hours).rename({"row": "call"})
    found = worked.join(calls.select("call", "row", "quantity_per"), on="call", maintain_order="left")
    return found.select("row", "resource_id", pl.col("hours") * pl.col("quantity_per"), "offset_days")


def _asked_of_suppliers(extract: Extract, sources: pl.DataFrame) -> pl.DataFrame:
    """One unit of the supplier's own resource, or of that of its group."""
    limited = extract.tables["resource"].filter(pl.col("resource_type") == "supplier").select("resource_id")
    groups = extract.tables["supplier"].select("supplier_id", "capacity_group")
    bought = sources.filter(pl.col("source_type") == "buy").select(pl.col("row").cast(pl.Int64), "supplier_id")
    bought = bought.join(groups, on="supplier_id", how="left", maintain_order="left")
    named = pl.concat([
        bought.select("row", pl.col(column).alias("resource_id")) for column in ("supplier_id", "capacity_group")
    ])  # fmt: skip
    found = named.drop_nulls().unique(maintain_order=True)
    return found.join(limited, on="resource_id", how="semi", maintain_order="left").with_columns(
        hours=pl.lit(1.0), offset_days=pl.lit(0.0)
    )


def _operations(extract: Extract, sources: pl.DataFrame) -> pl.DataFrame:
    """Operations of each made item-location: of the routing its source names, else of its best alternative.

    An operation without a location runs where its resource stands, or wherever the item is made if not there. A source
    that follows another alternative takes the best one for operations that have none of that rank.
    """
    ranked = pl.col("routing_rank") if "routing_rank" in sources.columns else pl.lit(None, pl.Float64)
    made = sources.filter(pl.col("source_type") == "make")
    made = made.select("item", "location", "row", pl.col("routing_id").alias("wanted"), follows=ranked)
    stands = extract.tables["resource"].select("resource_id", pl.col("location_id").alias("stands"))
    table = extract.tables["routing"].join(stands, on="resource_id", how="left", maintain_order="left")
    lines = table.join(made, left_on="item_id", right_on="item", maintain_order="left")
    near = (pl.coalesce("location_id", "stands") == pl.col("location")).fill_null(False)
    nowhere = pl.col("location_id").is_null() & ~near.any().over("routing_id", "operation_no", "resource_id", "item_id")
    asked = pl.col("wanted").is_null() | (pl.col("wanted") == pl.col("routing_id"))
    rank = pl.col("alternative_priority").fill_null(1.0)
    lines = lines.filter((near | nowhere) & asked).with_columns(rank=rank, other=pl.col("follows").is_not_null())
    best, same, step = pl.col("rank").min(), pl.col("rank") == pl.col("follows"), ("row", "routing_id", "operation_no")
    chosen = pl.when(same.any().over(step)).then(same).otherwise(pl.col("rank") == best.over(step))
    another = same.any().over("row", "routing_id") & chosen
    return lines.filter(pl.when("other").then(another).otherwise(pl.col("rank") == best.over("row")))


def stated_classes(extract: Extract, rows: PlanRows) -> IntArray:
    """ABC class that the item master states, by item-location: 0 for A, 1 for B, 2 for C, -1 where it states none."""
    items = extract.tables["item"].select(pl.col("item_id").alias("item"), pl.col("abc").str.to_uppercase())
    joined = rows.places.members.select("item").join(items, on="item", how="left", maintain_order="left")
    codes = joined["abc"].replace_strict({"A": 0, "B": 1, "C": 2}, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy()
