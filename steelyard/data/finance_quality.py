"""Finance quality: rules on the ledger and the budget: they tie to sales, agree and reach far enough."""

from collections.abc import Callable

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.period_name import days_without, horizon_days, mean_days, period_days
from steelyard.data.worth import amounts_in_base

REVENUE = ("revenue", "actual_revenue")
"""Measures by which an account of the ledger is marked as sales."""
BUDGET_LEVELS = (
    "item_id",
    "family",
    "customer_id",
    "channel",
    "territory",
    "sales_person",
    "organisation",
    "department",
)
"""Columns that name what a budget row is for."""
AHEAD = ("budget", "latest_estimate")
"""Versions of the budget that look ahead."""
PERIODIC = ("demand_history", "forecast_in", "resource_capacity", "budget", "actuals_gl")
"""Tables whose rows name a period."""


def ledger_revenue(company: Company) -> pl.DataFrame:
    """Rows of the ledger that are sales: marked so by their measure, else all of account type revenue."""
    actual = pl.col("scenario").is_null() | (pl.col("scenario").str.to_lowercase() == "actual")
    ledger = company.table("actuals_gl").filter(actual)
    marked = ledger.filter(pl.col("measure").is_in(REVENUE))
    return marked if marked.height else ledger.filter(pl.col("account_type").str.to_lowercase() == "revenue")


def ledger_against_sales(company: Company) -> pl.DataFrame:
    """Revenue of the ledger and of sales by period, in base currency: period_id, start, ledger, sales.

    Covers the periods from the first to the last one that both know.
    """
    ledger = ledger_revenue(company)
    days = period_days(ledger["period_id"], company.table("period"))
    dated = ledger.join(days, on="period_id")
    base, rates = company.manifest.base_currency, company.table("currency_rate")
    booked = dated.with_columns(amounts_in_base(dated, "amount", "start", rates, base).alias("_base"))
    by_period = booked.group_by("period_id", "start", "end").agg(ledger=pl.col("_base").sum()).sort("start")
    sold = _sales_by_day(company)
    if not by_period.height or not sold.height:
        return by_period.with_columns(sales=pl.lit(0.0)).clear()
    placed = sold.sort("day").join_asof(by_period.select("start", "end"), left_on="day", right_on="start")
    summed = placed.filter(pl.col("day") <= pl.col("end")).group_by("start").agg(sales=pl.col("amount").sum())
    first, last = sold["day"].min(), company.as_of
    both = by_period.join(summed, on="start", how="left").with_columns(pl.col("sales").fill_null(0.0))
    return both.filter((pl.col("end") >= first) & (pl.col("end") <= last)).sort("start")


def _sales_by_day(company: Company) -> pl.DataFrame:
    """Net sales in base currency by day: day, amount; cancelled lines left out."""
    lines = company.table("sales_line").filter(pl.col("status") != "cancelled")
    if lines.height:
        day, amount = pl.coalesce("order_date", "requested_date"), pl.col("amount_net")
        rows = lines.select(day=day, amount=amount, currency="currency")
    else:
        history = company.table("demand_history")
        days = period_days(history["period_id"], company.table("period"))
        rows = history.join(days, on="period_id").select("amount", "currency", day="start")
    rows = rows.drop_nulls(["day", "amount"])
    base = company.manifest.base_currency
    valued = amounts_in_base(rows, "amount", "day", company.table("currency_rate"), base)
    return rows.with_columns(valued).group_by("day").agg(pl.col("amount").sum()).sort("day")


def ledger_ties_to_sales(company: Company) -> list[Finding]:
    """Revenue of the ledger and net sales are the same money, over the whole history and in each period."""
    both = ledger_against_sales(company)
    ledger, sales = float(both["ledger"].sum()), float(both["sales"].sum())
    if not sales:
        return []
    limits, name = company.thresholds, company.manifest.base_currency
    words = f"{ledger:,.0f} {name} of revenue in the ledger, {sales:,.0f} {name} of sales ({ledger / sales - 1:+.1%})"
    apart = (pl.col("ledger") - pl.col("sales")).abs()
    off = both.filter(apart > limits.ledger_period_difference * pl.col("sales").abs())
    found = []
    if abs(ledger - sales) > limits.ledger_difference * abs(sales):
        message = f"the ledger does not tie to sales: {words}"
        found.append(_ledger_finding(company, "ledger_ties_to_sales", both, message, abs(ledger - sales)))
    if off.height:
        share = f"{limits.ledger_period_difference:.0%}"
        message = f"in {off.height} of {both.height} periods the ledger is more than {share} off sales; in all {words}"
        money = float(off.select(apart).to_series().sum())
        found.append(_ledger_finding(company, "ledger_ties_to_sales_in_each_period", off, message, money))
    return found


def ledger_cost_ties_to_sales(company: Company) -> list[Finding]:
    """Cost of sales of the ledger is the standard cost of the order lines, over the time that both know.

    Where it is not, a margin on order lines and expenses of the ledger do not belong together in one statement.
    """
    lines = company.table("sales_line").filter((pl.col("status") != "cancelled") & pl.col("cost").is_not_null())
    booked = _cost_of_sales(company)
    if not (lines.height and booked.height):
        return []
    first, last = booked["start"].min(), booked["end"].max()
    day = pl.coalesce("order_date", "requested_date")
    inside = lines.filter(day.is_between(first, last))
    sold = inside.select(day=pl.coalesce("order_date", "requested_date"), amount="cost", currency="currency")
    base, rates = company.manifest.base_currency, company.table("currency_rate")
    cost = float(sold.with_columns(amounts_in_base(sold, "amount", "day", rates, base))["amount"].sum())
    ledger = float(booked["amount"].sum())
    if not cost or abs(ledger - cost) <= company.thresholds.ledger_difference * abs(cost):
        return []
    message = (
        f"cost of sales in the ledger is {ledger:,.0f} {base}, the standard cost of the order lines {cost:,.0f} {base} "
        f"({ledger / cost - 1:+.1%}): operating profit joins a margin and expenses that contradict each other"
    )
    mend = "find out which of the two is right; check what the account of cost of sales leaves out"
    return [
        company.finding(
            "ledger_cost_ties_to_sales", "actuals_gl", booked.height, "warning", message, mend, abs(ledger - cost)
        )
    ]


def _cost_of_sales(company: Company) -> pl.DataFrame:
    """Rows of the ledger that are cost of sales, in base currency: start, end, amount; of ended periods."""
    actual = pl.col("scenario").is_null() | (pl.col("scenario").str.to_lowercase() == "actual")
    ledger = company.table("actuals_gl").filter(actual & (pl.col("measure") == "cogs"))
    dated = ledger.join(period_days(ledger["period_id"], company.table("period")), on="period_id")
    base, rates = company.manifest.base_currency, company.table("currency_rate")
    valued = dated.with_columns(amounts_in_base(dated, "amount", "start", rates, base).alias("amount"))
    return valued.filter(pl.col("end") <= company.as_of).select("start", "end", "amount")


def _ledger_finding(company: Company, rule: str, rows: pl.DataFrame, message: str, money: float) -> Finding:
    mend = "check cut-off dates, returns, discounts and intercompany sales; mark the accounts of sales by measure"
    worst = rows.with_columns(off=pl.col("ledger") - pl.col("sales")).sort(pl.col("off").abs(), descending=True)
    shown = tuple(f"{name}: {off:+,.0f}" for name, off in worst.head(5).select("period_id", "off").iter_rows())
    return company.finding(rule, "actuals_gl", rows.height, "warning", message, mend, money, examples=shown)


def budget_levels_agree(company: Company) -> list[Finding]:
    """A budget that is stated on two levels, such as families and customers, sums to the same on both."""
    rows = _budget_by_level(company)
    keys = ["version", "measure", "period_id"]
    low, high = pl.col("amount").min(), pl.col("amount").max()
    ends = rows.group_by(keys).agg(low=low, high=high, levels=pl.len())
    apart = pl.col("high") - pl.col("low")
    limit = company.thresholds.budget_level_difference * pl.max_horizontal(pl.col("high").abs(), pl.col("low").abs())
    off = ends.filter((pl.col("levels") > 1) & (apart > limit)).sort(keys)
    if not off.height:
        return []
    levels = rows.join(off, on=keys, how="semi").group_by("level").agg(pl.col("amount").sum()).sort("level")
    shown = tuple(f"{level}: {amount:,.0f}" for level, amount in levels.iter_rows())
    message = (
        f"the budget has different sums on different levels in {off['period_id'].n_unique()} periods; "
        "unless the whole agrees, the plan adds the levels up"
    )
    mend = "make the levels agree, or deliver the budget on one of them"
    money = float(off.select(apart).to_series().sum())
    return [company.finding("budget_levels_agree", "budget", off.height, "warning", message, mend, money, 0.0, shown)]


def _budget_by_level(company: Company) -> pl.DataFrame:
    """Sums of the budget in base currency by version, measure, period and level (the columns that are filled)."""
    budget = company.table("budget").filter(pl.col("amount").is_not_null())
    days = period_days(budget["period_id"], company.table("period"))
    dated = budget.join(days, on="period_id", how="left").with_columns(pl.col("start").fill_null(company.as_of))
    base = company.manifest.base_currency
    valued = dated.with_columns(amounts_in_base(dated, "amount", "start", company.table("currency_rate"), base))
    named = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in BUDGET_LEVELS]
    level = pl.concat_str(named, separator=" x ", ignore_nulls=True).replace("", "total")
    measure = pl.coalesce("measure", "account", pl.lit("amount"))
    return (
        valued.with_columns(level=level, measure=measure)
        .group_by("version", "measure", "period_id", "level")
        .agg(pl.col("amount").sum())
    )


def budget_covers_the_horizon(company: Company) -> list[Finding]:
    """There is a budget, or a latest estimate, for every planned period.

    The money is last year's revenue over as many days as are without a budget.
    """
    budget = company.table("budget").filter(pl.col("version").is_in(AHEAD))
    if not budget.height:
        return []
    periods, count = company.table("period"), company.thresholds.horizon_periods
    horizon = horizon_days(company.manifest.calendar, periods, company.as_of, count)
    missing = days_without(period_days(budget["period_id"], periods), horizon)
    without = min(round(missing / mean_days(company.manifest.calendar, periods)), count)
    if not without:
        return []
    last = str(budget["period_id"].max())
    message = f"{without} of {count} planned periods have no budget; its last period is {last}"
    mend = "deliver the budget or latest estimate up to the end of the horizon, or set threshold horizon_periods"
    money = company.worth.revenue * missing / 365
    return [company.finding("budget_covers_the_horizon", "budget", without, "warning", message, mend, money)]


def period_names_are_known(company: Company) -> list[Finding]:
    """Every row names a period of the period table, or a month, ISO week, 4-4-5 period or day."""
    return [finding for name in PERIODIC for finding in _unknown_periods(company, name)]


def _unknown_periods(company: Company, name: str) -> list[Finding]:
    rows = company.table(name).filter(pl.col("period_id").is_not_null())
    known = period_days(rows["period_id"], company.table("period"))["period_id"]
    unknown = rows.filter(~pl.col("period_id").is_in(known.implode()))
    if not unknown.height:
        return []
    shown = tuple(unknown["period_id"].unique().sort().head(5).to_list())
    money = float(unknown["amount"].abs().sum()) if "amount" in unknown.columns else 0.0
    message = f"{unknown.height:,} rows of {name} name a period that is not known, e.g. {shown[0]}; they are not used"
    mend = "name periods as in the period table, or as YYYY-MM or YYYY-Www"
    rule = "period_names_are_known"
    return [company.finding(rule, name, unknown.height, "warning", message, mend, money, 0.0, shown)]


FINANCE_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    ledger_ties_to_sales,
    ledger_cost_ties_to_sales,
    budget_levels_agree,
    budget_covers_the_horizon,
    period_names_are_known,
)
