"""Source schedule: from which source an item-location is supplied in which period, and at what share."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.further_sources import Recipes, further_sources, recipes, source_rules
from steelyard.plan.inputs.rows import PlanRows
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.source_rows import SplitSources

_RULED = ("source_id", "valid_from", "valid_to", "priority", "split_ratio")


def split_sources(extract: Extract, rows: PlanRows, chosen: pl.DataFrame, calendar: Calendar) -> SplitSources:
    """Sources of item-locations that share their need among several, or go from one to the next in the horizon.

    In each period the sources count that are valid in it. Where two or more of them state a share, they get it, in
    proportion; else the one of the best priority, then the largest share, gets all. Where none is valid, the one that
    is followed now goes on.

    Args:
        extract: The accepted tables.
        rows: The series.
        chosen: The source that each item-location follows.
        calendar: The planned periods.
    """
    others = further_sources(extract, rows, chosen)
    both = pl.concat([chosen.select(_RULED), others.select(_RULED)])
    place = np.concatenate((chosen["row"].to_numpy().astype(np.int64), others["place"].to_numpy().astype(np.int64)))
    first = np.arange(place.size) < chosen.height
    rules = source_rules(extract, both, place, calendar)
    period = np.arange(calendar.size)[:, None]
    valid = (period >= rules.first) & (period < rules.last)
    stated = np.nan_to_num(both["split_ratio"].cast(pl.Float64).fill_null(0.0).to_numpy())
    order = np.lexsort((both["source_id"].rank("ordinal").to_numpy(), -stated, rules.rank, place))
    share = _shares(place, valid, stated, order, first)
    split = np.flatnonzero(_split(place, share, first))
    taken = recipes(extract, rows, others, calendar)
    return _sources(split, place, share, others, taken, chosen.height, float(calendar.days.mean()))


def _shares(place: IntArray, valid: BoolArray, stated: Array, order: IntArray, first: BoolArray) -> Array:
    """Part of each source in each period, `[period, source]`."""
    places = int(place.max(initial=-1)) + 1
    share = np.zeros(valid.shape)
    for t in range(valid.shape[0]):
        told = valid[t] & (stated > 0)
        sums, counts = np.bincount(place[told], stated[told], places), np.bincount(place[told], minlength=places)
        quota = told & (counts[place] > 1)
        share[t, quota] = stated[quota] / sums[place[quota]]
        open_now = order[valid[t][order] & (counts[place[order]] <= 1)]
        best = open_now[np.unique(place[open_now], return_index=True)[1]]
        share[t, best] = 1.0
        none = np.bincount(place[valid[t]], minlength=places) == 0
        share[t, first & none[place]] = 1.0
    return share


def _split(place: IntArray, share: Array, first: BoolArray) -> BoolArray:
    """Sources in use of places that do not follow their first one all the time."""
    strays = np.zeros(int(place.max(initial=-1)) + 1, np.bool_)
    strays[place[first & (share < 1.0).any(axis=0)]] = True
    used: BoolArray = strays[place] & (share > 0).any(axis=0)
    return used


def _sources(
    split: IntArray, place: IntArray, share: Array, others: pl.DataFrame, taken: Recipes, chosen: int, days: float
) -> SplitSources:
    """The split sources with their lines; those of the first one of a place stand in the network already."""
    further = split - chosen
    number = np.full(others.height, -1)
    number[further[further >= 0]] = np.flatnonzero(further >= 0)
    parts, hours = number[taken.part_source] >= 0, number[taken.hour_source] >= 0
    lead = lead_time_periods(_of_others(others, "lead_time_days", further, 0.0), days)
    return SplitSources(
        place=place[split],
        share=np.ascontiguousarray(share[:, split]),
        lead_time=np.where(further < 0, -1, lead),
        lot_minimum=_of_others(others, "min_lot", further, np.nan),
        lot_multiple=_of_others(others, "lot_multiple", further, np.nan),
        part_source=number[taken.part_source[parts]],
        part=taken.part[parts],
        quantity_per=taken.quantity_per[parts],
        part_from=taken.part_from[parts],
        part_to=taken.part_to[parts],
        hour_source=number[taken.hour_source[hours]],
        resource=taken.resource[hours],
        hours_per_unit=taken.hours_per_unit[hours],
        hour_offset=taken.hour_offset[hours],
    )


def _of_others(others: pl.DataFrame, column: str, further: IntArray, default: float) -> Array:
    """A number of the further sources; the default for the first ones and where nothing is stated."""
    out = np.full(further.size, default)
    values = others[column].cast(pl.Float64).fill_null(default).to_numpy()
    out[further >= 0] = values[further[further >= 0]]
    return out
