"""Alternatives: every further way that bills and routings state to make an item, as a source of its own.

A source that makes something follows the first valid alternative of its bill and the best alternative of its routing.
The others are laid beside it as sources of lower priority, so that engines that weigh money may use them; a source
that names an alternative or a routing follows that alone.
"""

from dataclasses import replace
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.plan.inputs.recall import Reading

RANK = "routing_rank"
"""Column of a source that follows another than the best alternative of its routing; it stands in no extract."""
_HERE = pl.col("place").is_null() | (pl.col("place") == pl.col("location_id"))


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
    made = made.with_row_index("n").with_columns(pl.col("priority").fill_null(1.0).cast(pl.Float64))
    more = pl.concat(
        [found.select(*table.columns, RANK) for found in (_of_bills(extract, made), _of_routings(extract, made))]
    )
    if not more.height:
        return extract
    known = table.with_columns(pl.lit(None, pl.Float64).alias(RANK))
    whole = reading.table("sources with alternatives", pl.concat([known, more.cast(known.schema)]))
    return replace(extract, tables=MappingProxyType({**extract.tables, "source": whole}))


def _of_bills(extract: Extract, made: pl.DataFrame) -> pl.DataFrame:
    """A source for each alternative of a bill but the first."""
    lines = extract.tables["bom"].filter(pl.col("alternative").is_not_null() & ~pl.col("co_product").fill_null(False))
    told = lines.select("item_id", "bom_id", "valid_from", "valid_to", place="location_id", name="alternative")
    own = made.filter(pl.col("alternative").is_null()).select("n", "item_id", "location_id", wanted="bom_id")
    asked = pl.col("wanted").is_null() | (pl.col("wanted") == pl.col("bom_id"))
    held = own.join(told, on="item_id").filter(_HERE & asked).group_by("n", "name").agg(
        first=pl.when(pl.col("valid_from").is_not_null().all()).then(pl.col("valid_from").min()),
        last=pl.when(pl.col("valid_to").is_not_null().all()).then(pl.col("valid_to").max()),
    )  # fmt: skip
    lead = pl.duration(days=pl.col("lead_time_days").cast(pl.Float64).fill_null(0.0).floor().cast(pl.Int64))
    begins, ends = (pl.col("first") + lead).cast(pl.Date), pl.col("last")
    return _further(made, held, "name").with_columns(
        pl.format("{}/{}", "source_id", "name").alias("source_id"),
        pl.col("name").alias("alternative"),
        pl.max_horizontal("valid_from", begins).alias("valid_from"),
        pl.min_horizontal("valid_to", ends).alias("valid_to"),
        pl.lit(None, pl.Float64).alias(RANK),
    )


def _of_routings(extract: Extract, made: pl.DataFrame) -> pl.DataFrame:
    """A source for each alternative of a routing but the best."""
    rank = pl.col("alternative_priority").cast(pl.Float64).fill_null(1.0)
    told = extract.tables["routing"].select("item_id", "routing_id", place="location_id", rank=rank)
    several = told.filter(pl.col("rank").n_unique().over("item_id") > 1)
    own = made.select("n", "item_id", "location_id", wanted="routing_id")
    asked = pl.col("wanted").is_null() | (pl.col("wanted") == pl.col("routing_id"))
    found = own.join(several, on="item_id").filter(_HERE & asked).select("n", "rank").unique()
    words = pl.col("rank").map_elements(lambda number: f"{number:g}", return_dtype=pl.String)
    return _further(made, found, "rank").with_columns(
        pl.format("{}/routing {}", "source_id", words).alias("source_id"), pl.col("rank").alias(RANK)
    )


def _further(made: pl.DataFrame, found: pl.DataFrame, name: str) -> pl.DataFrame:
    """The sources of all alternatives found but the first of each, in the order of their names, at lower priority."""
    step = pl.col(name).rank("dense").over("n").cast(pl.Float64) - 1.0
    further = found.with_columns(step=step).filter(pl.col("step") > 0).sort("n", name)
    joined = further.join(made, on="n", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("priority") + pl.col("step"), split_ratio=pl.lit(None, made.schema["split_ratio"])
    )
