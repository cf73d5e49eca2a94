"""History quality: rules on demand history: gaps, doubled periods, a shifted calendar, rows not dated or priced."""

from collections.abc import Callable
from datetime import date

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding

WINDOW = 13
"""Months around a month by which it is judged."""
LEAST_AMOUNT = 0.05
"""Amounts that differ by no more than this differ by rounding."""


def order_months_of(sales: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Lines and money by channel and calendar month, between the first and last sale of the channel.

    Returns:
        channel, month (first day), lines, money; months without sales have zero.
    """
    named = sales.join(
        customers.select("customer_id", customer_channel="channel"), on="customer_id", how="left", maintain_order="left"
    ).select(
        channel=pl.coalesce("channel", "customer_channel", pl.lit("(none)")),
        month=pl.coalesce("order_date", "requested_date").dt.month_start(),
        money=pl.col("amount_net").fill_null(0.0),
    )
    found = named.group_by("channel", "month").agg(lines=pl.len(), money=pl.col("money").sum())
    spans = found.group_by("channel").agg(first=pl.col("month").min(), last=pl.col("month").max())
    months = spans.select("channel", month=pl.date_ranges("first", "last", "1mo")).explode("month")
    filled = months.join(found, on=["channel", "month"], how="left").fill_null(0)
    return filled.sort("channel", "month")


def no_month_is_empty_or_doubled(company: Company) -> list[Finding]:
    """Warns of a shifted calendar: months without any sale next to months with twice the sales."""
    sales = company.table("sales_line")
    if not sales.height or company.manifest.calendar != "months":
        return []
    months = order_months_of(sales, company.table("customer"))
    return [
        f
        for key, rows in sorted(months.partition_by("channel", as_dict=True).items())
        for f in _calendar_finding(company, str(key[0]), rows)
    ]


def _calendar_finding(company: Company, channel: str, rows: pl.DataFrame) -> list[Finding]:
    """Empty months count only next to a doubled one: a channel that starts slowly or rests is no shifted calendar."""
    limits = company.thresholds
    local = pl.when(pl.col("lines") > 0).then(pl.col("lines")).rolling_median(WINDOW, min_samples=3, center=True)
    known = rows.with_columns(local=local.fill_null(pl.col("lines").median()))
    marked = known.with_columns(
        empty=pl.col("lines") < limits.empty_month * pl.col("local"),
        doubled=(pl.col("lines") > limits.doubled_month * pl.col("local")) & (pl.col("lines") >= limits.least_lines),
    )
    gaps = marked.filter("empty")
    doubled = marked.filter(pl.col("doubled") & (_beside("empty", -1) | _beside("empty", 1)))
    if marked.filter(pl.col("empty") & (_beside("doubled", -1) | _beside("doubled", 1))).height < 2:
        return []
    message = (
        f"channel {channel} has no sales in {_months(gaps['month'])} and about double in {_months(doubled['month'])}: "
        "the calendar of the source may be shifted"
    )
    mend = "import a period table with the true period starts, or declare a date shift (shift_days) in the mapping"
    money = float(doubled["money"].sum())
    return [company.finding("no_month_is_empty_or_doubled", "sales_line", gaps.height, "warning", message, mend, money)]


def _beside(column: str, step: int) -> pl.Expr:
    return pl.col(column).shift(step).fill_null(False)


def _months(months: pl.Series) -> str:
    shown: list[date] = months.to_list()
    words = ", ".join(month.strftime("%b %Y") for month in shown[:6])
    return words + (f" and {len(shown) - 6} more" if len(shown) > 6 else "")


def history_covers_two_years(company: Company) -> list[Finding]:
    """A season can be learned from two years and more."""
    sales = company.table("sales_line")
    if not sales.height:
        return []
    length = company.as_of.toordinal() - min(_order_days(sales), default=company.as_of.toordinal())
    least = company.thresholds.history_days
    if length >= least:
        return []
    message = f"the history covers {length} days; a yearly season cannot be learned from less than {least}"
    return [company.finding("history_covers_two_years", "sales_line", 0, "note", message, "deliver older sales lines")]


def history_reaches_the_as_of_date(company: Company) -> list[Finding]:
    """The last sale is not long before the as-of date."""
    sales = company.table("sales_line")
    if not sales.height:
        return []
    gap = company.as_of.toordinal() - max(_order_days(sales), default=company.as_of.toordinal())
    if gap <= company.thresholds.silent_days:
        return []
    message = f"the last sale is {gap} days before the as-of date {company.as_of}"
    mend = "correct as_of_date, or deliver the missing sales"
    return [company.finding("history_reaches_the_as_of_date", "sales_line", 0, "warning", message, mend)]


def _order_days(sales: pl.DataFrame) -> list[int]:
    """First and last day of the sales, as ordinals; none if there is no date."""
    days = sales.select(pl.coalesce("order_date", "requested_date").alias("day"))
    ends: list[date | None] = [*days.select(pl.col("day").min(), last=pl.col("day").max()).row(0)]
    return [day.toordinal() for day in ends if day is not None]


def order_totals_are_not_repeated_on_lines(company: Company) -> list[Finding]:
    """Lines of one order with different quantities and all the same amount carry the amount of the order."""
    lines = company.table("sales_line").group_by("order_id").agg(
        lines=pl.len(),
        quantities=pl.col("quantity").n_unique(),
        amounts=pl.col("amount_net").n_unique(),
        amount=pl.col("amount_net").first(),
    )  # fmt: skip
    limits = company.thresholds
    several = lines.filter(pl.col("quantities") > 1)
    repeated = several.filter((pl.col("amounts") == 1) & (pl.col("amount") != 0))
    if several.height < limits.least_lines or repeated.height < limits.repeated_amounts * several.height:
        return []
    money = float((repeated["amount"] * (repeated["lines"] - 1)).sum())
    message = f"{repeated.height:,} of {several.height:,} orders have the same amount on all their lines"
    mend = "map the amount of the line, not of the order"
    return [
        company.finding(
            "order_totals_are_not_repeated_on_lines", "sales_line", repeated.height, "warning", message, mend, money
        )
    ]


def closing_stock_follows_from_movements(company: Company) -> list[Finding]:
    """Opening stock and receipts less issues is closing stock."""
    keys = ["item_id", "location_id"]
    rows = company.table("inventory_history").sort([*keys, "date"])
    expected = pl.col("closing_qty").shift(1).over(keys) + pl.col("receipts") - pl.col("issues")
    wrong = rows.filter((expected - pl.col("closing_qty")).abs() > company.thresholds.stock_difference)
    return company.finding_on_items(
        "closing_stock_follows_from_movements", "inventory_history", wrong["item_id"],
        "{n} items have closing stock that their receipts and issues do not explain",
        "check the stock movements for missing or doubled postings",
    )  # fmt: skip


def sales_amount_is_quantity_times_price(company: Company) -> list[Finding]:
    """The amount of a sales line is quantity x price x (1 - discount)."""
    priced = pl.col("quantity") * pl.col("unit_price") * (1.0 - pl.col("discount").fill_null(0.0))
    most = pl.max_horizontal(pl.col("amount_net").abs() * company.thresholds.amount_difference, pl.lit(LEAST_AMOUNT))
    off = company.table("sales_line").filter((priced - pl.col("amount_net")).abs() > most)
    if not off.height:
        return []
    money, quantity = float(off["amount_net"].abs().sum()), float(off["quantity"].sum())
    shown = tuple(f"{order} / {line}" for order, line in off.head(5).select("order_id", "line_id").iter_rows())
    message = f"the amount of {off.height:,} lines is not quantity x price x (1 - discount)"
    mend = "check unit_price, discount and amount_net for header totals, packs or per-hundred prices"
    rule = "sales_amount_is_quantity_times_price"
    return [company.finding(rule, "sales_line", off.height, "warning", message, mend, money, quantity, shown)]


def sales_lines_have_an_amount(company: Company) -> list[Finding]:
    """Lines without amount and price add quantity but no revenue."""
    rows = company.table("sales_line").filter(pl.col("amount_net").is_null() & pl.col("unit_price").is_null())
    return company.finding_on_items(
        "sales_lines_have_an_amount",
        "sales_line",
        rows["item_id"],
        "{n} items have sales lines with neither amount nor price",
        "deliver amount_net or unit_price",
    )


def customers_have_a_channel(company: Company) -> list[Finding]:
    """Every customer with sales belongs to a channel."""
    customers = company.table("customer")
    missing = customers.filter(pl.col("channel").is_null())["customer_id"]
    sales = company.table("sales_line").filter(
        pl.col("customer_id").is_in(missing.implode()) & pl.col("channel").is_null()
    )
    if not sales.height:
        return []
    named = tuple(sales["customer_id"].unique().sort().head(5).to_list())
    message = f"{sales['customer_id'].n_unique():,} customers with sales belong to no channel"
    money = float(sales["amount_net"].sum())
    return [
        company.finding(
            "customers_have_a_channel",
            "customer",
            sales["customer_id"].n_unique(),
            "warning",
            message,
            "fill channel of the customer",
            money,
            examples=named,
        )
    ]


def orders_and_history_are_not_mixed(company: Company) -> list[Finding]:
    """Demand comes from sales lines or from ready-made history, not from both."""
    if not (company.table("sales_line").height and company.table("demand_history").height):
        return []
    message = "both sales_line and demand_history have rows; sales_line is used"
    mend = "leave one of them out, or split them by a mapping filter"
    rows = company.table("demand_history").height
    return [company.finding("orders_and_history_are_not_mixed", "demand_history", rows, "warning", message, mend)]


HISTORY_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    no_month_is_empty_or_doubled,
    history_covers_two_years,
    history_reaches_the_as_of_date,
    sales_amount_is_quantity_times_price,
    sales_lines_have_an_amount,
    customers_have_a_channel,
    order_totals_are_not_repeated_on_lines,
    closing_stock_follows_from_movements,
    orders_and_history_are_not_mixed,
)
