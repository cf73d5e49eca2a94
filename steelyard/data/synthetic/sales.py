"""Sales: order lines of the past, open orders and the forecasts that people handed in."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import CHANNELS
from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.price import PriceBook
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.promotion import Promotions, discount_table
from steelyard.data.synthetic.shape import Floats, Ints, Shape, Texts, first_day
from steelyard.data.synthetic.site import CENTRES, Customers

LATE_CHANCE = 0.06
CANCELLED_CHANCE = 0.006
RETURN_CHANCE = 0.005
OPEN_SHARE = (0.55, 0.20, 0.06)
"""Share of expected demand that is on order for the first months of the horizon."""
PRE_ORDERED = 0.5
"""Share of the first month of a launch that is on order already."""


@dataclass(frozen=True)
class _Lines:
    month: Ints
    series: Ints
    order: Ints
    line: Ints


def sales_line_table(
    shape: Shape, products: Products, customers: Customers, promotions: Promotions, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Table `sales_line`: shipped lines, a few cancelled, and returns of the month before."""
    chance = shape.stream("sales_line")
    lines = _number_lines(products, market)
    discount, number = _campaign_of(shape, products, customers, promotions, market, lines)
    price = prices.price_in(lines.month, lines.series)
    frame = _shipped_lines(shape, chance, customers, market, lines).with_columns(
        pl.Series("item_id", products.item_id[market.item[lines.series]]),
        pl.Series("unit_price", price),
        pl.Series("discount", discount),
        pl.Series("promotion_id", _label(promotions.promotion_id, number)),
    )
    frame = pl.concat([_with_cancelled(chance, frame), _returns(shape, chance, frame)])
    amount = (pl.col("quantity") * pl.col("unit_price") * (1.0 - pl.col("discount"))).round(2)
    return frame.with_columns(amount.alias("amount_net")).sort("order_id", "line_id")


def _number_lines(products: Products, market: Market) -> _Lines:
    """One order per customer, month and family; its lines are numbered by item."""
    month, series = np.nonzero(market.ordered)
    family = products.family[market.item[series]]
    key = (month * 1000 + market.customer[series]) * 10 + family
    by = np.lexsort((market.item[series], key))
    month, series, key = month[by], series[by], key[by]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    order = np.cumsum(np.r_[False, key[1:] != key[:-1]])
    return _Lines(month, series, order, np.arange(key.size) - first[order] + 1)


def _campaign_of(
    shape: Shape, products: Products, customers: Customers, promotions: Promotions, market: Market, lines: _Lines
) -> tuple[Floats, Ints]:
    discount, number = discount_table(shape, promotions)
    family = products.family[market.item[lines.series]]
    place = (lines.month, family, customers.channel[market.customer[lines.series]])
    return discount[place], number[place]


def _label(names: Texts, number: Ints) -> list[str | None]:
    padded: list[str | None] = [*names.tolist(), None]
    return [padded[n] for n in number.tolist()]


def _shipped_lines(
    shape: Shape, chance: np.random.Generator, customers: Customers, market: Market, lines: _Lines
) -> pl.DataFrame:
    """Dates and quantities: ordered in the first half of the month, wanted within the month, some shipped late."""
    orders = int(lines.order[-1]) + 1
    ordered_on = first_day(shape.months[lines.month]) + chance.integers(0, 16, orders)[lines.order]
    wanted = ordered_on + chance.integers(3, 11, orders)[lines.order]
    late = (chance.random(lines.order.size) < LATE_CHANCE) * chance.integers(1, 15, lines.order.size)
    customer = market.customer[lines.series]
    columns = {
        "order_id": pl.Series("order", lines.order + 100001),
        "line_id": pl.Series("line", lines.line),
        "customer_id": pl.Series(customers.customer_id[customer]),
        "location_id": pl.Series(np.array(CENTRES)[market.centre[lines.series]]),
        "order_date": pl.Series(ordered_on),
        "requested_date": pl.Series(wanted),
        "promised_date": pl.Series(wanted),
        "shipped_date": pl.Series(np.minimum(wanted + late, np.datetime64(shape.as_of))),
        "quantity": pl.Series(market.ordered[lines.month, lines.series]),
        "shipped_qty": pl.Series(market.shipped[lines.month, lines.series]),
        "currency": pl.Series(customers.currency[customer]),
    }
    return pl.DataFrame(columns).with_columns(
        pl.format("SO{}", "order_id").alias("order_id"),
        pl.col("line_id").cast(pl.String).str.zfill(3),
        pl.lit("shipped").alias("status"),
        pl.lit(False).alias("return_flag"),
        pl.lit("standard").alias("order_type"),
    )


def _with_cancelled(chance: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """Repeat a few lines as cancelled ones that were entered by mistake before the right line."""
    picked = frame.filter(pl.Series(chance.random(frame.height) < CANCELLED_CHANCE))
    wrong = picked.with_columns(
        pl.lit("cancelled").alias("status"),
        pl.col("line_id").str.replace("^", "9"),
        pl.lit(None, dtype=pl.Date).alias("shipped_date"),
        pl.lit(0.0).alias("shipped_qty"),
    )
    return pl.concat([frame, wrong])


def _returns(shape: Shape, chance: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """A few lines come back in part, three weeks later, as negative lines of type return."""
    picked = frame.filter(pl.Series(chance.random(frame.height) < RETURN_CHANCE) & (pl.col("quantity") >= 4))
    back = -(pl.col("quantity") * 0.25).floor()
    day = pl.min_horizontal(pl.col("shipped_date") + pl.duration(days=21), pl.lit(shape.as_of))
    return picked.with_columns(
        pl.col("order_id").str.replace("SO", "RE"),
        back.alias("quantity"),
        back.alias("shipped_qty"),
        *(day.alias(name) for name in ("order_date", "requested_date", "promised_date", "shipped_date")),
        pl.lit("closed").alias("status"),
        pl.lit(True).alias("return_flag"),
        pl.lit("return").alias("order_type"),
    )


def open_order_table(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Table `open_order`: near months mostly on order, launches pre-ordered, a few orders overdue."""
    near, everyone = np.arange(len(OPEN_SHARE)), np.arange(market.count)
    launch_month, launch_series = _pre_ordered(shape, products, market)
    month = np.append(np.repeat(near + shape.history_months, market.count), launch_month)
    series = np.append(np.tile(everyone, near.size), launch_series)
    share = np.append(np.repeat(np.array(OPEN_SHARE), market.count), np.full(launch_month.size, PRE_ORDERED))
    quantity = _open_quantity(shape, market, month, series, share)
    kept = np.flatnonzero(quantity > 0)
    return _open_frame(shape, products, customers, market, prices, month[kept], series[kept], quantity[kept])


def _pre_ordered(shape: Shape, products: Products, market: Market) -> tuple[Ints, Ints]:
    launch = products.launch[market.item]
    series = np.flatnonzero((launch >= shape.history_months + len(OPEN_SHARE)) & (launch < shape.months.size))
    return launch[series], series


def _open_quantity(shape: Shape, market: Market, month: Ints, series: Ints, share: Floats) -> Floats:
    chance = shape.stream("open_order")
    mean = market.expected[month, series] * share
    return np.where(chance.random(mean.size) < 0.7, chance.poisson(mean / 0.7), 0).astype(np.float64)


def _open_frame(
    shape: Shape,
    products: Products,
    customers: Customers,
    market: Market,
    prices: PriceBook,
    month: Ints,
    series: Ints,
    quantity: Floats,
) -> pl.DataFrame:
    chance = shape.stream("open_order_date")
    due = first_day(shape.months[month]) + chance.integers(0, 28, month.size)
    overdue = (month == shape.history_months) & (chance.random(month.size) < 0.01)
    due = np.where(overdue, np.datetime64(shape.as_of) - chance.integers(1, 20, month.size), due)
    customer = market.customer[series]
    amount = (quantity * prices.price_in(month, series)).round(2)
    return pl.DataFrame(
        {
            "order_id": [f"OO{n:06d}" for n in range(1, month.size + 1)],
            "line_id": ["001"] * month.size,
            "item_id": products.item_id[market.item[series]].tolist(),
            "customer_id": customers.customer_id[customer].tolist(),
            "location_id": np.array(CENTRES)[market.centre[series]].tolist(),
            "quantity_open": quantity,
            "due_date": pl.Series(due),
            "priority": np.where(customers.weight[customer] > 0.3, "high", "normal").tolist(),
            "amount": amount,
            "currency": customers.currency[customer].tolist(),
        }
    )


def forecast_in_table(shape: Shape, products: Products, customers: Customers, market: Market) -> pl.DataFrame:
    """Table `forecast_in`: last month's consensus for half a year, and what sales expects of retail (too much)."""
    chance = shape.stream("forecast_in")
    months = np.arange(shape.history_months, shape.history_months + 6)
    consensus = market.expected[months] * chance.lognormal(0.0, 0.12, (months.size, market.count))
    retail = np.flatnonzero(customers.channel[market.customer] == CHANNELS.index("Retail"))
    hopeful = market.expected[np.ix_(months, retail)] * chance.lognormal(0.08, 0.15, (months.size, retail.size))
    everyone = np.arange(market.count)
    frames = (
        _forecast_frame(shape, products, customers, market, "consensus", everyone, consensus),
        _forecast_frame(shape, products, customers, market, "sales", retail, hopeful),
    )
    return pl.concat([frame for frame in frames if frame.height])


def _forecast_frame(
    shape: Shape, products: Products, customers: Customers, market: Market, source: str, series: Ints, values: Floats
) -> pl.DataFrame:
    months, count = values.shape
    column = np.tile(series, months)
    labels = np.repeat(shape.horizon[:months].astype(str), count)
    made_on = (first_day(np.array([np.datetime64(shape.as_of, "M")])) - 1)[0]
    return pl.DataFrame(
        {
            "source": [source] * column.size,
            "item_id": products.item_id[market.item[column]].tolist(),
            "location_id": np.array(CENTRES)[market.centre[column]].tolist(),
            "customer_id": customers.customer_id[market.customer[column]].tolist(),
            "period_id": labels.tolist(),
            "version_date": pl.Series(np.full(column.size, made_on)),
            "quantity": values.ravel().round(1),
        }
    ).filter(pl.col("quantity") > 0)
