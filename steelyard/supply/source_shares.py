"""Source shares: what item-locations take of each other and of resources where sources share their orders."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from steelyard.grid.block import Array, IntArray
from steelyard.supply.rough_cut import work_per_unit
from steelyard.supply.source_rows import SourceRows


class PlaceArcs(NamedTuple):
    """Arcs between item-locations; sources stand for the place they supply."""

    component: IntArray
    consumer: IntArray
    quantity_per: Array


def place_arcs(rows: SourceRows) -> PlaceArcs:
    """What a unit of each item-location takes of the others, each source by its mean share of the horizon.

    Where a bill changes over time its first line counts; co-products are left out.

    Args:
        rows: Item-locations, and their sources where there are several.
    """
    arcs = rows.network.consumers
    component = np.repeat(np.arange(rows.network.rows), np.diff(arcs.start))
    plain = (component < rows.places) & (arcs.quantity_per > 0)
    pairs, first = np.unique(np.stack((component[plain], arcs.row[plain])), axis=1, return_index=True)
    per = arcs.quantity_per[plain][first]
    if not rows.place.size:
        return PlaceArcs(pairs[0], pairs[1], per)
    per = per * np.concatenate((np.ones(rows.places), rows.share.mean(axis=0)))[pairs[1]]
    found, at = np.unique(np.stack((pairs[0], rows.feeds[pairs[1]])), axis=1, return_inverse=True)
    return PlaceArcs(found[0], found[1], np.bincount(at.reshape(-1), per, found.shape[1]).astype(np.float64))


def work_of_places(rows: SourceRows) -> csr_array:
    """Hours of each resource in one unit of each item-location, all that goes into it included.

    Bills and shares are those of the first period.

    Args:
        rows: Item-locations, and their sources where there are several.

    Returns:
        Hours per unit, item-location x resource.
    """
    return csr_array(work_per_unit(rows.network, rows.bill)[: rows.places])


def hours_of_places(rows: SourceRows) -> csr_array:
    """Hours of each resource in one unit of each item-location, what goes into it left out.

    Sources count by their mean share of the horizon.

    Args:
        rows: Item-locations, and their sources where there are several.

    Returns:
        Hours per unit, item-location x resource.
    """
    lines = rows.bill.by_row
    own = csr_array((lines.hours_per_unit, lines.other, lines.start), shape=(rows.bill.rows, rows.bill.resources))
    if not rows.place.size:
        return own
    share = np.concatenate((np.ones(rows.places), rows.share.mean(axis=0)))
    gathered = csr_array((share, (rows.feeds, np.arange(rows.feeds.size))), shape=(rows.places, rows.feeds.size))
    return csr_array(gathered @ own)
