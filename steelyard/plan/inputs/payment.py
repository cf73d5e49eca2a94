"""Payment: when customers pay and suppliers are paid, and what was bought before the plan begins."""

from datetime import date

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.rows import PlanRows, lifted_customer


def customer_days(extract: Extract, rows: PlanRows, parameters: PlanParameters) -> Array:
    """Days until the customer of each demand series pays; a group pays as its members do on the mean."""
    table = extract.tables["customer"].rename({"customer_id": "customer"})
    keyed = table.with_columns(lifted_customer(parameters).alias("customer"))
    terms = keyed.group_by("customer", maintain_order=True).agg(pl.col("payment_days").cast(pl.Float64).mean())
    found = rows.demand.members.select("customer").join(terms, on="customer", how="left", maintain_order="left")
    return found["payment_days"].fill_null(parameters.customer_payment_days).to_numpy().astype(np.float64)


def supplier_days(rows: PlanRows, sources: pl.DataFrame, extract: Extract, parameters: PlanParameters) -> Array:
    """Days until the supplier of each item-location is paid; the default where nothing is bought."""
    terms = extract.tables["supplier"].select("supplier_id", pl.col("payment_days").cast(pl.Float64))
    bought = sources.filter(pl.col("source_type") == "buy").select("row", "supplier_id")
    found = bought.join(terms, on="supplier_id", how="left", maintain_order="left")
    out = np.full(rows.places.size, parameters.supplier_payment_days)
    out[found["row"].to_numpy()] = found["payment_days"].fill_null(parameters.supplier_payment_days).to_numpy()
    return out


def purchase_history(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, conversion: CurrencyConversion, price: Array
) -> Array:
    """What was received from suppliers, `[history period, place]` [money]; at the order's price, else at `price`.

    Args:
        extract: The accepted tables; closed purchase orders with a day of receipt count.
        rows: The series.
        periods: History and horizon.
        conversion: Currency rates.
        price: Purchase price by item-location, where the order has none [money/unit].
    """
    orders = extract.tables["supply_order"].filter(
        (pl.col("order_type") == "purchase") & pl.col("received_date").is_not_null()
    )
    shape = (periods.history_count, rows.places.size)
    if not orders.height:
        return np.zeros(shape)
    day = pl.col("received_date").fill_null(pl.lit(date(1900, 1, 1)))
    valued = orders.with_columns(to_base(orders, "unit_price", day, conversion).alias("paid"))
    row = rows.find("item_location", valued.rename({"item_id": "item", "location_id": "location"}))
    paid = valued["paid"].cast(pl.Float64).to_numpy()
    each = np.where(np.isnan(paid), price[np.maximum(row, 0)], paid)
    units = pl.coalesce("quantity_received", "quantity_ordered").fill_null(0.0).cast(pl.Float64)
    quantity = valued.select(units).to_series().to_numpy()
    return accumulate(periods.locate_history(valued["received_date"]), row, quantity * each, shape)
