"""Alternatives: every further way that bills and routings state to make an item, as a source of its own.

A source that makes something follows the first valid alternative of its bill and the best alternative of its routing.
The others are laid beside it as sources of lower priority, so that engines that weigh money may use them; a source
that names an alternative or a routing follows that alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.plan.inputs.recall import Reading

RANK = "routing_rank"
"""Column of a source that follows another than the best alternative of its routing; it stands in no extract."""


def with_alternatives(reading: Reading, extract: Extract) -> Extract:
    """The extract with a source for each further alternative; the same extract where there are none.

    Alternatives of a bill hold while their lines do, and, like its source, begin so that the first order may be
    released then. What a source may give in a period is not shared: such sources have no further ones.

    Args:
        reading: Where parts are recalled.
        extract: The tables as planned.
    """
    table = extract.tables["source"]
    made = table.filter((pl.col("source_type") == "make") & pl.col("max_per_period").is_null())
    found = [*_of_bills(extract, made), *_of_routings(extract, made)]
    if not found:
        return extract
    more = pl.DataFrame(found, schema={**table.schema, RANK: pl.Float64})
    known = table.with_columns(pl.lit(None, pl.Float64).alias(RANK))
    whole = reading.table("sources with alternatives", pl.concat([known, more]))
    return replace(extract, tables=MappingProxyType({**extract.tables, "source": whole}))


def _of_bills(extract: Extract, made: pl.DataFrame) -> Iterator[dict[str, object]]:
    """A source for each alternative of a bill but the first."""
    lines = extract.tables["bom"].filter(pl.col("alternative").is_not_null() & ~pl.col("co_product").fill_null(False))
    if not lines.height:
        return
    for source in made.filter(pl.col("alternative").is_null()).iter_rows(named=True):
        own = lines.filter(
            (pl.col("item_id") == source["item_id"])
            & (pl.col("location_id").is_null() | (pl.col("location_id") == source["location_id"]))
        )
        if source["bom_id"] is not None:
            own = own.filter(pl.col("bom_id") == source["bom_id"])
        for step, name in enumerate(own["alternative"].unique().sort().to_list()):
            if step:
                yield _held(source, own.filter(pl.col("alternative") == name), name, step)


def _held(source: dict[str, object], lines: pl.DataFrame, name: str, step: int) -> dict[str, object]:
    """The source that follows an alternative, while it holds."""
    span = lines.select(
        first=pl.when(pl.col("valid_from").is_null().any()).then(None).otherwise(pl.col("valid_from").min()),
        last=pl.when(pl.col("valid_to").is_null().any()).then(None).otherwise(pl.col("valid_to").max()),
    )
    first, last = span.row(0)
    begins = (source["valid_from"], first and first + timedelta(days=float(str(source["lead_time_days"]))))
    ends = (source["valid_to"], last)
    return {
        **source,
        "source_id": f"{source['source_id']}/{name}",
        "alternative": name,
        "priority": _priority(source) + step,
        "split_ratio": None,
        "valid_from": max((day for day in begins if isinstance(day, date)), default=None),
        "valid_to": min((day for day in ends if isinstance(day, date)), default=None),
        RANK: None,
    }


def _of_routings(extract: Extract, made: pl.DataFrame) -> Iterator[dict[str, object]]:
    """A source for each alternative of a routing but the best."""
    table = extract.tables["routing"].with_columns(pl.col("alternative_priority").fill_null(1.0).alias("rank"))
    several = table.filter(pl.col("rank").n_unique().over("item_id") > 1)
    if not several.height:
        return
    for source in made.join(several, on="item_id", how="semi", maintain_order="left").iter_rows(named=True):
        own = several.filter(
            (pl.col("item_id") == source["item_id"])
            & (pl.col("location_id").is_null() | (pl.col("location_id") == source["location_id"]))
        )
        if source["routing_id"] is not None:
            own = own.filter(pl.col("routing_id") == source["routing_id"])
        for step, rank in enumerate(own["rank"].unique().sort().to_list()):
            if step:
                yield {
                    **source,
                    "source_id": f"{source['source_id']}/routing {rank:g}",
                    "priority": _priority(source) + step,
                    "split_ratio": None,
                    RANK: rank,
                }


def _priority(source: dict[str, object]) -> float:
    return float(str(source["priority"])) if source["priority"] is not None else 1.0
