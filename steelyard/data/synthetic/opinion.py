"""Opinion: what marketing, customers and finance of the demo company expect, each with a bias of its own."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import CHANNELS
from steelyard.data.synthetic.market import HOUSEHOLD, Market
from steelyard.data.synthetic.price import PriceBook
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Floats, Ints, Shape, first_day, tally
from steelyard.data.synthetic.site import Customers

MARKETING_HOPE = 0.14
"""Marketing sees its own families too high, by about this share."""
ACCOUNT_HOPE = (0.06, -0.10, 0.18)
"""The largest trade accounts: near the truth, ordering more than it says, saying more than it orders."""
FINANCE_GROWTH = 0.03
"""Finance counts on last year's volume and a little growth, whatever has happened since."""
COMMITTED_ITEMS = 6
COMMITTED_SHARE = (0.8, 1.25)
"""Committed quantity against the demand that is to be expected; above it the commitment binds."""
PENALTY_SHARE = 0.15
"""Penalty of a committed unit that is not delivered, as a share of its price."""
NEAR, FAR = 6, 12
"""Months ahead for which marketing and commitments, and customers and finance speak."""


def opinion_table(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Rows of `forecast_in` by marketing, the largest accounts and finance, and what one account has committed to."""
    accounts = _largest_accounts(customers)
    frames = (
        _marketing(shape, products, market),
        *(_account(shape, products, customers, market, int(account), n) for n, account in enumerate(accounts)),
        _finance(shape, products, market),
        _commitments(shape, products, customers, market, prices, int(accounts[0])),
    )
    return pl.concat([frame for frame in frames if frame.height], how="diagonal")


def _marketing(shape: Shape, products: Products, market: Market) -> pl.DataFrame:
    """Items of the household families as a whole: the brand people hope."""
    chance = shape.stream("opinion of marketing")
    items = np.flatnonzero(products.family < HOUSEHOLD)
    expected = _by_item(shape, products, market, NEAR)[:, items]
    hopeful = expected * chance.lognormal(MARKETING_HOPE, 0.06, expected.shape)
    return _rows(shape, "marketing", products.item_id[items], hopeful)


def _account(
    shape: Shape, products: Products, customers: Customers, market: Market, account: int, number: int
) -> pl.DataFrame:
    """One account's own forecast of what it buys, place left open."""
    chance = shape.stream(f"opinion of account {number}")
    mine = np.flatnonzero(market.customer == account)
    expected = market.expected[shape.history_months : shape.history_months + FAR, mine]
    said = expected * chance.lognormal(ACCOUNT_HOPE[number % len(ACCOUNT_HOPE)], 0.10, expected.shape)
    rows = _rows(shape, "customer", products.item_id[market.item[mine]], said)
    return rows.with_columns(pl.lit(str(customers.customer_id[account])).alias("customer_id"))


def _finance(shape: Shape, products: Products, market: Market) -> pl.DataFrame:
    """Last year's volume of every item, a little up."""
    ordered = market.ordered[shape.history_months - FAR : shape.history_months]
    last_year = np.stack([tally(market.item, month, products.count) for month in ordered])
    sold = np.flatnonzero(last_year.sum(axis=0) > 0)
    return _rows(shape, "finance", products.item_id[sold], last_year[:, sold] * (1 + FINANCE_GROWTH))


def _commitments(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook, account: int
) -> pl.DataFrame:
    """What the largest account has committed to take of what it buys most, with the penalty it may ask for."""
    chance = shape.stream("commitment")
    mine = np.flatnonzero(market.customer == account)
    ahead = market.expected[shape.history_months : shape.history_months + NEAR]
    chosen = mine[np.argsort(-ahead[:, mine].sum(axis=0), kind="stable")[:COMMITTED_ITEMS]]
    bound = ahead[:, chosen] * chance.uniform(*COMMITTED_SHARE, chosen.size)
    month = np.full(chosen.size, shape.history_months, dtype=np.int64)
    penalty = np.tile(prices.price_in(month, chosen) * PENALTY_SHARE, NEAR).round(2)
    rows = _rows(shape, "commitment", products.item_id[market.item[chosen]], bound)
    return rows.with_columns(
        pl.lit(str(customers.customer_id[account])).alias("customer_id"), penalty=pl.Series(penalty)
    )


def _largest_accounts(customers: Customers) -> Ints:
    trade = np.flatnonzero(customers.channel == CHANNELS.index("Trade"))
    return trade[np.argsort(-customers.weight[trade], kind="stable")[: len(ACCOUNT_HOPE)]]


def _by_item(shape: Shape, products: Products, market: Market, months: int) -> Floats:
    ahead = market.expected[shape.history_months : shape.history_months + months]
    return np.stack([tally(market.item, month, products.count) for month in ahead])


def _rows(shape: Shape, source: str, items: np.ndarray, values: Floats) -> pl.DataFrame:
    """One row for each month and item; places and customers are left open."""
    months, count = values.shape
    made_on = (first_day(np.array([np.datetime64(shape.as_of, "M")])) - 1)[0]
    return pl.DataFrame(
        {
            "source": [source] * values.size,
            "item_id": np.tile(items, months).tolist(),
            "location_id": pl.Series([None] * values.size, dtype=pl.String),
            "customer_id": pl.Series([None] * values.size, dtype=pl.String),
            "period_id": np.repeat(shape.horizon[:months].astype(str), count).tolist(),
            "version_date": pl.Series(np.full(values.size, made_on)),
            "quantity": values.ravel().round(1),
        }
    )
