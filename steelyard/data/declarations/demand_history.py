"""Demand history: sales lines, ready-made history, open orders and forecasts that come in."""

import polars as pl

from steelyard.data.column import choice, day, flag, ident, money, number, quantity, ratio, text
from steelyard.data.table import RowRule, Table

SALES_LINE = Table(
    name="sales_line",
    level=1,
    owner="demand planner",
    meaning="One line of a customer order; the raw material of demand history.",
    key=("order_id", "line_id"),
    columns=(
        ident("order_id", "Number of the order.").required(),
        ident("line_id", "Number of the line.").required(),
        ident("item_id", "The item ordered.", "item").required(),
        ident("customer_id", "Who ordered.", "customer").conditional(),
        text("channel", "Sales channel, if no customer is named.").conditional(),
        ident("location_id", "Where it ships from.", "location").conditional(),
        day("order_date", "Day of the order.", "history").conditional(),
        day("requested_date", "Day the customer wants it.").conditional(),
        quantity("quantity", "Ordered quantity; negative on returns.").required(),
        choice("status", "State of the line.", "open", "shipped", "invoiced", "closed", "cancelled")
        .required()
        .lenient(),
        day("promised_date", "Day promised."),
        day("shipped_date", "Day shipped."),
        quantity("shipped_qty", "Quantity shipped."),
        text("uom", "Unit of the quantity; empty is the base unit."),
        money("unit_price", "Price of one unit before discount."),
        ratio("discount", "Discount as a share of the price."),
        money("amount_net", "Value of the line after discount."),
        text("currency", "Currency of price and amount."),
        ident("promotion_id", "Promotion it was sold under.", "promotion").lenient(),
        flag("return_flag", "Whether the line is a return."),
        text("order_type", "Type in the source system."),
        money("cost", "Cost of the line."),
    ),
    quantity="quantity",
    money="amount_net",
    rules=(
        RowRule(
            "sales_line_names_a_customer_or_channel",
            ("customer_id", "channel"),
            lambda as_of: pl.col("customer_id").is_null() & pl.col("channel").is_null(),
            "neither customer_id nor channel is filled",
            "fill customer_id, or channel for anonymous buyers",
        ),
        RowRule(
            "sales_line_has_a_date",
            ("order_date", "requested_date"),
            lambda as_of: pl.col("order_date").is_null() & pl.col("requested_date").is_null(),
            "neither order_date nor requested_date is filled",
            "fill order_date or requested_date",
        ),
        RowRule(
            "returns_are_negative_and_flagged",
            ("quantity", "return_flag"),
            lambda as_of: (pl.col("quantity") < 0) & ~pl.col("return_flag").fill_null(False),
            "the quantity is negative but the line is not flagged as a return",
            "set return_flag on returns, or correct the sign",
        ),
    ),
)


DEMAND_HISTORY = Table(
    name="demand_history",
    level=1,
    owner="demand planner",
    meaning="Demand by period, ready made; the alternative to sales lines.",
    key=("item_id", "location_id", "customer_id", "period_id", "measure"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it ships from.", "location"),
        ident("customer_id", "Who buys.", "customer"),
        ident("period_id", "Period, as in the period table, or YYYY-MM.").required(),
        choice("measure", "What is counted.", "ordered", "shipped", "invoiced", "pos").required(),
        quantity("quantity", "Quantity of the period.").required(),
        money("amount", "Value of the period."),
        text("currency", "Currency of the amount."),
        flag("stockout_flag", "Whether sales were lost for want of stock."),
    ),
    quantity="quantity",
    money="amount",
)

OPEN_ORDER = Table(
    name="open_order",
    level=2,
    owner="customer service",
    meaning="What customers have ordered and not yet received.",
    key=("order_id", "line_id"),
    columns=(
        ident("order_id", "Number of the order.").required(),
        ident("line_id", "Number of the line.").required(),
        ident("item_id", "The item.", "item").required(),
        ident("customer_id", "Who ordered.", "customer"),
        ident("location_id", "Where it ships from.", "location"),
        quantity("quantity_open", "Quantity still to be delivered.", "positive").required(),
        day("due_date", "Day it is due.").required(),
        text("priority", "Priority of the order."),
        money("amount", "Value still to be delivered."),
        text("currency", "Currency of the amount."),
    ),
    quantity="quantity_open",
    money="amount",
)

FORECAST_IN = Table(
    name="forecast_in",
    level=1,
    owner="demand planner",
    meaning="A forecast from elsewhere: sales, customers, an earlier consensus, a budget.",
    key=("source", "item_id", "location_id", "customer_id", "period_id", "version_date"),
    columns=(
        choice(
            "source",
            "Whose forecast it is; a commitment is what a customer is bound to take.",
            "statistical",
            "sales",
            "customer",
            "consensus",
            "budget",
            "marketing",
            "finance",
            "commitment",
        ).required(),
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it ships from.", "location"),
        ident("customer_id", "Who buys.", "customer"),
        ident("period_id", "Period that is forecast.").required(),
        day("version_date", "Day the forecast was made.", "history").required(),
        quantity("quantity", "Quantity forecast.", "not_negative").required(),
        money("amount", "Value forecast."),
        money("penalty", "What a committed unit costs that is not delivered, in base currency."),
        text("note", "Remark of the forecaster."),
    ),
    quantity="quantity",
    money="amount",
)

EXTERNAL_SERIES = Table(
    name="external_series",
    level=0,
    owner="demand planner",
    meaning="A series from outside that may lead demand: permits, confidence, weather, a price index.",
    key=("series_id", "family", "date"),
    columns=(
        ident("series_id", "Code of the series.").required(),
        text("name", "What it is."),
        text("family", "The product family it may concern; empty for all."),
        day(
            "date", "Day of the value; several in a period are averaged, and days to come are forecasts of it."
        ).required(),
        number("value", "The value.").required(),
        text("unit", "Unit of the value."),
        text("publisher", "Who publishes it."),
    ),
)

TABLES = (SALES_LINE, DEMAND_HISTORY, OPEN_ORDER, FORECAST_IN, EXTERNAL_SERIES)
