"""Actual: what was shipped and invoiced, at the rates of its time or at those of the plan."""

from typing import Literal

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array
from steelyard.grid.currency import CurrencyConversion
from steelyard.grid.rollup import divide
from steelyard.plan.inputs import demand, money
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import first_days
from steelyard.plan.inputs.price_list import PriceBook
from steelyard.plan.money.version import MoneyVersion, rows_of, series_value
from steelyard.plan.numbers import PlanNumbers

Rates = Literal["actual", "plan"]
SHIPPED = ("shipped", "invoiced", "closed")
BY_LEDGER = ("invoiced", "shipped", "ordered", "pos")
"""Measures of ready-made history, the one nearest to revenue first."""


def extract_of(plan: PlanNumbers) -> Extract:
    """The extract a plan stands on, with the plan's changes of master data."""
    return amend_extract(plan.maker.extract(plan.inputs.extract), [c for c in plan.changes if c.moves_inputs])


def actual_conversion(extract: Extract, parameters: PlanParameters) -> CurrencyConversion:
    """Rates as they were: averages of the month, where there are none those of the plan."""
    return money.currency_conversion(extract, parameters.with_value("plan_rate", "average"))


def actual_money(plan: PlanNumbers, *, rates: Rates = "actual") -> MoneyVersion:
    """What was shipped in the history of a plan.

    Revenue counts in the period of shipment. Cost is that of the line, else the standard cost of the time.

    Args:
        plan: Gives series, history and extract.
        rates: Exchange rates: as they were, or those of the plan, which restates the history.

    Raises:
        ConversionMissing: A currency has no rate at all.
    """
    extract, parameters = extract_of(plan), plan.inputs.parameters
    lines = actual_lines(extract, parameters)
    as_planned, as_was = money.currency_conversion(extract, parameters), actual_conversion(extract, parameters)
    ledger = _Ledger(plan, lines)
    held = ledger.summed("net", as_planned)
    revenue = ledger.summed("net", as_was)
    cogs, at_plan = ledger.cost(extract, as_was), ledger.cost(extract, as_planned)
    fixed = 1.0 - series_value(plan, "variable_share") if "variable_share" in plan.inputs.values else 0.0
    quantity = ledger.units
    version = MoneyVersion(
        name="Actual",
        kind="actual",
        calendar=plan.history,
        covered=np.ones(plan.history.size, bool),
        members=plan.series("revenue").members,
        quantity=quantity,
        revenue=revenue,
        discounts=np.maximum(np.maximum(ledger.summed("gross", as_was), ledger.listed(extract, as_was)) - revenue, 0.0),
        cogs=cogs,
        contribution=revenue - cogs + cogs * fixed,
        price=_carried(divide(revenue, quantity)),
        unit_cost=_carried(divide(cogs, quantity)),
        revenue_at_plan_rates=held,
        cogs_at_plan_rates=at_plan,
    )
    return version if rates == "actual" else version.at_plan_rates()


def actual_lines(extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """Shipped lines with their series keys.

    Returns:
        item, location, customer, day, quantity, net, gross, cost (of the whole line, null where unknown), currency.
    """
    lines = extract.tables["sales_line"]
    if not lines.height:
        return demand.keyed(_ready_made(extract), extract, parameters)
    sent = lines.filter(pl.col("status").is_in(SHIPPED) | (pl.col("shipped_qty") > 0))
    units = pl.coalesce("shipped_qty", "quantity")
    part = pl.when(pl.col("quantity") != 0).then(units / pl.col("quantity")).otherwise(1.0)
    listed = pl.col("unit_price") * pl.col("quantity")
    net = pl.coalesce("amount_net", listed * (1.0 - pl.col("discount").fill_null(0.0)))
    sold = sent.select(
        "item_id", "location_id", "customer_id", "channel",
        pl.coalesce("shipped_date", "requested_date", "order_date").alias("day"),
        units.alias("quantity"), (net * part).alias("net"), (pl.coalesce(listed, net) * part).alias("gross"),
        (pl.col("cost") * part).alias("cost"), "currency",
    )  # fmt: skip
    return demand.keyed(sold, extract, parameters)


def _ready_made(extract: Extract) -> pl.DataFrame:
    history = extract.tables["demand_history"]
    held = set(history["measure"].unique())
    used = history.filter(pl.col("measure") == next((name for name in BY_LEDGER if name in held), "ordered"))
    dated = used.with_columns(first_days(used["period_id"], extract).alias("day"))
    return dated.select(
        "item_id", "location_id", "customer_id", pl.lit(None, pl.String).alias("channel"), "day", "quantity",
        pl.col("amount").alias("net"), pl.col("amount").alias("gross"), pl.lit(None, pl.Float64).alias("cost"),
        "currency",
    )  # fmt: skip


class _Ledger:
    """Lines placed on the series and history of a plan."""

    def __init__(self, plan: PlanNumbers, lines: pl.DataFrame) -> None:
        self._plan, self._lines, self._rows = plan, lines, rows_of(plan)
        self._series = self._rows.find("demand", lines)
        self._period = plan.inputs.plan_periods.locate_history(lines["day"])
        self.units = self._placed(lines["quantity"])

    def summed(self, column: str, conversion: CurrencyConversion) -> Array:
        """A column of money in base currency, `[period, series]`."""
        valued = self._lines.with_columns(pl.col(column).cast(pl.Float64).alias("value"))
        return self._placed(valued.select(money.to_base(valued, "value", pl.col("day"), conversion)).to_series())

    def cost(self, extract: Extract, conversion: CurrencyConversion) -> Array:
        """Cost of the lines that state one, standard cost of the others, `[period, series]` [money]."""
        known = self._lines["cost"].is_not_null()
        stated = self.summed("cost", conversion)
        other = self._placed(self._lines["quantity"].zip_with(~known, pl.Series([0.0] * known.len(), dtype=pl.Float64)))
        return stated + other * self._standard(extract, conversion)

    def listed(self, extract: Extract, conversion: CurrencyConversion) -> Array:
        """Units at the list price of the time, `[period, series]` [money]; zero where no list price was on record."""
        book = PriceBook(extract, self._rows, self._plan.inputs.parameters, conversion)
        return np.maximum(self.units, 0.0) * book.listed(self._plan.history)

    def _standard(self, extract: Extract, conversion: CurrencyConversion) -> Array:
        """Standard cost of the time by demand series; before the first one stated, that of the plan."""
        stated = money.stated_costs(extract, self._rows, self._plan.history, conversion)
        planned = series_value(self._plan, "standard_cost")[0]
        return np.where(np.isnan(stated), planned, stated)[:, self._rows.place_of_demand]

    def _placed(self, values: pl.Series) -> Array:
        shape = (self._plan.history.size, self._rows.demand.size)
        numbers = values.cast(pl.Float64).fill_null(0.0).to_numpy()
        return demand.accumulate(self._period, self._series, numbers, shape)


def _carried(values: Array) -> Array:
    """The last known value of each series carried on, zero before the first."""
    out = np.array(values)
    for t in range(1, out.shape[0]):
        out[t] = np.where(np.isnan(out[t]), out[t - 1], out[t])
    return np.nan_to_num(out, nan=0.0)
