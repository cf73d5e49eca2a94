"""Resource use: what operations ask of crews, and what moves ask of carriers."""

import polars as pl

from steelyard.data.extract import Extract

_PER_UNIT = {"weight_per_period": "weight_kg", "volume_per_period": "volume_m3"}
"""Column of an item that says how much of a carrier's capacity a unit takes, by the unit of that capacity."""


def labour_of(extract: Extract, operations: pl.DataFrame) -> pl.DataFrame:
    """Labour hours that operations ask of crews.

    The crew is the one that the operation names, else the only resource of type labour at the place where it runs. An
    operation on a crew names its hours as those of the resource: its labour hours count only for another crew.

    Args:
        extract: The accepted tables.
        operations: Rows of the routing table with `row` and the `location` of what is made.

    Returns:
        The operations whose crew is known, with `resource_id` of the crew and `hours` in one unit, yield included.
    """
    asked = operations.filter(pl.col("labour_hours") > 0)
    crews = crews_of(extract)
    alone = crews.filter(pl.len().over("location_id") == 1).select(location="location_id", crew="resource_id")
    named = asked.join(alone, on="location", how="left", maintain_order="left")
    on_crew = pl.col("resource_id").is_in(crews["resource_id"].implode())
    crew = pl.coalesce("labour_resource_id", pl.when(~on_crew).then(pl.col("crew")))
    hours = pl.col("labour_hours") / pl.col("yield_ratio").fill_null(1.0)
    found = named.with_columns(crew.alias("works"), hours.alias("hours")).filter(
        pl.col("works").is_not_null() & ((pl.col("works") != pl.col("resource_id")) | ~on_crew)
    )
    return found.with_columns(pl.col("works").alias("resource_id"))


def crews_of(extract: Extract) -> pl.DataFrame:
    """Resources of type labour, by name (resource_id, location_id)."""
    crews = extract.tables["resource"].filter(pl.col("resource_type") == "labour")
    return crews.select("resource_id", "location_id").sort("resource_id")


def asked_of_carriers(extract: Extract, sources: pl.DataFrame) -> pl.DataFrame:
    """What a unit takes of the carrier that moves it: itself, or its weight or volume where the carrier counts those.

    Args:
        extract: The accepted tables.
        sources: Sources with their `row` and `carrier_id`; those made at the place are not moved.

    Returns:
        row, resource_id, hours (in the unit of the carrier), offset_days; nothing where an item does not say what it
        weighs.
    """
    carriers = extract.tables["resource"].filter(pl.col("resource_type") == "transport")
    sizes = extract.tables["item"].select(pl.col("item_id").alias("item"), *_PER_UNIT.values())
    moved = sources.filter(pl.col("source_type") != "make").select(
        pl.col("row").cast(pl.Int64), "item", resource_id="carrier_id"
    )
    moved = moved.join(carriers.select("resource_id", "capacity_unit"), on="resource_id", maintain_order="left")
    sized = moved.join(sizes, on="item", how="left", maintain_order="left")
    taken = pl.when(pl.col("capacity_unit").is_in(list(_PER_UNIT))).then(
        pl.coalesce(pl.when(pl.col("capacity_unit") == unit).then(pl.col(size)) for unit, size in _PER_UNIT.items())
    )
    hours = taken.otherwise(1.0).alias("hours")
    return sized.select("row", "resource_id", hours, pl.lit(0.0).alias("offset_days")).filter(pl.col("hours") > 0)
