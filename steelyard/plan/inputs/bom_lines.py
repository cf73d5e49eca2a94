"""Bill lines: what made items take and give, phantoms passed through, one alternative at a time."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import IntArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.days import first_period
from steelyard.plan.inputs.phantoms import lines_per_unit, passed_through
from steelyard.plan.inputs.rows import PlanRows


def bom_arcs(extract: Extract, rows: PlanRows, sources: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Components of what is made, by row of the source.

    A phantom is passed through: what it is made of goes straight into what it is called for by. Of several
    alternatives the first one that is valid in a period counts in it; lines without an alternative always do.

    Returns:
        One row a line: component, consumer, quantity_per, valid_from and valid_to as periods of release.
    """
    lines = _of_sources(passed_through(_plain(extract)), sources)
    return _in_turn(_placed(lines, rows, calendar))


def co_products(extract: Extract, rows: PlanRows, sources: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """What comes out beside what is made, laid out as by `bom_arcs`; the periods are those of receipt."""
    lines = extract.tables["bom"].filter(pl.col("co_product").fill_null(False))
    return _in_turn(_placed(_of_sources(lines_per_unit(lines), sources), rows, calendar))


def _plain(extract: Extract) -> pl.DataFrame:
    return lines_per_unit(extract.tables["bom"].filter(~pl.col("co_product").fill_null(False)))


def _of_sources(bom: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Lines that hold for the sources that make something: of the bill and alternative they name, else of all."""
    made = sources.filter(pl.col("source_type") == "make")
    made = made.select(
        "item", "location", pl.col("row").alias("consumer"), wanted="bom_id", chosen="alternative"
    )  # fmt: skip
    lines = bom.join(made, left_on="item_id", right_on="item", maintain_order="left")
    here = pl.col("location_id").is_null() | (pl.col("location_id") == pl.col("location"))
    lines = lines.filter(here & (pl.col("wanted").is_null() | (pl.col("wanted") == pl.col("bom_id"))))
    chosen = pl.col("chosen") == pl.col("alternative")
    return lines.filter(chosen.fill_null(True) | ~chosen.fill_null(False).any().over("consumer"))


def _placed(lines: pl.DataFrame, rows: PlanRows, calendar: Calendar) -> pl.DataFrame:
    component = lines.select(pl.col("component_id").alias("item"), "location")
    return lines.select(
        pl.Series("component", rows.find("item_location", component)),
        pl.col("consumer").cast(pl.Int64),
        "quantity_per",
        "alternative",
        pl.Series("valid_from", first_period(lines["valid_from"], calendar)),
        pl.Series("valid_to", first_period(lines["valid_to"], calendar, after=True)),
    )


def _in_turn(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of alternatives cut to the periods in which no earlier alternative of the same source holds."""
    several = pl.col("alternative").n_unique().over("consumer") > 1
    shared = pl.col("alternative").is_null()
    alone = lines.filter(~several | shared).drop("alternative")
    rivals = lines.filter(several & ~shared).sort("consumer", "alternative", maintain_order=True)
    if not rivals.height:
        return alone
    cut = [part for _, one in rivals.group_by("consumer", maintain_order=True) for part in _cut(one)]
    return pl.concat([alone, *cut])


def _cut(rivals: pl.DataFrame) -> list[pl.DataFrame]:
    """Lines of one source, alternative by alternative, each cut to where none before it holds."""
    length = int(rivals["valid_to"].to_numpy().max(initial=0))
    taken, found = np.zeros(length, np.int64), []
    for _, one in rivals.group_by("alternative", maintain_order=True):
        start, stop = one["valid_from"].to_numpy(), one["valid_to"].to_numpy()
        span = np.arange(int(start.min()), int(stop.max()))
        for first, last in _stretches(span[taken[span] == 0]):
            piece = one.with_columns(
                valid_from=pl.Series(np.maximum(start, first)), valid_to=pl.Series(np.minimum(stop, last))
            )
            found.append(piece.filter(pl.col("valid_from") < pl.col("valid_to")).drop("alternative"))
        taken[span] = 1
    return found


def _stretches(periods: IntArray) -> list[tuple[int, int]]:
    """Runs of adjacent periods as (first, one after the last)."""
    if not periods.size:
        return []
    breaks = np.flatnonzero(np.diff(periods) > 1)
    first = periods[np.concatenate(([0], breaks + 1))]
    last = periods[np.concatenate((breaks, [periods.size - 1]))] + 1
    return list(zip(first.tolist(), last.tolist(), strict=True))
