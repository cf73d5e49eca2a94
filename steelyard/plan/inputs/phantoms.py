"""Phantoms: assemblies that are never stocked; what they are made of goes straight into what calls for them."""

from datetime import date

import polars as pl

from steelyard.plan.inputs.days import ALWAYS, NEVER

_DEEPEST = 20
"""Levels of phantoms in phantoms that are followed; a ring of them ends here and is a finding of its own."""


def lines_per_unit(bom: pl.DataFrame) -> pl.DataFrame:
    """Bill lines with the quantity of one unit, scrap included, and days instead of gaps."""
    per = pl.col("quantity_per") / pl.col("per_quantity") / (1.0 - pl.col("scrap_ratio").fill_null(0.0))
    return bom.select(
        "bom_id", "item_id", "component_id", "location_id", "alternative",
        per.cast(pl.Float64).alias("quantity_per"),
        pl.col("valid_from").fill_null(ALWAYS),
        pl.col("valid_to").fill_null(NEVER),
        pl.col("phantom").fill_null(False),
    )  # fmt: skip


def passed_through(bom: pl.DataFrame) -> pl.DataFrame:
    """Replace calls of phantoms by what they are made of, level by level; one without a bill stays a component.

    Args:
        bom: Lines with the quantity of one unit and filled days.
    """
    called, inner = _called(bom), _inner(bom)
    for _ in range(_DEEPEST):
        if not bom.select(called.any()).item():
            break
        opened = bom.filter(called).join(inner, on="component_id", maintain_order="left")
        bom = pl.concat([bom.filter(~called), _opened(opened).select(bom.columns)])
    return bom


def phantom_calls(bom: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Phantoms that each bill calls for, through all levels, with the quantity of one unit.

    Of alternatives the first one counts, and of lines over time the one that holds first from the as-of date on.

    Args:
        bom: Lines with the quantity of one unit and filled days.
        as_of: The day of the extract.
    """
    called, inner, found = _called(bom), _inner(bom), []
    lines = _first_alternative(bom).filter(called)
    for _ in range(_DEEPEST):
        if not lines.height:
            break
        found.append(lines)
        opened = lines.join(inner, on="component_id", maintain_order="left")
        lines = _opened(opened).select(bom.columns).filter(called)
    calls = pl.concat(found) if found else lines
    keys = ("bom_id", "item_id", "component_id", "location_id")
    first = pl.col("valid_from") == pl.col("valid_from").min().over(keys)
    return calls.filter(pl.col("valid_to") >= as_of).filter(first)


def _called(bom: pl.DataFrame) -> pl.Expr:
    return pl.col("phantom") & pl.col("component_id").is_in(bom["item_id"].unique().implode())


def _inner(bom: pl.DataFrame) -> pl.DataFrame:
    return _first_alternative(bom).select(
        pl.col("item_id").alias("component_id"), pl.col("component_id").alias("part"),
        pl.col("quantity_per").alias("of_part"), pl.col("location_id").alias("part_at"),
        pl.col("valid_from").alias("part_from"), pl.col("valid_to").alias("part_to"), pl.col("phantom").alias("deeper"),
    )  # fmt: skip


def _opened(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of phantoms as lines of what calls for them, where and when both hold."""
    both = pl.col("location_id").is_null() | pl.col("part_at").is_null() | (pl.col("location_id") == pl.col("part_at"))
    merged = lines.filter(both).with_columns(
        component_id=pl.col("part"),
        quantity_per=pl.col("quantity_per") * pl.col("of_part"),
        location_id=pl.coalesce("location_id", "part_at"),
        valid_from=pl.max_horizontal("valid_from", "part_from"),
        valid_to=pl.min_horizontal("valid_to", "part_to"),
        phantom=pl.col("deeper"),
    )
    return merged.filter(pl.col("valid_from") <= pl.col("valid_to"))


def _first_alternative(bom: pl.DataFrame) -> pl.DataFrame:
    best = pl.col("alternative").min().over("item_id")
    return bom.filter(pl.col("alternative").is_null() | (pl.col("alternative") == best))
