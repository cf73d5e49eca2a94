"""Outside: series of the world around the company: one that runs ahead of demand, and two that only look as if."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import FAMILIES
from steelyard.data.synthetic.market import Market
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Floats, Shape, first_day

LEAD = 2
"""Months by which the consumer climate runs ahead of what people buy."""
CLIMATE, STEEL, WEATHER = "CLIMATE", "STEEL", "WEATHER"
CLIMATE_STRENGTH = 2.0
"""Percent the climate moves for one percent of demand two months later."""


def external_series_table(shape: Shape, products: Products, market: Market) -> pl.DataFrame:
    """Table `external_series`: consumer climate (leads demand), steel price and mean temperature (do not)."""
    chance = shape.stream("external_series")
    months = shape.history_months
    surprise = np.append(_surprise(shape, products, market)[LEAD:], np.zeros(LEAD))
    climate = 100.0 * np.exp(CLIMATE_STRENGTH * surprise + chance.normal(0.0, 0.004, months))
    steel = 640.0 * np.exp(np.cumsum(chance.normal(0.0, 0.03, months)))
    season = -np.cos(2.0 * np.pi * (shape.month_of_year[:months] - 0.5) / 12.0)
    weather = 10.0 + 9.0 * season + chance.normal(0.0, 1.5, months)
    frames = (
        _frame(shape, CLIMATE, "Consumer climate", "index", "Institute for Trade", climate.round(2)),
        _frame(shape, STEEL, "Steel price", "EUR/t", "Metal Exchange", steel.round(1)),
        _frame(shape, WEATHER, "Mean temperature", "degrees Celsius", "Weather Service", weather.round(1)),
    )
    return pl.concat(frames)


def _surprise(shape: Shape, products: Products, market: Market) -> Floats:
    """How far demand of each month lay from what was to be expected, as a logarithm, all families but spares."""
    sold = products.family[market.item] < len(FAMILIES) - 1
    free = ~market.stock_out
    ordered = np.where(free, market.ordered, 0.0)[:, sold].sum(axis=1)
    expected = np.where(free, market.expected[: shape.history_months], 0.0)[:, sold].sum(axis=1)
    return np.asarray(np.log(np.maximum(ordered, 1.0) / np.maximum(expected, 1.0)))


def _frame(shape: Shape, code: str, name: str, unit: str, publisher: str, values: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "series_id": [code] * values.size,
            "name": [name] * values.size,
            "date": pl.Series(first_day(shape.months[: values.size])),
            "value": values,
            "unit": [unit] * values.size,
            "publisher": [publisher] * values.size,
        }
    )
