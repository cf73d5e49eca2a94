"""Market: who buys what, and how much every month: expected demand, ordered and shipped quantities."""

from dataclasses import dataclass

import numpy as np

from steelyard.data.synthetic.family import FAMILIES, SPARES, seasons
from steelyard.data.synthetic.outside import climate_factor
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.promotion import Promotions, demand_factor
from steelyard.data.synthetic.shape import Flags, Floats, Ints, Shape, tally
from steelyard.data.synthetic.site import CENTRES, Customers

STOCK_OUT_CHANCE = 0.012
HOUSEHOLD = 2
"""How many families, the first ones, follow the consumer climate."""
NORTH_GROWS_FROM = 14
"""Months before the end of history at which the North begins to grow."""
NORTH_MONTHLY = 0.016


@dataclass(frozen=True)
class Market:
    """Series item x customer, sorted by item then customer; matrices are month x series."""

    item: Ints
    customer: Ints
    centre: Ints
    expected: Floats
    """Mean demand of history and horizon, campaigns included [units a month]."""
    ordered: Floats
    """What was ordered, history only; low where stock was out."""
    shipped: Floats
    """What was shipped of it."""
    stock_out: Flags
    """Where stock was out, history only."""

    @property
    def count(self) -> int:
        """How many series."""
        return self.item.size


def make_market(shape: Shape, products: Products, customers: Customers, promotions: Promotions) -> Market:
    """Choose the buyers of each item and draw their orders."""
    item, customer, share = _choose_buyers(shape, products, customers)
    centre = customers.centre[customer]
    expected = _expect(shape, products, customers, promotions, item, customer, share)
    household = products.family[item] < HOUSEHOLD
    mean = expected[: shape.history_months] * np.where(household, climate_factor(shape)[:, None], 1.0)
    ordered = _draw_orders(shape, products, item, mean)
    stock_out = _draw_stock_outs(shape, products, item, centre)
    ordered = np.where(stock_out, np.floor(ordered * 0.35), ordered)
    shipped = np.where(stock_out, np.floor(ordered * 0.6), ordered)
    return Market(item, customer, centre, expected, ordered, shipped, stock_out)


def _choose_buyers(shape: Shape, products: Products, customers: Customers) -> tuple[Ints, Ints, Floats]:
    """Pick customers for every item, more for the items that sell more; fewer each in very large companies."""
    chance = shape.stream("buyer")
    channels = np.array([family.channels for family in FAMILIES])
    weight = channels[products.family][:, customers.channel] * customers.weight
    weight = weight * chance.lognormal(0.0, 0.5, weight.shape)
    wanted = _buyers_wanted(shape, products)
    rank = np.argsort(np.argsort(-weight * chance.random(weight.shape), axis=1, kind="stable"), axis=1, kind="stable")
    item, customer = np.nonzero(rank < wanted[:, None])
    picked = weight[item, customer]
    total = tally(item, picked, products.count)
    return item.astype(np.int64), customer.astype(np.int64), picked / total[item]


def _buyers_wanted(shape: Shape, products: Products) -> Ints:
    mean = max(1.2, 10.0 * min(1.0, (400.0 / shape.items) ** 0.4))
    position = np.argsort(np.argsort(products.volume, kind="stable"), kind="stable") / max(1, products.count - 1)
    wanted: Ints = np.clip(np.round(mean * (0.4 + 1.2 * position)), 1, shape.customers).astype(np.int64)
    return wanted


def _expect(
    shape: Shape,
    products: Products,
    customers: Customers,
    promotions: Promotions,
    item: Ints,
    customer: Ints,
    share: Floats,
) -> Floats:
    family, channel = products.family[item], customers.channel[customer]
    month = np.arange(shape.months.size)[:, None]
    level = (products.volume[item] * share) * (1.0 + products.growth[item]) ** ((month - shape.history_months) / 12.0)
    level *= seasons()[family][:, shape.month_of_year].T
    level *= demand_factor(shape, promotions)[:, family, channel]
    level *= _life(shape, products)[:, item]
    return level * _north(shape, customers)[:, customer]


def _life(shape: Shape, products: Products) -> Floats:
    """Share of full volume by month x item: a six-month ramp from launch, three months of fading to the end."""
    month = np.arange(shape.months.size)[:, None]
    ramp = np.where(products.launch < 0, 1.0, np.clip((month - products.launch + 1) / 6.0, 0.0, 1.0))
    return ramp * np.clip((products.end - month + 1) / 4.0, 0.0, 1.0)


def _north(shape: Shape, customers: Customers) -> Floats:
    """Growth of the North by month x customer, over 24 months, then level."""
    grown = np.clip(np.arange(shape.months.size) - (shape.history_months - NORTH_GROWS_FROM), 0, 24)[:, None]
    return np.where(customers.territory == 0, (1.0 + NORTH_MONTHLY) ** grown, 1.0)


def _draw_orders(shape: Shape, products: Products, item: Ints, expected: Floats) -> Floats:
    """Whole units: gamma noise around the mean, then Poisson; intermittent items buy in a third of the months."""
    chance = shape.stream("order")
    noise = np.array([0.16, 0.16, 0.20, 0.28, 0.45])[products.family[item]]
    active = chance.random(expected.shape) < np.where(products.intermittent[item], 0.34, 1.0)
    mean = expected * np.where(products.intermittent[item], active / 0.34, 1.0)
    return chance.poisson(mean * chance.gamma(1.0 / noise**2, noise**2, expected.shape)).astype(np.float64)


def _draw_stock_outs(shape: Shape, products: Products, item: Ints, centre: Ints) -> Flags:
    """Months in which an item was out at a centre; all its customers there suffer alike."""
    chance = shape.stream("stock_out")
    drawn = chance.random((shape.history_months, products.count, len(CENTRES))) < STOCK_OUT_CHANCE
    drawn[:, products.family == SPARES] = False
    drawn[-2:] = False
    return drawn[:, item, centre]
