"""Rows: which series of each grain a reader sees."""

from collections.abc import Mapping, Sequence
from functools import reduce
from types import MappingProxyType

import numpy as np

from steelyard.grid.block import IntArray
from steelyard.grid.hierarchy import LEVEL_COLUMNS
from steelyard.grid.measure import Grain
from steelyard.grid.series import SeriesIndex
from steelyard.plan.sight.sight import Part, rows_of

Rows = Mapping[Grain, IntArray]


def seen_rows(parts: Sequence[Part], series: Mapping[Grain, SeriesIndex]) -> Rows:
    """Rows that lie in at least one of the parts, ascending, by grain.

    Demand is seen where it lies in a part. Stock is seen of the products and places of a part; where a part names
    customers, of the products and places that serve them, whole, for stock is shared. Resources are shared, too: they
    are seen at the places of a part, or all of them where a part names none.
    """
    found = [_rows_of_part(part, series) for part in parts]
    grains: tuple[Grain, ...] = ("demand", "item_location", "resource")
    return MappingProxyType({grain: reduce(np.union1d, [rows[grain] for rows in found]) for grain in grains})


def _rows_of_part(part: Part, series: Mapping[Grain, SeriesIndex]) -> dict[Grain, IntArray]:
    demand = rows_of(part, series["demand"])
    places = np.union1d(_own_places(part, series["item_location"]), _serving(series, demand))
    return {"demand": demand, "item_location": places, "resource": _resources(part, series, places)}


def _own_places(part: Part, places: SeriesIndex) -> IntArray:
    known = all(level in places.levels for level, _ in part)
    return rows_of(part, places) if known else np.empty(0, dtype=np.int64)


def _serving(series: Mapping[Grain, SeriesIndex], demand: IntArray) -> IntArray:
    """Item-locations that serve some demand series."""
    keys = ["item", "location"]
    wanted = series["demand"].members[demand.tolist()].select(keys).unique()
    numbered = series["item_location"].members.select(keys).with_row_index("_row")
    return np.sort(numbered.join(wanted, on=keys, how="semi")["_row"].to_numpy().astype(np.int64))


def _resources(part: Part, series: Mapping[Grain, SeriesIndex], places: IntArray) -> IntArray:
    resources = series["resource"]
    own = tuple((level, members) for level, members in part if level in resources.levels)
    if own:
        return rows_of(own, resources)
    if not any(level in LEVEL_COLUMNS["location"] for level, _ in part):
        return np.arange(resources.size)
    at = series["item_location"].members[places.tolist()]["location"].unique()
    return np.flatnonzero(resources.members["location"].is_in(at.implode()).to_numpy()).astype(np.int64)
