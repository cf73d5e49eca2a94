"""Price: standard costs rolled up the bill of material, price lists, exchange rates and the budget."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.capacity import RESOURCES, Work
from steelyard.data.synthetic.family import BASE_CURRENCY, FAMILIES
from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Dates, Floats, Ints, Shape, Texts, first_day, tally
from steelyard.data.synthetic.site import CENTRES, LANE_COST, PLANTS, TERRITORIES, Customers
from steelyard.data.synthetic.structure import Structure

OVERHEAD = 0.18
"""Overhead as a share of labour and machine cost."""
HOLDING = 0.22
RATES = {"GBP": 1.17, "USD": 0.91}
"""EUR for one unit, plan rates."""
INCREASE = 0.025
"""Price increase of each first of January."""


@dataclass(frozen=True)
class Costs:
    """Standard cost at the home plant by item [EUR], and its parts."""

    material: Floats
    labour: Floats
    overhead: Floats

    @property
    def standard(self) -> Floats:
        """The whole of it."""
        return self.material + self.labour + self.overhead

    def delivered(self, structure: Structure) -> Floats:
        """Cost of sold items at each centre, item x centre, freight included."""
        return (self.standard[:, None] * (1.0 + LANE_COST[structure.plant])).round(4)


def roll_up_costs(structure: Structure, work: Work) -> Costs:
    """Roll costs up from raw parts: material is components at standard cost with scrap, labour is hours x rate."""
    rate = np.array([resource.cost_per_hour for resource in RESOURCES])[work.resource]
    labour = tally(work.item, work.hours * rate, structure.count).round(4)
    overhead = (labour * OVERHEAD).round(4)
    material = structure.raw_cost.copy()
    for rows in reversed(structure.rows_by_kind.values()):
        child = structure.component[rows]
        value = (structure.quantity * (1.0 + structure.scrap))[rows] * (material + labour + overhead)[child]
        material = (material + tally(structure.parent[rows], value, structure.count)).round(4)
    return Costs(material, labour, overhead)


@dataclass(frozen=True)
class PriceBook:
    """Net price of each series in the customer's currency, by year."""

    years: Ints
    """Calendar years, ascending."""
    price: Floats
    """Year x series."""
    year_of_month: Ints
    """Row of `price` for each month."""

    def price_in(self, month: Ints, series: Ints) -> Floats:
        """Price of series in months."""
        found: Floats = self.price[self.year_of_month[month], series]
        return found


def make_price_book(shape: Shape, products: Products, customers: Customers, market: Market, costs: Costs) -> PriceBook:
    """List price = cost x markup of the family; channels and customers have their own level; rises each January."""
    chance = shape.stream("price")
    markup = np.array([family.markup for family in FAMILIES])[products.family] * chance.uniform(
        0.92, 1.1, products.count
    )
    channel = np.array([0.82, 0.88, 1.0])[customers.channel] * chance.uniform(0.97, 1.03, customers.channel.size)
    rate = np.array([RATES.get(code, 1.0) for code in customers.currency])
    euro = (costs.standard[: products.count] * markup)[market.item] * channel[market.customer]
    calendar = shape.months.astype("datetime64[Y]").astype(np.int64) + 1970
    years = np.unique(calendar)
    now = shape.as_of.year
    price = (euro / rate[market.customer]) * (1.0 + INCREASE) ** (years - now)[:, None]
    return PriceBook(years, np.maximum(price.round(2), 0.05), np.searchsorted(years, calendar))


def price_table(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Table `price`: net prices by customer from this year on."""
    rows = np.flatnonzero(prices.years >= shape.as_of.year)
    count = market.count
    years = np.repeat(prices.years[rows], count)
    return pl.DataFrame(
        {
            "item_id": np.tile(products.item_id[market.item], rows.size).tolist(),
            "customer_id": np.tile(customers.customer_id[market.customer], rows.size).tolist(),
            "price": prices.price[rows].ravel(),
            "currency": np.tile(customers.currency[market.customer], rows.size).tolist(),
            "price_type": ["net"] * years.size,
            "valid_from": [f"{year}-01-01" for year in years.tolist()],
            "valid_to": [f"{year}-12-31" for year in years.tolist()],
        }
    )


LIST_LEVEL = 1.06
"""List price over what the customers without any discount pay."""


def list_price_table(shape: Shape, products: Products, costs: Costs) -> pl.DataFrame:
    """Table `price`: one list for each currency, from this year on, rising each January."""
    markup = np.array([family.markup for family in FAMILIES])[products.family]
    euro = costs.standard[: products.count] * markup * LIST_LEVEL
    frames = []
    for currency in (BASE_CURRENCY, *RATES):
        for ahead in range(3):
            price = euro / RATES.get(currency, 1.0) * (1.0 + INCREASE) ** ahead
            frames.append(_list_rows(products, price.round(2), currency, shape.as_of.year + ahead))
    return pl.concat(frames)


def _list_rows(products: Products, price: Floats, currency: str, year: int) -> pl.DataFrame:
    return pl.DataFrame({"item_id": products.item_id.tolist(), "price": np.maximum(price, 0.05)}).with_columns(
        price_list=pl.lit(f"LIST-{currency}"),
        currency=pl.lit(currency),
        price_type=pl.lit("list"),
        valid_from=pl.lit(f"{year}-01-01"),
        valid_to=pl.lit(f"{year}-12-31"),
    )


def item_cost_table(shape: Shape, market: Market, structure: Structure, costs: Costs) -> pl.DataFrame:
    """Table `item_cost`: at the home plant, at every plant that uses a part, and at the centres with freight."""
    item, plant = np.nonzero(structure.used_at())
    pairs = np.unique(np.stack([market.item, market.centre], axis=1), axis=0)
    at_plant = _cost_rows(structure, costs, item, np.array(PLANTS)[plant], np.zeros(item.size))
    freight = costs.delivered(structure)[pairs[:, 0], pairs[:, 1]] - costs.standard[pairs[:, 0]]
    at_centre = _cost_rows(structure, costs, pairs[:, 0], np.array(CENTRES)[pairs[:, 1]], freight)
    begin = np.datetime64(f"{shape.as_of.year}-01-01")
    return pl.concat([at_plant, at_centre]).with_columns(pl.lit(begin).alias("valid_from"))


def _cost_rows(structure: Structure, costs: Costs, item: Ints, location: Texts, freight: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item_id": structure.item_id[item].tolist(),
            "location_id": location.tolist(),
            "standard_cost": (costs.standard[item] + freight).round(4),
            "currency": [BASE_CURRENCY] * item.size,
            "material": costs.material[item],
            "labour": costs.labour[item],
            "overhead": costs.overhead[item],
            "freight": freight.round(4),
            "holding_rate": np.full(item.size, HOLDING),
        }
    )


def currency_rate_table(shape: Shape) -> pl.DataFrame:
    """Table `currency_rate`: monthly averages of the history that wander to the plan rate, then the plan rate."""
    chance = shape.stream("rate")
    frames = []
    for code, rate in RATES.items():
        steps = chance.normal(0.0, 0.007, shape.history_months)
        past = rate * np.exp(np.cumsum(steps) - np.sum(steps))
        days = first_day(shape.months)
        frames.append(_rate_rows(code, "average", days[: shape.history_months], past.round(5)))
        frames.append(_rate_rows(code, "plan", days[:1], np.array([rate])))
    return pl.concat(frames)


def _rate_rows(code: str, kind: str, days: Dates, rate: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "from_currency": [code] * days.size,
            "to_currency": [BASE_CURRENCY] * days.size,
            "rate_type": [kind] * days.size,
            "valid_from": pl.Series(days),
            "rate": rate,
        }
    )


BUDGET_TILT = np.array([1.02, 0.97, 0.96, 1.04, 1.00])
"""What the budget, made a year ago, asks of each family over what is now expected."""


def budget_table(
    shape: Shape, products: Products, customers: Customers, market: Market, prices: PriceBook
) -> pl.DataFrame:
    """Table `budget`: revenue in EUR by month from January on, family and territory; it did not see the North grow."""
    months = np.arange(shape.history_months - shape.as_of.month, shape.months.size)
    rate = np.array([RATES.get(code, 1.0) for code in customers.currency])[market.customer]
    tilt = BUDGET_TILT[products.family[market.item]] * np.where(customers.territory[market.customer] == 0, 0.86, 1.0)
    units = market.expected[months] * tilt
    money = units * prices.price[prices.year_of_month[months]] * rate
    group = products.family[market.item] * len(TERRITORIES) + customers.territory[market.customer]
    size = len(FAMILIES) * len(TERRITORIES)
    return pl.concat(
        [
            _budget_rows(str(shape.months[month]), tally(group, money[row], size), tally(group, units[row], size))
            for row, month in enumerate(months)
        ]
    )


def _budget_rows(label: str, amount: Floats, quantity: Floats) -> pl.DataFrame:
    names = [(family.name, territory.name) for family in FAMILIES for territory in TERRITORIES]
    return pl.DataFrame(
        {
            "version": ["budget"] * len(names),
            "period_id": [label] * len(names),
            "account": ["net_sales"] * len(names),
            "measure": ["budget_revenue"] * len(names),
            "family": [family for family, _ in names],
            "territory": [territory for _, territory in names],
            "amount": (amount / 100.0).round() * 100.0,
            "quantity": quantity.round(),
            "currency": [BASE_CURRENCY] * len(names),
        }
    )


def actuals_gl_table(sales: pl.DataFrame, customers: Customers, rates: pl.DataFrame) -> pl.DataFrame:
    """Table `actuals_gl`: net sales by month and territory, sales lines at the month's average rate."""
    territory = pl.DataFrame(
        {
            "customer_id": customers.customer_id.tolist(),
            "organisation": [TERRITORIES[t].name for t in customers.territory],
        }
    )
    monthly = rates.filter(pl.col("rate_type") == "average").select(
        pl.col("from_currency").alias("currency"), pl.col("valid_from").alias("first"), "rate"
    )
    shipped = sales.filter(pl.col("status") != "cancelled").with_columns(
        pl.col("shipped_date").dt.truncate("1mo").alias("first")
    )
    joined = shipped.join(territory, on="customer_id").join(monthly, on=["currency", "first"], how="left")
    value = (pl.col("amount_net") * pl.col("rate").fill_null(1.0)).sum().round(2).alias("amount")
    summed = joined.group_by("first", "organisation").agg(value).sort("first", "organisation")
    return summed.select(
        pl.col("first").dt.strftime("%Y-%m").alias("period_id"),
        pl.lit("net_sales").alias("account"),
        "organisation",
        "amount",
        pl.lit(BASE_CURRENCY).alias("currency"),
        pl.lit("actual").alias("scenario"),
        pl.lit("revenue").alias("account_type"),
    )
