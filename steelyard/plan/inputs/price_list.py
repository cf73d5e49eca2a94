"""Price list: what each customer pays: the list price, the discounts, and what is left."""

from functools import cached_property

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.grid.rollup import divide, scatter_add
from steelyard.plan.inputs.money import first_known, timeline
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows, lifted_customer


class PriceBook:
    """Prices of an extract for the demand series of a plan.

    Args:
        extract: The accepted tables.
        rows: The series.
        parameters: Level at which customers are planned.
        conversion: Currency rates.
    """

    def __init__(
        self, extract: Extract, rows: PlanRows, parameters: PlanParameters, conversion: CurrencyConversion
    ) -> None:
        self._conversion = conversion
        terms = customer_terms(extract, parameters)
        members = rows.demand.members
        self._members = members.join(terms, on="customer", how="left", maintain_order="left")
        self._discount = self._members["discount"].fill_null(0.0).to_numpy().astype(np.float64)
        own_lists = terms["price_list"].drop_nulls().unique().sort().to_list()
        self._frame = _price_rows(extract).with_columns(named=pl.col("price_list").is_in(own_lists).fill_null(False))

    def net(self, calendar: Calendar, realised: Array) -> Array:
        """Net price of each demand series in each period, `[period, series]` [money/unit].

        A customer's price goes before a channel's, that before the customer's price list less its discount, that before
        the general net one; then the realised price of the recent past, which has the usual discounts in it, and last
        the general list price less the customer's discount.

        Args:
            calendar: The periods.
            realised: Revenue per unit in the recent past, by series; NaN where nothing was sold.
        """
        of_list, general = self._of_list, self._general
        kept = 1.0 - self._discount
        return first_known(
            self._value(self._of_customer, ["item", "customer"], calendar, "net"),
            self._value(self._of_channel, ["item", "channel"], calendar, "net"),
            self._value(of_list.filter(~_LISTED), ["item", "price_list"], calendar, "net"),
            self._value(of_list.filter(_LISTED), ["item", "price_list"], calendar, "net") * kept,
            self._value(general.filter(~_LISTED), ["item"], calendar, "net"),
            np.broadcast_to(realised, (calendar.size, realised.size)),
            self._value(general.filter(_LISTED), ["item"], calendar, "net") * kept,
        )

    def listed(self, calendar: Calendar) -> Array:
        """List price of each demand series, `[period, series]` [money/unit]; 0 where no list price is known."""
        choices = (
            (self._of_customer, ["item", "customer"]),
            (self._of_list, ["item", "price_list"]),
            (self._of_channel, ["item", "channel"]),
            (self._general, ["item"]),
        )
        return first_known(*(self._value(rows.filter(_LISTED), keys, calendar, "price") for rows, keys in choices))

    @cached_property
    def _of_customer(self) -> pl.DataFrame:
        return self._frame.filter(pl.col("customer").is_not_null())

    @cached_property
    def _of_channel(self) -> pl.DataFrame:
        return self._frame.filter(pl.col("customer").is_null() & pl.col("channel").is_not_null())

    @cached_property
    def _of_list(self) -> pl.DataFrame:
        return self._frame.filter(pl.col("customer").is_null() & pl.col("channel").is_null() & pl.col("named"))

    @cached_property
    def _general(self) -> pl.DataFrame:
        """Prices for all: those on no list, and those on lists that no customer is said to buy on."""
        return self._frame.filter(pl.col("customer").is_null() & pl.col("channel").is_null() & ~pl.col("named"))

    def _value(self, frame: pl.DataFrame, keys: list[str], calendar: Calendar, column: str) -> Array:
        valued = frame.with_columns(pl.col(column).alias("value"))
        return timeline(valued, self._members, keys, calendar, self._conversion)


_LISTED = pl.col("price_type").fill_null("net") == "list"


def _price_rows(extract: Extract) -> pl.DataFrame:
    """The table of prices with the price of one unit before (`price`) and after (`net`) the discount it states."""
    per_unit = pl.col("price") / pl.col("per_quantity").fill_null(1.0)
    table = extract.tables["price"].with_columns(per_unit.alias("price"))
    net = pl.col("price") * (1.0 - pl.col("discount").cast(pl.Float64).fill_null(0.0))
    return table.with_columns(net.alias("net")).rename({"item_id": "item", "customer_id": "customer"})


def realised_prices(sold: Array, earned: Array, rows: PlanRows) -> Array:
    """Recent revenue per unit of the series, else of its item; NaN where nothing was sold [money/unit]."""
    items, size = rows.demand.codes("item"), len(rows.demand.names("item"))
    by_item = divide(scatter_add(earned[None], items, size), scatter_add(sold[None], items, size))[0][items]
    own = divide(earned, sold)
    known = np.where(np.isfinite(own) & (own > 0), own, by_item)
    return np.where(known > 0, known, np.nan)


def customer_terms(extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """Price list and discount by customer at the planning level; a group has the mean discount of its members.

    A group buys on the list of its first member that names one.
    """
    table = extract.tables["customer"].rename({"customer_id": "customer"})
    keyed = table.with_columns(lifted_customer(parameters).alias("customer"))
    return keyed.group_by("customer", maintain_order=True).agg(
        pl.col("price_list").drop_nulls().first(), pl.col("discount").cast(pl.Float64).mean()
    )
