"""Advance: the same company as its ERP will see it one month later, so that a plan of this month meets what came."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from steelyard.data.synthetic.capacity import make_work
from steelyard.data.synthetic.company import SyntheticCompany
from steelyard.data.synthetic.ledger import expense_tables
from steelyard.data.synthetic.market import HOUSEHOLD, Market, make_market
from steelyard.data.synthetic.opinion import opinion_table
from steelyard.data.synthetic.outside import climate_factor, external_series_table
from steelyard.data.synthetic.price import (
    PriceBook,
    actuals_gl_table,
    currency_rate_table,
    make_price_book,
    roll_up_costs,
)
from steelyard.data.synthetic.product import Products, make_products
from steelyard.data.synthetic.promotion import Promotions, make_promotions
from steelyard.data.synthetic.rewind import orders_moved, stock_at
from steelyard.data.synthetic.sales import forecast_in_table, open_order_table, sales_line_table
from steelyard.data.synthetic.shape import Floats, Shape
from steelyard.data.synthetic.site import CENTRES, Customers, make_customers
from steelyard.data.synthetic.stock import closing_stock
from steelyard.data.synthetic.structure import make_structure

NOISE = (0.16, 0.16, 0.20, 0.28, 0.45)
"""By family: spread of a month's demand around what is to be expected, as a coefficient of variation."""
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class _Later:
    """The company a month later: its shape then, who buys what, and what the month brought."""

    shape: Shape
    products: Products
    customers: Customers
    promotions: Promotions
    market: Market
    """With the month that has passed as the last one of history."""
    prices: PriceBook


def advance(company: SyntheticCompany, shape: Shape) -> SyntheticCompany:
    """The company at the end of the month after.

    What was ordered in that month becomes sales around what was to be expected; orders of later months come in; stock
    at the centres moves by receipts and issues; what is on order is due a month later; people forecast a month further.
    Everything before stays as it was; master data, prices and budget stay, the latter and hours with a month more.

    Args:
        company: The company with its tables.
        shape: The shape it was made of.

    Example: as of 2026-10-31 becomes as of 2026-11-30, with 49 months of history.
    """
    later = _later(shape)
    as_of, tables = later.shape.as_of, dict(company.tables)
    sales = _sales(later, tables["sales_line"])
    tables["sales_line"] = pl.concat([tables["sales_line"], sales], how="diagonal")
    tables["open_order"] = open_order_table(
        later.shape, later.products, later.customers, later.market, later.prices
    )  # fmt: skip
    tables["forecast_in"] = _forecast(later)
    tables["inventory_history"] = pl.concat([tables["inventory_history"], _month_end(later, tables)], how="diagonal")
    tables["inventory"] = stock_at(tables["inventory"], tables["inventory_history"], as_of)
    tables["supply_order"] = orders_moved(tables["supply_order"], as_of, months=1)
    tables["external_series"] = _with_new(
        tables["external_series"], external_series_table(later.shape), "date", company
    )
    tables["currency_rate"] = _with_new(
        tables["currency_rate"], currency_rate_table(later.shape), "valid_from", company
    )  # fmt: skip
    tables["actuals_gl"] = pl.concat(
        [tables["actuals_gl"], actuals_gl_table(sales, later.customers, tables["currency_rate"]), _booked(later)],
        how="diagonal",
    )
    for name in ("budget", "resource_capacity"):
        tables[name] = _a_month_more(tables[name])
    return replace(company, as_of=as_of, tables=tables, story=())


def _later(shape: Shape) -> _Later:
    products, customers, promotions = make_products(shape), make_customers(shape), make_promotions(shape)
    market = make_market(shape, products, customers, promotions)
    structure = make_structure(shape, products)
    costs = roll_up_costs(structure, make_work(shape, structure))
    prices = make_price_book(shape, products, customers, market, costs)
    then = replace(
        shape, as_of=_month_after(shape.as_of), history_months=shape.history_months + 1,
        horizon_months=shape.horizon_months - 1,
    )  # fmt: skip
    return _Later(then, products, customers, promotions, _grown(then, products, market), prices)


def _month_after(as_of: date) -> date:
    """Last day of the month after the one that ends on a day."""
    first = as_of + timedelta(days=1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _grown(then: Shape, products: Products, market: Market) -> Market:
    """The market with one month of history more: gamma noise around the mean, then whole units."""
    chance, last = then.stream("month after"), then.history_months - 1
    noise = np.array(NOISE)[products.family[market.item]]
    climate = np.where(products.family[market.item] < HOUSEHOLD, climate_factor(then)[last], 1.0)
    bought = np.where(products.intermittent[market.item], chance.random(market.count) < 1 / 3, True)
    mean = market.expected[last] * climate * np.where(products.intermittent[market.item], 3.0, 1.0) * bought
    ordered = chance.poisson(mean * chance.gamma(1.0 / noise**2, noise**2)).astype(np.float64)
    return replace(
        market, ordered=_appended(market.ordered, ordered), shipped=_appended(market.shipped, ordered),
        stock_out=np.vstack([market.stock_out, np.zeros(market.count, dtype=bool)]),
    )  # fmt: skip


def _appended(rows: Floats, last: Floats) -> Floats:
    return np.vstack([rows, last])


def _sales(later: _Later, before: pl.DataFrame) -> pl.DataFrame:
    """Lines of the month, numbered on from those before."""
    only = np.zeros_like(later.market.ordered)
    only[-1] = later.market.ordered[-1]
    month = replace(later.market, ordered=only, shipped=only)
    lines = sales_line_table(later.shape, later.products, later.customers, later.promotions, month, later.prices)
    number = pl.col("order_id").str.slice(2).cast(pl.Int64)
    offset = int(before.select(number.max()).item()) - int(lines.select(number.min()).item()) + 1
    return lines.with_columns(pl.col("order_id").str.slice(0, 2) + (number + offset).cast(pl.String))


def _forecast(later: _Later) -> pl.DataFrame:
    parts = (later.shape, later.products, later.customers, later.market)
    return pl.concat([forecast_in_table(*parts), opinion_table(*parts, later.prices)], how="diagonal")


def _month_end(later: _Later, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Month end at the centres: what they want to hold, or more where less was issued than lay there."""
    item, centre, closing, issues = closing_stock(later.shape, later.products, later.market)
    wanted = pl.DataFrame(
        {
            "item_id": later.products.item_id[item].tolist(), "location_id": np.array(CENTRES)[centre].tolist(),
            "wanted": closing[-1], "issues": issues[-1],
        }
    )  # fmt: skip
    history = tables["inventory_history"]
    last = history.filter(pl.col("date") == history["date"].max()).select("item_id", "location_id", "closing_qty")
    joined = wanted.join(last, on=["item_id", "location_id"], how="inner", maintain_order="left")
    held = pl.max_horizontal("wanted", pl.col("closing_qty") - pl.col("issues"))
    return joined.select(
        "item_id", "location_id", pl.lit(later.shape.as_of).alias("date"), held.alias("closing_qty"),
        (held - pl.col("closing_qty") + pl.col("issues")).alias("receipts"), "issues",
    )  # fmt: skip


def _with_new(before: pl.DataFrame, now: pl.DataFrame, day: str, company: SyntheticCompany) -> pl.DataFrame:
    """What was known, and what is of a later day than the company's."""
    return pl.concat([before, now.filter(pl.col(day) > company.as_of)], how="diagonal")


def _booked(later: _Later) -> pl.DataFrame:
    _, booked = expense_tables(later.shape, later.customers, later.market, later.prices)
    return booked.filter(pl.col("period_id") == later.shape.as_of.strftime("%Y-%m"))


def _a_month_more(table: pl.DataFrame) -> pl.DataFrame:
    """A month more at the end of what is told by month: as much as in the same month of the year before."""
    months = table.filter(pl.col("period_id").str.contains(r"^\d{4}-\d{2}$"))
    last = np.datetime64(str(months["period_id"].max()), "M")
    again = months.filter(pl.col("period_id") == str(last + 1 - MONTHS_A_YEAR))
    return pl.concat([table, again.with_columns(pl.lit(str(last + 1)).alias("period_id"))], how="diagonal")
