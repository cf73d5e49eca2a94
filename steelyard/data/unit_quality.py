"""Unit quality: conversions of units agree with each other, there and back and by way of a third unit."""

from collections.abc import Callable

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding


def unit_conversions_round_trip(company: Company) -> list[Finding]:
    """A conversion there and back gives 1, and one by way of a third unit gives the direct one."""
    table = company.table("uom_conversion")
    found = _second_ways(table)
    off = found.filter((pl.col("factor") / pl.col("other") - 1.0).abs() > company.thresholds.unit_round_trip_difference)
    if not off.height:
        return []
    first = off.sort("item", "from_uom", "to_uom").unique(
        ["item", "from_uom", "to_uom"], keep="first", maintain_order=True
    )
    money, quantity = company.worth.of_items(_items_of(company, first))
    shown = tuple(
        f"{item}: 1 {a} = {factor:g} {b}, another way {other:g}"
        for item, a, b, factor, other in first.head(5).select("item", "from_uom", "to_uom", "factor", "other").rows()
    )
    message = f"{first.height} conversions of units do not agree with another way to convert, e.g. {shown[0]}"
    mend = "correct factor in uom_conversion: 1 from_uom = factor to_uom; state each pair of units once"
    rule = "unit_conversions_round_trip"
    return [company.finding(rule, "uom_conversion", first.height, "warning", message, mend, money, quantity, shown)]


def _second_ways(table: pl.DataFrame) -> pl.DataFrame:
    """Each conversion with every other way to the same: item (* for all), from_uom, to_uom, factor, other."""
    stated = table.select(pl.col("item_id").fill_null("*").alias("item"), "from_uom", "to_uom", "factor")
    names = ["item", "from_uom", "to_uom"]
    back = stated.select("item", from_uom="to_uom", to_uom="from_uom", other=1.0 / pl.col("factor"))
    step = stated.select("item", via="from_uom", to_uom="to_uom", second="factor")
    chain = stated.rename({"to_uom": "via"}).join(step, on=["item", "via"])
    through = chain.select(*names, other=pl.col("factor") * pl.col("second")).filter(
        pl.col("from_uom") != pl.col("to_uom")
    )
    again = stated.rename({"factor": "other"})
    return pl.concat([stated.join(other.select(*names, "other"), on=names) for other in (back, through, again)])


def _items_of(company: Company, rows: pl.DataFrame) -> pl.Series:
    """The items that conversions are for; for general ones all items kept in one of their units."""
    general = rows.filter(pl.col("item") == "*")
    units = pl.concat([general["from_uom"], general["to_uom"]]).unique()
    items = company.table("item").filter(pl.col("base_uom").is_in(units.implode()))["item_id"]
    return pl.concat([rows.filter(pl.col("item") != "*")["item"].rename("item_id"), items])


UNIT_RULES: tuple[Callable[[Company], list[Finding]], ...] = (unit_conversions_round_trip,)
