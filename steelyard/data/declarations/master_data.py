"""Master data: periods, items, locations, customers and units."""

import polars as pl

from steelyard.data.column import choice, day, days, flag, ident, money, number, quantity, ratio, text
from steelyard.data.table import RowRule, Table

PERIOD = Table(
    name="period",
    level=1,
    owner="S&OP leader",
    meaning="The planning periods, if they are not calendar months; gapless and in order.",
    key=("period_id",),
    columns=(
        ident("period_id", "Name of the period.").required(),
        day("start_date", "First day.").required(),
        day("end_date", "Last day, inclusive.").required(),
        text("fiscal_year", "Fiscal year the period belongs to."),
        text("quarter", "Quarter the period belongs to."),
        number("working_days", "Working days in the period.", "not_negative"),
    ),
    rules=(
        RowRule(
            "period_ends_after_it_starts",
            ("start_date", "end_date"),
            lambda _: pl.col("end_date") < pl.col("start_date"),
            "the period ends before it starts",
            "correct start_date or end_date",
        ),
    ),
)

ITEM = Table(
    name="item",
    level=1,
    owner="master data steward",
    meaning="What is made, bought and sold, with its place in the product hierarchy and its life.",
    key=("item_id",),
    columns=(
        ident("item_id", "The item's number or code.").required(),
        text("description", "Name of the item.").required(),
        text("base_uom", "Unit that all quantities of the item are in.").required(),
        choice("item_type", "What kind of item it is.", "finished", "semi", "raw", "service").required(),
        choice("make_buy", "Whether it is made or bought.", "make", "buy").conditional(),
        text("category", "Highest product level."),
        text("family", "Product family, below the category."),
        text("brand", "Brand."),
        day("launch_date", "First day it may be sold.", "validity"),
        day("end_date", "Last day it may be sold; empty while it is alive.", "validity"),
        text("status", "Status in the source system."),
        text("abc", "Class in the source system."),
        number("weight_kg", "Weight of one base unit [kg].", "not_negative"),
        number("volume_m3", "Volume of one base unit [m3].", "not_negative"),
        days("shelf_life_days", "Days from production to expiry."),
        number("units_per_case", "Base units in one case.", "positive"),
    ),
    rules=(
        RowRule(
            "item_launches_before_it_ends",
            ("launch_date", "end_date"),
            lambda _: pl.col("end_date") < pl.col("launch_date"),
            "the item ends before it is launched",
            "correct launch_date or end_date",
            quarantines=False,
        ),
    ),
)

ITEM_LINK = Table(
    name="item_link",
    level=1,
    owner="product manager",
    meaning="One item that follows, resembles or replaces another.",
    key=("item_id", "other_id", "type", "start_date"),
    columns=(
        ident("item_id", "The item that takes over or borrows history.", "item").required(),
        ident("other_id", "The item that is followed, resembled or replaced.", "item").required(),
        choice("type", "Kind of link.", "successor", "like", "substitute").required(),
        day("start_date", "From when the link holds.", "validity"),
        number("ratio", "Quantity of the item per unit of the other.", "positive").required(),
        number("overlap_periods", "Periods in which both are sold.", "not_negative"),
    ),
    rules=(
        RowRule(
            "item_links_to_another_item",
            ("item_id", "other_id"),
            lambda as_of: pl.col("item_id") == pl.col("other_id"),
            "the item links to itself",
            "name the other item in other_id",
        ),
    ),
)

LOCATION = Table(
    name="location",
    level=1,
    owner="master data steward",
    meaning="A plant, distribution centre, store, supplier site or customer region.",
    key=("location_id",),
    columns=(
        ident("location_id", "Code of the location.").required(),
        choice("location_type", "Kind of location.", "plant", "dc", "store", "supplier", "customer_region").required(),
        text("name", "Name of the location."),
        ident("parent", "Location it belongs to.", "location").lenient(),
        text("country", "Country."),
        text("region", "Region, for roll-up."),
        text("currency", "Currency of its costs."),
        ident("calendar_id", "Working calendar.", "working_calendar").lenient(),
    ),
    parent="parent",
)

CUSTOMER = Table(
    name="customer",
    level=1,
    owner="sales manager",
    meaning="Who buys: a customer, or a pseudo-customer that stands for a channel or region.",
    key=("customer_id",),
    columns=(
        ident("customer_id", "Code of the customer.").required(),
        text("name", "Name of the customer."),
        text("channel", "Sales channel.").conditional(),
        ident("parent", "Customer it belongs to.", "customer").lenient(),
        text("group", "Customer group."),
        text("territory", "Sales territory."),
        text("country", "Country."),
        text("currency", "Currency it is invoiced in."),
        text("sales_person", "Who answers for the customer."),
        text("price_list", "The price list it buys on."),
        ratio("discount", "Its discount on list prices, as a share."),
        days("payment_days", "Days from invoice to payment."),
    ),
    parent="parent",
)

POLICY_LINE = (
    r"^\s*((cycle|fill_rate|ready_rate|backorder_cost|normal|gamma|negative_binomial|empirical|reorder_point|min_max"
    r"|order_up_to|reviewed_band|kanban|buffer|lot_for_lot|economic_order|period_order|wagner_whitin|silver_meal"
    r"|least_unit_cost|part_period|0?\.\d+|review\s+\d+(\.\d+)?"
    r"|lot\s+(0?\.\d*[1-9]\d*|0*[1-9]\d*(\.\d+)?))(\s+|$))*$"
)
"""What a stock policy may say; the room of inventory reads it."""

ITEM_LOCATION = Table(
    name="item_location",
    level=2,
    owner="supply planner",
    meaning="Where an item is stocked and by which policy.",
    key=("item_id", "location_id"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "The location.", "location").required(),
        flag("stocked", "Whether stock is held there.").required(),
        quantity("safety_stock_qty", "Safety stock by policy.", "not_negative"),
        days("safety_stock_days", "Safety stock as days of demand."),
        days("target_cover_days", "Target stock as days of demand."),
        days("max_cover_days", "Highest stock as days of demand."),
        quantity("min_lot", "Least quantity to order.", "positive"),
        quantity("lot_multiple", "Quantity is a multiple of this.", "positive"),
        quantity("max_lot", "Most quantity in one order.", "positive"),
        money("order_cost", "Cost of one order or set-up, in base currency; empty takes the setting.", "not_negative"),
        text("planner", "Who plans it."),
        days("lead_time_days", "Days from order to stock."),
        days("frozen_days", "Days from the as-of date in which no order is planned or moved."),
        days("planning_fence_days", "Days from the as-of date in which only planners make new orders."),
        quantity("storage_limit", "Most that can be stored.", "not_negative"),
        ratio("service_target", "Share of demand to be served from stock."),
        text("stock_policy", "How it is served and replenished, such as `fill_rate 0.98 gamma review 7 min_max`."),
    ),
    rules=(
        RowRule(
            "stock_policy_can_be_read",
            ("stock_policy",),
            lambda _: ~pl.col("stock_policy").str.contains(POLICY_LINE),
            "the stock policy holds words that say nothing about stock; the plan uses that of the class meanwhile",
            "write such as fill_rate 0.98 gamma review 7 min_max",
            quarantines=False,
        ),
    ),
)

UOM_CONVERSION = Table(
    name="uom_conversion",
    level=1,
    owner="master data steward",
    meaning="How many of one unit make one of another, for one item or for all.",
    key=("item_id", "from_uom", "to_uom"),
    columns=(
        ident("item_id", "The item; empty or * for all."),
        text("from_uom", "Unit converted from.").required(),
        text("to_uom", "Unit converted to.").required(),
        number("factor", "1 from_uom = factor to_uom.", "positive").required(),
    ),
)

PROMOTION = Table(
    name="promotion",
    level=1,
    owner="marketing",
    meaning="A planned or past sales promotion.",
    key=("promotion_id",),
    columns=(
        ident("promotion_id", "Code of the promotion.").required(),
        text("name", "What it is called."),
        day("start_date", "First day.").required(),
        day("end_date", "Last day, inclusive.").required(),
        ident("item_id", "The item it holds for.", "item").lenient(),
        text("family", "The family it holds for."),
        ident("customer_id", "The customer it holds for.", "customer").lenient(),
        text("channel", "The channel it holds for."),
        text("type", "Kind of promotion; volume_discount is a price scale, not a promotion."),
        ratio("discount", "Discount on the price."),
        number("expected_uplift", "Expected rise of demand as a share of normal demand; may exceed 1.", "not_negative"),
        money("cost", "Cost of the promotion.", "not_negative"),
    ),
    rules=(
        RowRule(
            "promotion_ends_after_it_starts",
            ("start_date", "end_date"),
            lambda _: pl.col("end_date") < pl.col("start_date"),
            "the promotion ends before it starts",
            "correct start_date or end_date",
        ),
    ),
)

EVENT = Table(
    name="event",
    level=1,
    owner="demand planner",
    meaning="Something that moves demand and is no promotion: a tender, a holiday, a strike.",
    key=("event_id",),
    columns=(
        ident("event_id", "Code of the event.").required(),
        day("start_date", "First day.").required(),
        day("end_date", "Last day, inclusive.").required(),
        text("scope", "What it touches, as level=member pairs divided by semicolons.").required(),
        number("effect_ratio", "Effect as a share of normal demand."),
        quantity("effect_quantity", "Effect as a quantity."),
        text("note", "What happens."),
    ),
)

ASSUMPTION = Table(
    name="assumption",
    level=0,
    owner="S&OP leader",
    meaning="A value that stands in for missing data, with its reason and author.",
    key=("assumption_id",),
    columns=(
        ident("assumption_id", "Code of the assumption.").required(),
        text("scope", "What it holds for: table, column and rows.").required(),
        text("value", "The value assumed.").required(),
        text("unit", "Unit of the value.").required(),
        text("reason", "Why it had to be assumed and why this value.").required(),
        text("author", "Who assumed it: a person, a mapping, or the product.").required(),
        day("valid_from", "From when it holds.", "validity").required(),
        text("source_link", "Where the reason can be checked."),
        number("rows", "Rows that rest on it.", "not_negative"),
    ),
)

TABLES = (
    PERIOD,
    ITEM,
    ITEM_LINK,
    LOCATION,
    CUSTOMER,
    ITEM_LOCATION,
    UOM_CONVERSION,
    PROMOTION,
    EVENT,
    ASSUMPTION,
)
