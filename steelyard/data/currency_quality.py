"""Currency quality: rules on exchange rates, and on the currencies of locations."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import cast

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.period_name import horizon_days
from steelyard.data.schema import TABLES
from steelyard.data.worth import amounts_in_base, rates_to_base

AHEAD = ("plan", "budget")
"""Rate types that are made for the future."""
OWN_CURRENCY = ("item_cost", "inventory", "resource")
"""Tables whose amounts are kept in the currency of their location."""


def sales_by_currency(company: Company) -> dict[str, float]:
    """Sales of the year before the as-of date by currency, in base currency."""
    day = pl.coalesce("order_date", "requested_date")
    rows = company.table("sales_line").with_columns(_day=day).filter(pl.col("_day") > company.as_of - timedelta(365))
    rates, base = company.table("currency_rate"), company.manifest.base_currency
    valued = rows.with_columns(amounts_in_base(rows, "amount_net", "_day", rates, base).alias("_base"))
    sums = valued.group_by("currency").agg(pl.col("_base").sum()).drop_nulls("currency")
    return dict(sums.iter_rows())


def used_currencies(company: Company) -> set[str]:
    """Foreign currencies that some row is in."""
    columns = [company.table(name)["currency"] for name, table in TABLES.items() if table.has("currency")]
    found = {code for column in columns for code in column.drop_nulls().unique().to_list()}
    return found - {company.manifest.base_currency}


def rates_agree_by_way_of_the_base(company: Company) -> list[Finding]:
    """A rate between two currencies is the same by way of the base currency, and there and back is 1."""
    rates, base = company.table("currency_rate"), company.manifest.base_currency
    crossed = _crossed(rates, base)
    off = crossed.filter(
        (pl.col("rate") / pl.col("expected") - 1.0).abs() > company.thresholds.rate_triangle_difference
    )
    if not off.height:
        return []
    sold, last = sales_by_currency(company), off.sort("valid_from").unique("pair", keep="last").sort("pair")
    codes = {code for pair in last["pair"] for code in pair.split(" to ")} - {base}
    shown = tuple(
        f"{pair} on {day}: {rate:g}, by way of {base} {expected:g}"
        for pair, day, rate, expected in last.select("pair", "valid_from", "rate", "expected").head(5).iter_rows()
    )
    message = f"{off.height:,} rates of {last.height} pairs of currencies are not the same by way of {base}"
    mend = "take all rates of a day from one source, and check the direction: 1 from_currency = rate to_currency"
    rule, money = "rates_agree_by_way_of_the_base", sum(sold.get(code, 0.0) for code in codes)
    return [company.finding(rule, "currency_rate", off.height, "warning", message, mend, money, 0.0, shown)]


def _crossed(rates: pl.DataFrame, base: str) -> pl.DataFrame:
    """Rates that can be had in a second way, of the same type and at the latest by the same day.

    Returns:
        pair, valid_from, rate, expected (by way of the base currency, or from the rate the other way round).
    """
    found = [_crossed_of(rows, base) for _, rows in rates.group_by("rate_type", maintain_order=True)]
    schema = {"pair": pl.String, "valid_from": pl.Date, "rate": pl.Float64, "expected": pl.Float64}
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _crossed_of(rates: pl.DataFrame, base: str) -> pl.DataFrame:
    direct = rates.filter(pl.col("to_currency") == base).select("valid_from", "rate", currency="from_currency")
    back = rates.filter(pl.col("from_currency") == base).with_columns(source=pl.lit(1.0))
    cross = rates.filter((pl.col("from_currency") != base) & (pl.col("to_currency") != base))
    to_base = rates_to_base(rates, base)
    sourced = _rate_by_then(cross, to_base, "from_currency", "source")
    ends = [
        _rate_by_then(back, direct, "to_currency", "target"),
        _rate_by_then(sourced, to_base, "to_currency", "target"),
    ]
    pair, expected = pl.concat_str("from_currency", pl.lit(" to "), "to_currency"), pl.col("source") / pl.col("target")
    return pl.concat(
        [end.select(pair.alias("pair"), "valid_from", "rate", expected=expected) for end in ends]
    ).drop_nulls()


def _rate_by_then(rows: pl.DataFrame, rates: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """The rows with the latest rate by their day of the currency that a column names."""
    known = rates.select("valid_from", pl.col("currency").alias(column), pl.col("rate").alias(name)).sort("valid_from")
    return rows.sort("valid_from").join_asof(known, on="valid_from", by=column, check_sortedness=False)


def rates_have_no_gap(company: Company) -> list[Finding]:
    """Every currency in use has rates without a gap over the history, and one to plan with."""
    known = rates_to_base(company.table("currency_rate"), company.manifest.base_currency)
    used = sorted(used_currencies(company) & set(known["currency"]))
    sold = sales_by_currency(company)
    return [f for code in used for f in _gaps(company, code, known.filter(pl.col("currency") == code), sold)]


def _gaps(company: Company, code: str, rates: pl.DataFrame, sold: dict[str, float]) -> list[Finding]:
    limit, base = company.thresholds.rate_gap_days, company.manifest.base_currency
    first, past = _first_use(company, code), _days(rates.filter(pl.col("valid_from") <= company.as_of))
    holes = _holes(first, [*past, company.as_of], limit) if first else []
    found = []
    if holes:
        shown = tuple(f"{a} to {b}" for a, b in holes[:5])
        message = f"{code} has no rate to {base} for more than {limit} days, {len(holes)} times, e.g. {shown[0]}"
        mend = "add the missing rates to currency_rate; the rate before is carried on"
        found.append(_rate_finding(company, "rates_have_no_gap", len(holes), message, mend, sold.get(code, 0.0), shown))
    return found + _without_future(company, code, rates, sold)


def _holes(first: date, days: list[date], most: int) -> list[tuple[date, date]]:
    """Pairs of days, none before the first, that follow each other with more than so many days between them."""
    late = [first, *(day for day in days if day > first)]
    start = max((day for day in days if day <= first), default=first)
    return [(a, b) for a, b in pairwise([start, *late[1:]]) if (b - max(a, first)).days > most]


def _days(rates: pl.DataFrame) -> list[date]:
    return cast(list[date], rates["valid_from"].to_list())


def _first_use(company: Company, code: str) -> date | None:
    rows = company.table("sales_line").filter(pl.col("currency") == code)
    return cast(date | None, rows.select(pl.coalesce("order_date", "requested_date").min()).item())


def _without_future(company: Company, code: str, rates: pl.DataFrame, sold: dict[str, float]) -> list[Finding]:
    """No rate for planning, and none that reaches into the last rate_gap_days of the horizon."""
    count = company.thresholds.horizon_periods
    _, end = horizon_days(company.manifest.calendar, company.table("period"), company.as_of, count)
    table = company.table("currency_rate").filter((pl.col("from_currency") == code) | (pl.col("to_currency") == code))
    last = _days(rates)[-1]
    if table["rate_type"].is_in(AHEAD).any() or (end - last).days <= company.thresholds.rate_gap_days:
        return []
    message = f"{code} has no plan or budget rate, and its last rate of {last} is carried on to {end}"
    mend = "add a rate of type plan to currency_rate"
    return [_rate_finding(company, "rates_cover_the_horizon", 1, message, mend, sold.get(code, 0.0), (code,))]


def _rate_finding(
    company: Company, rule: str, rows: int, message: str, mend: str, money: float, shown: tuple[str, ...]
) -> Finding:
    return company.finding(rule, "currency_rate", rows, "warning", message, mend, money, examples=shown)


def locations_keep_one_currency(company: Company) -> list[Finding]:
    """Cost, stock value and resources of a location are in its own currency or the base currency, with finance."""
    if not company.table("item_cost").height:
        return []
    own = company.table("location").select("location_id", "currency")
    rows = pl.concat([own, *(company.table(name).select("location_id", "currency") for name in OWN_CURRENCY)])
    foreign = rows.drop_nulls().filter(pl.col("currency") != company.manifest.base_currency)
    named = pl.concat([own.drop_nulls(), foreign]).group_by("location_id").agg(pl.col("currency").unique().sort())
    mixed = named.filter(pl.col("currency").list.len() > 1).sort("location_id")
    if not mixed.height:
        return []
    money, quantity = _worth_at(company, mixed["location_id"])
    shown = tuple(f"{place}: {', '.join(codes)}" for place, codes in mixed.head(5).iter_rows())
    message = f"{mixed.height} locations keep their money in more than one currency"
    mend = "state cost, stock value and resources in the currency of the location, and fill currency of the location"
    rule, rows_off = "locations_keep_one_currency", mixed.height
    return [company.finding(rule, "location", rows_off, "warning", message, mend, money, quantity, shown)]


def _worth_at(company: Company, places: pl.Series) -> tuple[float, float]:
    held = company.table("item_location").filter(pl.col("location_id").is_in(places.implode()))
    return company.worth.of_items(held["item_id"])


CURRENCY_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    rates_agree_by_way_of_the_base,
    rates_have_no_gap,
    locations_keep_one_currency,
)
