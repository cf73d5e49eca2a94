"""Supply: stock, orders, suppliers, sources, bills of material, routings and capacity."""

from datetime import date

import polars as pl

from steelyard.data.column import choice, day, days, flag, ident, money, number, quantity, ratio, text
from steelyard.data.table import RowRule, Table


def ends_before_start(_as_of: date) -> pl.Expr:
    """Rows whose validity ends before it begins."""
    return pl.col("valid_to") < pl.col("valid_from")


VALIDITY = RowRule(
    "validity_ends_after_it_starts",
    ("valid_from", "valid_to"),
    ends_before_start,
    "valid_to is before valid_from",
    "correct the validity dates",
)

INVENTORY = Table(
    name="inventory",
    level=2,
    owner="inventory manager",
    meaning="Stock on hand at the as-of date.",
    key=("item_id", "location_id", "as_of_date", "stock_type", "lot"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it lies.", "location").required(),
        day("as_of_date", "Day of the count.", "history").required(),
        choice("stock_type", "Whether it can be used.", "unrestricted", "quality", "blocked", "transit").required(),
        ident("lot", "Lot or batch."),
        quantity("on_hand_qty", "Quantity on hand.").required(),
        day("expiry_date", "Day the lot expires.", "validity"),
        money("value", "Value at standard cost."),
        text("currency", "Currency of the value."),
    ),
    quantity="on_hand_qty",
    money="value",
    rules=(
        RowRule(
            "stock_is_not_negative",
            ("on_hand_qty",),
            lambda as_of: pl.col("on_hand_qty") < 0,
            "stock is negative",
            "book the missing receipt; the plan starts from zero meanwhile",
            quarantines=False,
        ),
        RowRule(
            "stock_is_of_the_as_of_date",
            ("as_of_date",),
            lambda as_of: pl.col("as_of_date") != as_of,
            "the stock was counted on another day than the as-of date",
            "extract the stock of the as-of date, or declare the date in the mapping",
            quarantines=False,
        ),
    ),
)

INVENTORY_HISTORY = Table(
    name="inventory_history",
    level=2,
    owner="inventory manager",
    meaning="Stock at the close of past days or periods.",
    key=("item_id", "location_id", "date"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it lay.", "location").required(),
        day("date", "Day of the closing stock.", "history").required(),
        quantity("closing_qty", "Stock at the close.").required(),
        quantity("receipts", "Quantity that came in since the row before."),
        quantity("issues", "Quantity that went out since the row before."),
    ),
    quantity="closing_qty",
)

SUPPLY_ORDER = Table(
    name="supply_order",
    level=2,
    owner="supply planner",
    meaning="A purchase, production or transfer order: the open ones, and closed ones to learn lead times from.",
    key=("order_id", "line_id"),
    columns=(
        ident("order_id", "Number of the order.").required(),
        ident("line_id", "Number of the line.").required(),
        choice("order_type", "Kind of order.", "purchase", "production", "transfer").required(),
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it arrives.", "location").required(),
        quantity("quantity_open", "Quantity still to arrive.", "not_negative").required(),
        day("due_date", "Day it arrives.").required(),
        choice("status", "State of the order.", "planned", "open", "firm", "in_process", "closed").required(),
        ident("supplier_id", "Supplier of a purchase.", "supplier").lenient(),
        ident("from_location_id", "Where a transfer leaves.", "location").lenient(),
        day("order_date", "Day of the order.", "history"),
        day("start_date", "Day production starts."),
        day("received_date", "Day it arrived; closed orders with it tell the lead time as it was.", "history"),
        quantity("quantity_ordered", "Quantity ordered.", "not_negative"),
        quantity("quantity_received", "Quantity received.", "not_negative"),
        flag("firm_flag", "Whether planning may not move it."),
        money("unit_price", "Price of one unit.", "not_negative"),
        money("amount", "Value still to arrive."),
        text("currency", "Currency of price and amount."),
    ),
    quantity="quantity_open",
    money="amount",
    rules=(
        RowRule(
            "open_is_ordered_less_received",
            ("quantity_open", "quantity_ordered", "quantity_received"),
            lambda as_of: (
                (
                    pl.max_horizontal(
                        pl.col("quantity_ordered") - pl.col("quantity_received").fill_null(0.0), pl.lit(0.0)
                    )
                    - pl.col("quantity_open")
                ).abs()
                > 0.001
            ),
            "quantity_open is not ordered less received",
            "correct the three quantities of the order",
            quarantines=False,
        ),
        RowRule(
            "supply_order_is_due_after_it_was_ordered",
            ("due_date", "order_date"),
            lambda as_of: pl.col("due_date") < pl.col("order_date"),
            "the order is due before it was ordered",
            "correct order_date or due_date",
            quarantines=False,
        ),
    ),
)

SUPPLIER = Table(
    name="supplier",
    level=2,
    owner="purchasing",
    meaning="Who delivers bought items.",
    key=("supplier_id",),
    columns=(
        ident("supplier_id", "Code of the supplier.").required(),
        text("name", "Name of the supplier.").required(),
        text("country", "Country."),
        text("currency", "Currency it invoices in."),
        ident("calendar_id", "Working calendar.", "working_calendar").lenient(),
        text("capacity_group", "Group whose capacity it shares."),
        days("payment_days", "Days from receipt to payment."),
        money("order_cost", "Cost of one order, whatever items are in it, in base currency.", "not_negative"),
    ),
)

PRICE_BREAK = Table(
    name="price_break",
    level=2,
    owner="purchasing",
    meaning="A price of a supplier that holds from an order quantity on.",
    key=("supplier_id", "item_id", "min_quantity", "valid_from"),
    columns=(
        ident("supplier_id", "The supplier.", "supplier").required(),
        ident("item_id", "The item.", "item").required(),
        quantity("min_quantity", "Order quantity from which the price holds.", "positive").required(),
        money("unit_price", "Price of one unit from there on.", "not_negative").required(),
        text("currency", "Currency of the price; empty is the base currency."),
        choice("discount_type", "Whether the price holds for all units of the order, or for those above.",
               "all_units", "incremental"),
        day("valid_from", "First day.", "validity"),
        day("valid_to", "Last day, inclusive.", "validity"),
    ),
    rules=(VALIDITY,),
)  # fmt: skip

SOURCE = Table(
    name="source",
    level=2,
    owner="supply planner",
    meaning="One way to supply an item at a location: make, buy or transfer.",
    key=("source_id",),
    columns=(
        ident("source_id", "Code of the source.").required(),
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "Where it arrives.", "location").required(),
        choice("source_type", "How it is supplied.", "make", "buy", "transfer").required(),
        days("lead_time_days", "Days from order to arrival.").required(),
        ident("supplier_id", "Supplier, if bought.", "supplier").conditional().lenient(),
        ident("from_location_id", "Where it leaves, if transferred.", "location").conditional().lenient(),
        ident("carrier_id", "Resource of type transport that moves it: a carrier or a lane.", "resource").lenient(),
        ident("routing_id", "Routing, if made.").conditional(),
        ident("bom_id", "Bill of material, if made and more than one exists."),
        text("alternative", "Alternative of the bill that it follows, if made; the first that is valid if empty."),
        quantity("min_lot", "Least quantity of one order.", "not_negative"),
        quantity("lot_multiple", "Quantity is a multiple of this.", "positive"),
        quantity("max_per_period", "Most in one period.", "positive"),
        number("priority", "1 is used first.", "positive"),
        ratio("split_ratio", "Share of the need; shares of an item and location sum to 1."),
        number("lead_time_std_days", "Standard deviation of the lead time [days].", "not_negative"),
        money("unit_price", "Purchase price of one unit.", "not_negative"),
        money("transport_cost", "Cost to move one unit.", "not_negative"),
        text("currency", "Currency of price and cost."),
        day("valid_from", "First day.", "validity"),
        day("valid_to", "Last day, inclusive.", "validity"),
    ),
    rules=(
        VALIDITY,
        RowRule(
            "lead_time_is_positive",
            ("lead_time_days",),
            lambda as_of: pl.col("lead_time_days") == 0,
            "the lead time is zero",
            "enter the days from order to arrival",
            quarantines=False,
        ),
        RowRule(
            "transfer_names_where_it_leaves",
            ("source_type", "from_location_id"),
            lambda as_of: (pl.col("source_type") == "transfer") & pl.col("from_location_id").is_null(),
            "a transfer without from_location_id",
            "name the location it leaves",
        ),
    ),
)

BOM = Table(
    name="bom",
    level=2,
    owner="master data steward",
    meaning="One component of an assembled item.",
    key=("bom_id", "component_id", "valid_from"),
    columns=(
        ident("bom_id", "Code of the bill of material.").required(),
        ident("item_id", "The item that is made.", "item").required(),
        ident("component_id", "The item that goes in.", "item").required(),
        quantity("quantity_per", "Quantity of the component for per_quantity of the item.", "positive").required(),
        quantity("per_quantity", "Quantity of the item the row is stated for.", "positive").required(),
        ident("location_id", "Where it holds; empty for everywhere.", "location").lenient(),
        text("alternative", "Alternative of the bill."),
        ratio("scrap_ratio", "Share of the component that is lost."),
        text("uom", "Unit of quantity_per; empty is the component's base unit."),
        day("valid_from", "First day.", "validity"),
        day("valid_to", "Last day, inclusive.", "validity"),
        flag("co_product", "Whether the row is an output instead of an input."),
        flag("phantom", "Whether the component is only passed through."),
    ),
    quantity="quantity_per",
    rules=(
        VALIDITY,
        RowRule(
            "item_is_not_its_own_component",
            ("item_id", "component_id"),
            lambda as_of: pl.col("item_id") == pl.col("component_id"),
            "the item is its own component",
            "remove the row or name the right component",
        ),
    ),
)

ROUTING = Table(
    name="routing",
    level=2,
    owner="production planner",
    meaning="One operation of a made item on one resource.",
    key=("routing_id", "operation_no", "resource_id"),
    columns=(
        ident("routing_id", "Code of the routing.").required(),
        ident("operation_no", "Number of the operation.").required(),
        ident("resource_id", "The resource it runs on.", "resource").required(),
        ident("item_id", "The item that is made.", "item").required(),
        number("hours_per_unit", "Hours of the resource for one unit.", "positive").conditional(),
        number("units_per_hour", "Units in one hour, if hours_per_unit is empty.", "positive"),
        ident("location_id", "Where it runs; empty for the resource's location.", "location").lenient(),
        number("setup_hours", "Hours to set up for one lot.", "not_negative"),
        quantity("lot_size", "Usual lot, to spread the set-up.", "positive"),
        ratio("yield_ratio", "Share of good units."),
        money("cost_per_hour", "Cost of one hour.", "not_negative"),
        number("labour_hours", "Labour hours for one unit, beside those of the resource.", "not_negative"),
        ident(
            "labour_resource_id", "Crew that works them; empty for the one crew of the location.", "resource"
        ).lenient(),
        number("alternative_priority", "1 is used first.", "positive"),
        days("offset_days", "Days before the receipt at which the load falls."),
    ),
    rules=(
        RowRule(
            "operation_has_hours",
            ("hours_per_unit", "units_per_hour"),
            lambda as_of: pl.col("hours_per_unit").is_null() & pl.col("units_per_hour").is_null(),
            "neither hours_per_unit nor units_per_hour is filled",
            "enter the hours of the resource for one unit",
        ),
    ),
)

TABLES = (
    INVENTORY,
    INVENTORY_HISTORY,
    SUPPLY_ORDER,
    SUPPLIER,
    PRICE_BREAK,
    SOURCE,
    BOM,
    ROUTING,
)
