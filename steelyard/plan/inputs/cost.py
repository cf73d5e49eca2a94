"""Cost: standard cost of each item-location, its parts, and what of it grows with volume."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.finance.standard_cost import CostArcs, CostParts, roll_up_cost, variable_share
from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs import money
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.supply import hours_per_unit
from steelyard.supply.network import SupplyNetwork

STATED = {"material": "material", "labour": "conversion", "overhead": "overhead", "freight": "freight"}
"""Columns of the table of costs, and the part each of them is."""
MATCHES = 0.02
"""Share of the standard cost by which its stated parts may miss it and still be taken as its parts."""


def purchase_prices(
    extract: Extract,
    rows: PlanRows,
    sources: pl.DataFrame,
    calendar: Calendar,
    conversion: CurrencyConversion,
    cost: Array,
) -> Array:
    """Price of what is bought, `[period, place]` [money/unit]: the source's, else standard cost; 0 where not bought."""
    stated = money.source_prices(extract, rows, calendar, conversion)
    price = np.where(np.isnan(stated), cost, stated)
    buys = np.zeros(rows.places.size, bool)
    buys[sources.filter(pl.col("source_type") == "buy")["row"].to_numpy()] = True
    return np.where(buys, price, 0.0)


def rolled_up_cost(
    extract: Extract,
    rows: PlanRows,
    sources: pl.DataFrame,
    network: SupplyNetwork,
    first: Calendar,
    conversion: CurrencyConversion,
    parameters: PlanParameters,
) -> CostParts:
    """Cost by item-location on the first planned day: purchase prices, hours at the resource's rate, overhead, freight.

    What is bought without a price is worth its stated cost.
    """
    price = money.source_prices(extract, rows, first, conversion)[0]
    bought = np.nan_to_num(np.where(np.isnan(price), money.stated_costs(extract, rows, first, conversion)[0], price))
    return roll_up_cost(
        _arcs(network),
        network.level,
        bought=bought,
        conversion=_conversion(extract, rows, sources, first, conversion),
        freight=_freight(rows, sources, conversion),
        overhead_rate=parameters.overhead_rate,
    )


def _arcs(network: SupplyNetwork) -> CostArcs:
    """Arcs that count in the first period."""
    arcs = network.components
    consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    valid = (arcs.valid_from <= 0) & (arcs.valid_to > 0)
    return CostArcs(arcs.row.astype(np.int64)[valid], consumer[valid], arcs.quantity_per[valid])


def _conversion(
    extract: Extract, rows: PlanRows, sources: pl.DataFrame, first: Calendar, conversion: CurrencyConversion
) -> Array:
    lines = hours_per_unit(extract, rows, sources)
    rate = hour_rates(extract, rows, first, conversion)
    worth = lines["hours"].to_numpy() * rate[lines["resource"].to_numpy()]
    return np.bincount(lines["row"].to_numpy(), worth, rows.places.size).astype(np.float64)


def hour_rates(extract: Extract, rows: PlanRows, first: Calendar, conversion: CurrencyConversion) -> Array:
    """Money of an hour of each resource; 0 where none is stated, and for suppliers, whose price says it all."""
    table = extract.tables["resource"].rename({"resource_id": "resource"}).filter(pl.col("cost_per_hour").is_not_null())
    day = pl.lit(first.starts[0].item())
    table = table.with_columns(money.to_base(table, "cost_per_hour", day, conversion).alias("rate"))
    row = rows.find("resource", table)
    out = np.zeros(rows.resources.size)
    own = (row >= 0) & (table["resource_type"] != "supplier").to_numpy()
    out[row[own]] = table["rate"].to_numpy()[own]
    return out


def _freight(rows: PlanRows, sources: pl.DataFrame, conversion: CurrencyConversion) -> Array:
    moved = sources.filter(pl.col("transport_cost").is_not_null())
    out = np.zeros(rows.places.size)
    if moved.height:
        day = pl.col("valid_from").fill_null(pl.date(2000, 1, 1))
        priced = moved.with_columns(money.to_base(moved, "transport_cost", day, conversion).alias("value"))
        out[priced["row"].to_numpy()] = priced["value"].cast(pl.Float64).to_numpy()
    return out


def cost_shares(
    extract: Extract,
    rows: PlanRows,
    first: Calendar,
    conversion: CurrencyConversion,
    rolled: CostParts,
    *,
    stated: bool,
) -> CostParts:
    """Parts of each item-location's cost as shares of the whole: as stated where they add up, else as rolled up."""
    if not stated:
        return rolled.shares()
    named = {part: money.stated_costs(extract, rows, first, conversion, column)[0] for column, part in STATED.items()}
    parts = CostParts(**{part: np.nan_to_num(values) for part, values in named.items()})
    whole = money.stated_costs(extract, rows, first, conversion)[0]
    adds_up = (parts.total > 0) & (np.abs(parts.total - np.nan_to_num(whole)) <= MATCHES * np.nan_to_num(whole))
    return parts.where(adds_up, rolled).shares()


def variable_shares(shares: CostParts, parameters: PlanParameters) -> Array:
    """Share of each item-location's cost that grows with volume."""
    return variable_share(
        shares, fixed_conversion=parameters.fixed_conversion, fixed_overhead=parameters.fixed_overhead
    )
