"""Ledger: what the demo company spends beside its products, planned and booked, and what it lately expects to sell."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import BASE_CURRENCY, CHANNELS, FAMILIES
from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.price import RATES, PriceBook
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Floats, Shape, Texts, tally
from steelyard.data.synthetic.site import Customers

EXPENSES = (
    ("6000 salaries", "operating_expense", 0.095),
    ("6300 marketing", "operating_expense", 0.038),
    ("6500 distribution", "operating_expense", 0.030),
    ("6700 administration", "operating_expense", 0.027),
    ("6800 depreciation", "depreciation", 0.024),
)
"""Account, line of the statement, and its share of a year's revenue."""
CAPEX_SHARE = 0.018
"""Of a year's revenue, for replacement, evenly over the months."""
NEW_LINE, NEW_LINE_MONTH = 0.035, 4
"""A new line as a share of a year's revenue, and the planned month in which it is paid."""
RISE = 0.03
"""Expenses a year."""
ESTIMATE_BLUR = 0.025
"""How far the latest estimate of a quarter strays from what is to be expected, as a standard deviation."""


def _monthly_revenue(customers: Customers, market: Market, prices: PriceBook) -> Floats:
    """Expected revenue by month and series in EUR at plan rates."""
    rate = np.array([RATES.get(code, 1.0) for code in customers.currency])[market.customer]
    revenue: Floats = market.expected * prices.price[prices.year_of_month] * rate
    return revenue


def expense_tables(
    shape: Shape, customers: Customers, market: Market, prices: PriceBook
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of `budget` and of `actuals_gl`: expenses, depreciation and capital spending by month and account."""
    a_month = float(_monthly_revenue(customers, market, prices)[-12:].sum()) / 12
    months, past = shape.months.size, shape.history_months
    growth = (1.0 + RISE) ** ((np.arange(months) - past) / 12.0)
    chance = shape.stream("ledger")
    planned, booked = [], []
    for account, measure, share in EXPENSES:
        budget = (a_month * share * growth / 100.0).round() * 100.0
        actual = (budget[:past] * chance.normal(1.0, 0.0 if measure == "depreciation" else 0.04, past)).round(2)
        planned.append(_planned(shape, account, measure, budget))
        booked.append(_booked(shape, account, measure, actual))
    spending = np.full(months, a_month * CAPEX_SHARE).round()
    spending[past + NEW_LINE_MONTH] += round(a_month * 12 * NEW_LINE)
    planned.append(_planned(shape, "0700 plant and equipment", "capex", spending))
    booked.append(
        _booked(shape, "0700 plant and equipment", "capex", (spending[:past] * chance.uniform(0.4, 1.5, past)).round(2))
    )
    return pl.concat(planned), pl.concat(booked)


def _planned(shape: Shape, account: str, measure: str, amount: Floats) -> pl.DataFrame:
    """From January of the year on."""
    first = shape.history_months - shape.as_of.month
    labels = [str(month) for month in shape.months[first:]]
    return pl.DataFrame({"period_id": labels, "amount": amount[first:]}).with_columns(
        version=pl.lit("budget"), account=pl.lit(account), measure=pl.lit(measure), currency=pl.lit(BASE_CURRENCY)
    )


def _booked(shape: Shape, account: str, measure: str, amount: Floats) -> pl.DataFrame:
    labels = [str(month) for month in shape.months[: shape.history_months]]
    return pl.DataFrame({"period_id": labels, "amount": amount}).with_columns(
        account=pl.lit(account), organisation=pl.lit("Company"), currency=pl.lit(BASE_CURRENCY),
        scenario=pl.lit("actual"), account_type=pl.lit("expenditure"), measure=pl.lit(measure),
    )  # fmt: skip


def latest_estimate_table(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Rows of `budget`: revenue by quarter, family and channel, from the quarter of the as-of date to the next year."""
    revenue = _monthly_revenue(customers, market, prices)[shape.history_months - 12 :]
    quarters = _quarters(shape)
    group = products.family[market.item] * len(CHANNELS) + customers.channel[market.customer]
    size, chance = len(FAMILIES) * len(CHANNELS), shape.stream("latest estimate")
    frames = []
    for quarter in dict.fromkeys(quarters.tolist()):
        if _first_quarter(shape) <= quarter <= f"{shape.as_of.year + 1}-Q4":
            amount = tally(group, revenue[quarters == quarter].sum(axis=0), size) * chance.normal(
                1.0, ESTIMATE_BLUR, size
            )
            frames.append(_estimate(quarter, (amount / 1000.0).round() * 1000.0))
    return pl.concat(frames).filter(pl.col("amount") > 0)


def _quarters(shape: Shape) -> Texts:
    """Quarter of each month, from a year back on."""
    labels = [str(month) for month in shape.months[shape.history_months - 12 :]]
    return np.array([f"{label[:4]}-Q{(int(label[5:]) + 2) // 3}" for label in labels])


def _first_quarter(shape: Shape) -> str:
    return f"{shape.as_of.year}-Q{(shape.as_of.month + 2) // 3}"


def _estimate(quarter: str, amount: Floats) -> pl.DataFrame:
    names = [(family.name, channel) for family in FAMILIES for channel in CHANNELS]
    return pl.DataFrame(
        {
            "version": ["latest_estimate"] * len(names),
            "period_id": [quarter] * len(names),
            "account": ["net_sales"] * len(names),
            "measure": ["budget_revenue"] * len(names),
            "family": [family for family, _ in names],
            "channel": [channel for _, channel in names],
            "amount": amount,
            "currency": [BASE_CURRENCY] * len(names),
        }
    )
