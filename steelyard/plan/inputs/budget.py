"""Budget: made for families, channels and quarters, spread down to the series and periods of a plan."""

from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.finance_quality import BUDGET_LEVELS
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.periods import period_shares
from steelyard.plan.inputs.rows import PlanRows

SAME_SUM = 0.01
"""Share by which sums of a budget on two levels may differ and still be the same budget."""
MONTH = 45.0
"""Days up to which a stated period is spread by its days, not by the season."""
SPREAD_LEVELS = {
    "item_id": "item",
    "family": "product_family",
    "customer_id": "customer",
    "channel": "channel",
    "territory": "territory",
}
"""Columns of a budget that name series, and the level of the plan each stands for."""


class BudgetSpread:
    """Spreads a version of the budget down.

    Each row is spread over the series it names in proportion to their past revenue. What is stated for a quarter or a
    year is spread over its periods by their days and the season of those series. A budget that is stated on several
    levels, with the same sum on each, counts once.

    Args:
        extract: The accepted tables.
        rows: The series.
        conversion: Currency rates.
        basis: Past revenue by series, which gives the proportions.
        season: Past revenue by phase of the year, `[phase, series]`, which gives the seasons.
    """

    def __init__(
        self, extract: Extract, rows: PlanRows, conversion: CurrencyConversion, *, basis: Array, season: Array
    ) -> None:
        self._extract, self._rows, self._conversion = extract, rows, conversion
        self._basis, self._season = basis, season

    def revenue(self, version: str, calendar: Calendar, *, phase: int) -> Array:
        """Budgeted revenue, `[period, series]` [money].

        Args:
            version: Version of the budget.
            calendar: The periods.
            phase: Phase of the year of the first of them.
        """
        return self._spread(version, calendar, "amount", phase)

    def quantity(self, version: str, calendar: Calendar, *, phase: int) -> Array:
        """Budgeted units, `[period, series]`; zero where the budget states no quantity."""
        return self._spread(version, calendar, "quantity", phase)

    def loaded(self, version: str, calendar: Calendar) -> float:
        """Revenue that the version states for the periods, whatever members it names [money]."""
        return float(self._valued(version, calendar, "amount")["amount"].sum())

    def covered(self, version: str, calendar: Calendar) -> IntArray:
        """Periods of the calendar that the version says something about."""
        table = revenue_rows(self._extract.tables["budget"], version)
        shares = period_shares(table["period_id"], self._extract, calendar)
        named = shares.filter(pl.col("period_id").is_in(table["period_id"].implode()))
        return cast(IntArray, named["t"].unique().sort().to_numpy())

    def _spread(self, version: str, calendar: Calendar, column: str, phase: int) -> Array:
        out = np.zeros((calendar.size, self._rows.demand.size))
        table = self._valued(version, calendar, column)
        columns = list(SPREAD_LEVELS)
        for scope, part in table.group_by(columns, maintain_order=True):
            inside = self._named(dict(zip(columns, scope, strict=True)))
            if inside.size:
                season = self._season[:, inside].sum(axis=1)
                amounts = _by_period(part, calendar, np.roll(season, -phase))
                out[:, inside] += amounts[:, None] * _shares(self._basis[inside])
        return out

    def _valued(self, version: str, calendar: Calendar, column: str) -> pl.DataFrame:
        """Rows of the version by period: their part of the amount in base currency, on one level."""
        table = revenue_rows(self._extract.tables["budget"], version)
        table = table.with_columns(pl.col(column).cast(pl.Float64).alias("amount")).drop_nulls("amount")
        shares = period_shares(table["period_id"], self._extract, calendar)
        table = table.join(shares, on="period_id", maintain_order="left")
        table = on_one_level(table.with_columns(pl.col("amount") * pl.col("share")))
        if not table.height or column != "amount":
            return table
        start = pl.col("t").replace_strict(dict(enumerate(calendar.starts.tolist())), return_dtype=pl.Date)
        dated = table.with_columns(start.alias("day"))
        return table.with_columns(to_base(dated, "amount", start, self._conversion).alias("amount"))

    def _named(self, names: dict[str, object]) -> IntArray:
        scope = {SPREAD_LEVELS[column]: str(name) for column, name in names.items() if name is not None}
        if any(name not in self._rows.demand.names(level) for level, name in scope.items()):
            return np.empty(0, np.int64)
        return self._rows.demand.select(scope)


def _by_period(part: pl.DataFrame, calendar: Calendar, season: Array) -> Array:
    """Amounts by period; what was stated for a quarter or a year follows the season, what for less goes by days."""
    days = pl.col("cover") * pl.col("t").replace_strict(dict(enumerate(calendar.days.tolist())))
    stated = part.with_columns(days=days.sum().over("period_id", "_row"))
    short, long = stated.filter(pl.col("days") <= MONTH), stated.filter(pl.col("days") > MONTH)
    out = np.bincount(short["t"].to_numpy(), short["amount"].to_numpy(), calendar.size).astype(np.float64)
    for _, rows in long.group_by("period_id", "_row", maintain_order=True):
        share, of_season = rows["share"].to_numpy(), season[rows["t"].to_numpy() % season.size]
        weight = share * of_season if (share * of_season).sum() > 0 else share
        out[rows["t"].to_numpy()] += float(rows["amount"].sum()) * weight / weight.sum()
    return out


def season_of(revenue: Array, length: int) -> Array:
    """Revenue by phase of the year, `[phase, series]`, phase 0 being that of the first period.

    Example:
        >>> season_of(np.array([[1.0], [2.0], [3.0]]), 2).tolist()
        [[4.0], [2.0]]
    """
    out = np.zeros((length, revenue.shape[1]))
    for phase in range(min(length, revenue.shape[0])):
        out[phase] = np.maximum(revenue[phase::length], 0.0).sum(axis=0)
    return out


def revenue_rows(table: pl.DataFrame, version: str) -> pl.DataFrame:
    """Rows of a version that are revenue: those whose measure says so, or all where none has a measure."""
    rows = table.filter((pl.col("version") == version) & pl.col("amount").is_not_null()).with_row_index("_row")
    if rows["measure"].null_count() == rows.height:
        return rows
    return rows.filter(pl.col("measure").is_in(["revenue", "budget_revenue"]))


def on_one_level(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of the most detailed level, if all levels have the same sum; else all rows, which then add up."""
    level = pl.concat_str([pl.col(name).is_not_null().cast(pl.Int8) for name in BUDGET_LEVELS])
    marked = table.with_columns(level.alias("level"))
    sums = marked.group_by("level").agg(pl.col("amount").sum(), rows=pl.len()).sort("rows", "level", descending=True)
    low, high = sums["amount"].min(), sums["amount"].max()
    if sums.height < 2 or not np.isclose(cast(float, low), cast(float, high), rtol=SAME_SUM, atol=0.0):
        return table
    return marked.filter(pl.col("level") == sums["level"][0]).drop("level")


def _shares(basis: Array) -> Array:
    weight = np.maximum(basis, 0.0)
    total = weight.sum()
    return weight / total if total > 0 else np.full(basis.size, 1.0 / basis.size)
