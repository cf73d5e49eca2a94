"""Money: standard costs, purchase prices and currency rates of a plan, in base currency."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows

RATE_ORDER = ("plan", "budget", "average", "closing", "")
"""Types of rate in the order in which they stand in for one another."""


def currency_conversion(extract: Extract, parameters: PlanParameters) -> CurrencyConversion:
    """Rates of the planning type; where a pair has none, the next type in `RATE_ORDER` stands in."""
    table = (
        extract.tables["currency_rate"]
        .with_columns(pl.col("rate_type").fill_null(""))
        .sort("valid_from", maintain_order=True)
    )
    rates: dict[tuple[str, str, str], tuple[tuple[date, float], ...]] = {}
    for kind in reversed((parameters.plan_rate, *RATE_ORDER)):
        of_kind = table.filter(pl.col("rate_type") == kind)
        for (source, target), rows in of_kind.group_by("from_currency", "to_currency", maintain_order=True):
            pairs = tuple(zip(rows["valid_from"].to_list(), rows["rate"].to_list(), strict=True))
            rates[str(source), str(target), "plan"] = pairs
    return CurrencyConversion(rates, extract.base_currency)


def to_base(frame: pl.DataFrame, amount: str, day: pl.Expr, conversion: CurrencyConversion) -> pl.Expr:
    """The amount column in base currency, at the rate of the row's month; a missing currency is the base."""
    currency = pl.col("currency").fill_null(conversion.base)
    month = day.dt.truncate("1mo")
    pairs = frame.select(currency.alias("currency"), month.alias("month")).unique()
    foreign = [(c, m) for c, m in pairs.iter_rows() if c != conversion.base]
    if not foreign:
        return pl.col(amount)
    rate = pl.lit(1.0)
    keys = pl.concat_str(currency, month.cast(pl.String), separator="|")
    rates = {f"{c}|{m}": conversion.rate(c, conversion.base, m) for c, m in foreign}
    rate = keys.replace_strict(rates, default=1.0, return_dtype=pl.Float64)
    return pl.col(amount) * rate


def standard_costs(extract: Extract, rows: PlanRows, calendar: Calendar, conversion: CurrencyConversion) -> Array:
    """Standard cost of each item-location in each period, `[period, place]` [money/unit].

    The cost of the location goes before the general one; the purchase price of the best source stands in where there
    is none, and NaN where there is no such price either.
    """
    stated = stated_costs(extract, rows, calendar, conversion)
    return np.where(np.isnan(stated), source_prices(extract, rows, calendar, conversion), stated)


def stated_costs(
    extract: Extract,
    rows: PlanRows,
    calendar: Calendar,
    conversion: CurrencyConversion,
    column: str = "standard_cost",
) -> Array:
    """A column of the table of costs by item-location, `[period, place]` [money/unit]; NaN where none is stated.

    The cost of the location goes before the general one.
    """
    cost = pl.col(column).cast(pl.Float64).alias("value")
    frame = extract.tables["item_cost"].with_columns(cost).rename({"item_id": "item", "location_id": "location"})
    frame = frame.filter(pl.col("value").is_not_null())
    members = rows.places.members
    general = timeline(frame.filter(pl.col("location").is_null()), members, ["item"], calendar, conversion)
    local = frame.filter(pl.col("location").is_not_null())
    return np.where(
        np.isnan(found := timeline(local, members, ["item", "location"], calendar, conversion)), general, found
    )


def first_known(*choices: Array) -> Array:
    """The first of some arrays that knows a number, cell by cell; zero where none does."""
    out = np.array(choices[0])
    for other in choices[1:]:
        out = np.where(np.isnan(out), other, out)
    return np.nan_to_num(out, nan=0.0)


def timeline(
    frame: pl.DataFrame, members: pl.DataFrame, keys: list[str], calendar: Calendar, conversion: CurrencyConversion
) -> Array:
    """Value valid on the first day of each period, NaN where there is none.

    Of several rows the one of the best priority counts, where they have one, and then the latest.
    """
    out = np.full((calendar.size, members.height), np.nan)
    if not frame.height:
        return out
    stated = _stated(frame, members, keys)
    stretches: dict[tuple[int, int], _Stretch] = {}
    for t, start in enumerate(calendar.starts.tolist()):
        today = np.datetime64(start)
        # NOTE: rows begin and end one by one, so that the same counts are the same rows.
        counts = int((stated.begins <= today).sum()), int((stated.ends < today).sum())
        if counts not in stretches:
            stretches[counts] = stated.valid_on(today)
        stretches[counts].fill(out[t], start, conversion)
    return out


Days = np.ndarray[tuple[int], np.dtype[np.datetime64]]


@dataclass(frozen=True, eq=False)
class _Stated:
    """Rows of a table with values, of several for the same the best last.

    Args:
        begins: First day on which each row is valid.
        ends: Last day.
        group: Number of what each row is about; -1 where a key is missing.
        value: Its value, in its own currency.
        currency: Number of its currency among `names`.
        names: The currencies.
        member: Number of what is stated about each member, -1 where nothing is.
    """

    begins: Days
    ends: Days
    group: IntArray
    value: Array
    currency: IntArray
    names: tuple[str, ...]
    member: IntArray

    def valid_on(self, day: np.datetime64) -> "_Stretch":
        """What is valid on a day."""
        valid = np.flatnonzero((self.begins <= day) & (self.ends >= day))
        used = np.unique(self.currency[valid])
        valid = valid[self.group[valid] >= 0]
        best = np.full(int(self.group.max(initial=-1)) + 2, -1)
        best[self.group[valid]] = valid  # NOTE: of several the last one stays; the number -1 finds the -1 at the end.
        found = best[self.member]
        row = np.flatnonzero(found >= 0)
        number = np.searchsorted(used, self.currency[found[row]])
        return _Stretch(row, self.value[found[row]], number, tuple(self.names[i] for i in used.tolist()))


def _stated(frame: pl.DataFrame, members: pl.DataFrame, keys: list[str]) -> _Stated:
    rank = pl.col("priority") if "priority" in frame.columns else pl.lit(1.0)
    dated = frame.select(
        *keys,
        pl.col("value").cast(pl.Float64),
        rank.alias("priority"),
        pl.col("valid_from").fill_null(date(1900, 1, 1)),
        pl.col("valid_to").fill_null(date(9999, 1, 1)),
        pl.col("currency").fill_null(""),
    ).sort("priority", "valid_from", descending=[True, False], maintain_order=True)
    numbers = dated.select(keys).unique().with_row_index("number")
    names = dated["currency"].unique().sort()
    return _Stated(
        begins=dated["valid_from"].to_numpy(),
        ends=dated["valid_to"].to_numpy(),
        group=_numbered(dated, numbers, keys),
        value=dated["value"].to_numpy(),
        currency=dated["currency"].replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy(),
        names=tuple(names.to_list()),
        member=_numbered(members, numbers, keys),
    )


def _numbered(frame: pl.DataFrame, numbers: pl.DataFrame, keys: list[str]) -> IntArray:
    """The number of each row by its keys, -1 where it has none."""
    found = frame.select(keys).join(numbers, on=keys, how="left", maintain_order="left")["number"]
    return found.cast(pl.Int64).fill_null(-1).to_numpy()


@dataclass(frozen=True, eq=False)
class _Stretch:
    """What is valid over a stretch of periods.

    Args:
        row: Rows of the members that have a value.
        value: Their values, in their own currencies.
        currency: Number of the currency of each.
        names: The currencies of all that is valid.
    """

    row: IntArray
    value: Array
    currency: IntArray
    names: tuple[str, ...]

    def fill(self, out: Array, start: date, conversion: CurrencyConversion) -> None:
        """Write the values in base currency, at the rates of the month of a day."""
        month = start.replace(day=1)
        rates = [
            1.0 if name in ("", conversion.base) else conversion.rate(name, conversion.base, month)
            for name in self.names
        ]
        out[self.row] = self.value * np.array(rates, dtype=np.float64)[self.currency]


def source_prices(extract: Extract, rows: PlanRows, calendar: Calendar, conversion: CurrencyConversion) -> Array:
    """Purchase price of the item's best source, `[period, place]` [money/unit]; NaN where no source states one."""
    bought = extract.tables["source"].filter(pl.col("unit_price").is_not_null())
    frame = bought.select(
        pl.col("item_id").alias("item"),
        pl.col("unit_price").alias("value"),
        "currency",
        "valid_from",
        "valid_to",
        pl.col("priority").fill_null(1.0),
    )
    return timeline(frame, rows.places.members, ["item"], calendar, conversion)
