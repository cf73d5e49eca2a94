"""Wide file: one row for each day or period and one column for each item, as spreadsheets like it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from steelyard.data.understanding import ColumnUnderstanding, FileUnderstanding

LEAST_ITEMS = 5
"""A file with fewer item columns is not taken for a wide one."""
LEAST_SHARE = 0.6
"""Share of the columns that must be items."""


def read_as_wide(
    file: FileUnderstanding, item_files: Sequence[FileUnderstanding], frames: Mapping[str, pl.DataFrame]
) -> FileUnderstanding | None:
    """The file read as sales by day and item, if its headers are items and one column holds the days; else None."""
    items = {value for other in item_files for value in _item_ids(other, frames)}
    days = [column.profile.name for column in file.columns if column.profile.type == "date"]
    named = [column.profile.name for column in file.columns if column.profile.name in items]
    if len(days) != 1 or len(named) < LEAST_ITEMS or len(named) < LEAST_SHARE * (len(file.columns) - 1):
        return None
    share = len(named) / (len(file.columns) - 1)
    columns = tuple(
        ColumnUnderstanding(c.profile, "order_date" if c.profile.name == days[0] else "quantity", round(share, 2))
        for c in file.columns
    )
    return replace(file, columns=columns, table="sales_line", confidence=round(0.8 * share, 2), wide=days[0])


def _item_ids(file: FileUnderstanding, frames: Mapping[str, pl.DataFrame]) -> list[str]:
    keys = [column.profile.name for column in file.columns if column.target == "item_id"]
    return [value for key in keys for value in frames[file.name][key].cast(pl.String).drop_nulls().to_list()]


def wide_lines(day: str) -> list[str]:
    """The lines of a mapping that turn the item columns of a wide file into order lines."""
    return [
        f'unpivot = {{ keep = ["{day}"], name = "item", value = "quantity" }}',
        'where = ["quantity != 0"]',
        "[table.sales_line.columns]",
        f"order_id = {{ formula = \"concat('day ', `{day}`)\" }}",
        'line_id = "item"',
        'item_id = "item"',
        'channel = { value = "all", assume = "no customers in the file: confirm or replace this value" }',
        f'order_date = "{day}"',
        'quantity = "quantity"',
        'status = { value = "closed", assume = "not in the files: confirm or replace this value" }',
    ]
