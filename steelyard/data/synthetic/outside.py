"""Outside: series of the world around the company: one that runs ahead of demand, and two that only look as if."""

import numpy as np
import polars as pl

from steelyard.data.synthetic.shape import Floats, Shape, first_day

LEAD = 2
"""Months by which the consumer climate runs ahead of what people buy."""
PERSISTENCE = 0.8
"""Share of last month's climate that is still in the air."""
SHOCK = 0.03
"""Standard deviation of what is new in a month, as a logarithm."""


def climate(shape: Shape) -> Floats:
    """Consumer climate of each month of history, as a logarithm around zero."""
    shocks = shape.stream("external_series").normal(0.0, SHOCK, shape.history_months)
    found = np.zeros(shape.history_months)
    for month, shock in enumerate(shocks.tolist()):
        found[month] = PERSISTENCE * found[month - 1] * (month > 0) + shock
    return found


def climate_factor(shape: Shape) -> Floats:
    """What the climate does to households' demand, by month of history: they buy two months later."""
    return np.asarray(np.exp(np.append(np.zeros(LEAD), climate(shape)[:-LEAD])))


def external_series_table(shape: Shape) -> pl.DataFrame:
    """Table `external_series`: consumer climate (leads demand), steel price and mean temperature (do not)."""
    chance, months = shape.stream("external_noise"), shape.history_months
    season = -np.cos(2.0 * np.pi * (shape.month_of_year[:months] - 0.5) / 12.0)
    frames = (
        _frame(shape, "CLIMATE", "Consumer climate", "index", (100.0 * np.exp(climate(shape))).round(2)),
        _frame(shape, "STEEL", "Steel price", "EUR/t", _steel(chance, months)),
        _frame(
            shape,
            "WEATHER",
            "Mean temperature",
            "degrees C",
            (10 + 9 * season + chance.normal(0, 1.5, months)).round(1),
        ),
    )
    return pl.concat(frames)


def _steel(chance: np.random.Generator, months: int) -> Floats:
    price: Floats = (640.0 * np.exp(np.cumsum(chance.normal(0.0, 0.03, months)))).round(1)
    return price


def _frame(shape: Shape, code: str, name: str, unit: str, values: Floats) -> pl.DataFrame:
    return pl.DataFrame({"date": pl.Series(first_day(shape.months[: values.size])), "value": values}).with_columns(
        series_id=pl.lit(code), name=pl.lit(name), unit=pl.lit(unit), publisher=pl.lit("generated")
    )
