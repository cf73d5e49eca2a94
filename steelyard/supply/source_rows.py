"""Source rows: where an item-location has more than one source, each of them is a row of its own that feeds it.

An item-location with one source is planned as it is. One that shares its need among sources, or changes from one to
the next, is split: its own row nets demand and stock without lead time, and takes from each source its share of what
is received in a period; the sources have lead times, lots, components and hours of their own.
"""

from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from steelyard.errors import NetworkRing
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import Naming, SupplyNetwork, build_network
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill


@dataclass(frozen=True, eq=False)
class SplitSources:
    """Sources of item-locations that have several in the horizon. One entry per source.

    Args:
        place: Item-location it supplies.
        share: Part of what is received in a period that comes from it, `[period, source]`; of a place they sum to 1.
        lead_time: Whole periods from release to receipt; -1 for the one that the item-location follows anyway.
        lot_minimum: Least order; NaN for that of the item-location.
        lot_multiple: Multiple of orders, likewise.
        part_source: Source of each component line; none for the one that the item-location follows anyway.
        part: Item-location of the component.
        quantity_per: Units of it in one unit.
        part_from: First period of release in which the line counts.
        part_to: First period in which it no longer counts.
        hour_source: Source of each resource line.
        resource: Its resource.
        hours_per_unit: Hours in one unit.
        hour_offset: Whole periods between the work and the receipt.
    """

    place: IntArray
    share: Array
    lead_time: IntArray
    lot_minimum: Array
    lot_multiple: Array
    part_source: IntArray
    part: IntArray
    quantity_per: Array
    part_from: IntArray
    part_to: IntArray
    hour_source: IntArray
    resource: IntArray
    hours_per_unit: Array
    hour_offset: IntArray


@dataclass(frozen=True, eq=False)
class SourceRows:
    """Network, hours and lots with the sources of split item-locations as rows behind the item-locations.

    Args:
        network: Arcs between all rows, co-products included.
        bill: Hours of all rows.
        lots: Lots of all rows.
        place: Item-location of each source row.
        share: Part of its item-location's receipts, `[period, source row]`.
        lead_time: Whole periods of each source row; -1 where it is that of its item-location.
    """

    network: SupplyNetwork
    bill: ResourceBill
    lots: LotSizes
    place: IntArray
    share: Array
    lead_time: IntArray

    @property
    def places(self) -> int:
        """How many item-locations there are."""
        return self.network.rows - self.place.size

    @property
    def feeds(self) -> IntArray:
        """Row whose stock each row's receipts go into."""
        return np.concatenate((np.arange(self.places), self.place))

    def like_places(self, values: IntArray) -> IntArray:
        """Whole numbers of all rows: those of sources are those of their item-location."""
        return np.concatenate((values, values[self.place]))

    def lead_times(self, of_places: IntArray) -> IntArray:
        """Lead times of all rows [periods]; a split item-location has none beside those of its sources."""
        own = of_places.copy()
        own[self.place] = 0
        return np.concatenate((own, np.where(self.lead_time < 0, of_places[self.place], self.lead_time)))

    def padded(self, values: Array, fill: float = 0.0) -> Array:
        """Values by item-location in the last axis, with a filling for the source rows; the same array without any."""
        if not self.place.size:
            return values
        more = np.full((*values.shape[:-1], self.place.size), fill, values.dtype)
        return np.concatenate((values, more), axis=-1)

    def planned(self, receipts: Array) -> Array:
        """Receipts of item-locations `[period, place]`, and behind them the part of each source row."""
        if not self.place.size:
            return receipts
        return np.hstack((receipts, receipts[:, self.place] * self.share))

    def of_places(self, rows: IntArray) -> IntArray:
        """Item-locations to which some rows belong, each once, ascending."""
        return np.unique(self.feeds[rows]) if self.place.size else rows


def without_sources(network: SupplyNetwork, bill: ResourceBill, lots: LotSizes) -> SourceRows:
    """Every item-location follows one source through the whole horizon."""
    none = np.empty(0, np.int64)
    return SourceRows(network, bill, lots, none, np.empty((network.periods, 0)), none)


def add_sources(
    network: SupplyNetwork, bill: ResourceBill, lots: LotSizes, sources: SplitSources, name: Naming = str
) -> SourceRows:
    """Split item-locations with several sources.

    Sources that would close a ring - two places that bring the same item to each other - are left out: the first
    source of such places is followed through the whole horizon.

    Args:
        network: Arcs of the source that each item-location follows.
        bill: Hours at that source.
        lots: Lots of item-locations.
        sources: Sources of those that have several; none of a place, or all that it ever uses.
        name: Gives the name of a row, for messages.
    """
    if not sources.place.size:
        return without_sources(network, bill, lots)
    try:
        return _split(network, bill, lots, sources, name)
    except NetworkRing:
        kept = _without_rings(network, sources)
        return add_sources(network, bill, lots, _some(sources, kept), name)


def _split(
    network: SupplyNetwork, bill: ResourceBill, lots: LotSizes, sources: SplitSources, name: Naming
) -> SourceRows:
    count, places = sources.place.size, network.rows
    row = places + np.arange(count)
    follows = sources.lead_time < 0
    own = np.arange(places)
    own[sources.place[follows]] = row[follows]
    full = build_network(
        places + count, network.periods,
        name=lambda each: name(int(each) if each < places else int(sources.place[each - places])),
        **_arcs(network, sources, own, row),
    )  # fmt: skip
    return SourceRows(
        network=full,
        bill=_bill(bill, sources, own, row),
        lots=_lots(lots, sources),
        place=sources.place,
        share=sources.share,
        lead_time=sources.lead_time,
    )


class _Arcs(TypedDict):
    component: IntArray
    consumer: IntArray
    quantity_per: Array
    valid_from: IntArray
    valid_to: IntArray
    co_product: BoolArray


def _arcs(network: SupplyNetwork, sources: SplitSources, own: IntArray, row: IntArray) -> _Arcs:
    """Arcs of all rows: what a split item-location took its sources take now, and it takes from them by share."""
    base = network.components
    consumer = own[np.repeat(np.arange(network.rows), np.diff(base.start))]
    source, start, stop, share = _runs(sources.share)
    return {
        "component": np.concatenate((base.row, sources.part, row[source])).astype(np.int64),
        "consumer": np.concatenate((consumer, row[sources.part_source], sources.place[source])).astype(np.int64),
        "quantity_per": np.concatenate((np.abs(base.quantity_per), sources.quantity_per, share)),
        "valid_from": np.concatenate((base.valid_from, sources.part_from, start)).astype(np.int64),
        "valid_to": np.concatenate((base.valid_to, sources.part_to, stop)).astype(np.int64),
        "co_product": np.concatenate((base.quantity_per < 0, np.zeros(sources.part.size + source.size, np.bool_))),
    }


def _runs(share: Array) -> tuple[IntArray, IntArray, IntArray, Array]:
    """Stretches of periods in which the share of a source stays the same and is not zero: source, from, to, share."""
    periods, count = share.shape
    found = []
    for source in range(count):
        edges = np.concatenate(([0], np.flatnonzero(np.diff(share[:, source])) + 1, [periods]))
        for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if share[start, source] > 0:
                found.append((source, start, stop, float(share[start, source])))
    columns = list(zip(*found, strict=True))
    whole = [np.array(column, np.int64) for column in columns[:3]]
    return whole[0], whole[1], whole[2], np.array(columns[3])


def _bill(bill: ResourceBill, sources: SplitSources, own: IntArray, row: IntArray) -> ResourceBill:
    lines = bill.by_row
    return build_resource_bill(
        bill.rows + sources.place.size,
        bill.resources,
        row=np.concatenate((own[np.repeat(np.arange(bill.rows), np.diff(lines.start))], row[sources.hour_source])),
        resource=np.concatenate((lines.other, sources.resource)).astype(np.int64),
        hours_per_unit=np.concatenate((lines.hours_per_unit, sources.hours_per_unit)),
        offset=np.concatenate((lines.offset, sources.hour_offset)).astype(np.int64),
    )


def _lots(lots: LotSizes, sources: SplitSources) -> LotSizes:
    """Lots go with the sources; how many periods an order covers stays with the item-location."""
    place, free = sources.place, LotSizes.lot_for_lot(lots.minimum.size)
    minimum = np.where(np.isnan(sources.lot_minimum), lots.minimum[place], sources.lot_minimum)
    multiple = np.where(np.isnan(sources.lot_multiple), lots.multiple[place], sources.lot_multiple)
    maximum = np.maximum(lots.maximum[place], np.maximum(minimum, multiple))
    split = np.isin(np.arange(lots.minimum.size), place)
    return LotSizes(
        np.concatenate((np.where(split, free.minimum, lots.minimum), minimum)),
        np.concatenate((np.where(split, free.multiple, lots.multiple), multiple)),
        np.concatenate((np.where(split, free.maximum, lots.maximum), maximum)),
        None if lots.rules is None else lots.rules.with_none(place.size),
    )


def _without_rings(network: SupplyNetwork, sources: SplitSources) -> BoolArray:
    """Sources of places none of whose sources takes what stands above or beside the place in the network."""
    level = network.level
    upward = level[sources.part] <= level[sources.place[sources.part_source]]
    bad = np.zeros(network.rows, np.bool_)
    bad[sources.place[sources.part_source[upward]]] = True
    return ~bad[sources.place]


def _some(sources: SplitSources, kept: BoolArray) -> SplitSources:
    """Some of the sources, with their lines."""
    place = np.cumsum(kept) - 1
    parts, hours = kept[sources.part_source], kept[sources.hour_source]
    return replace(
        sources,
        place=sources.place[kept],
        share=np.ascontiguousarray(sources.share[:, kept]),
        lead_time=sources.lead_time[kept],
        lot_minimum=sources.lot_minimum[kept],
        lot_multiple=sources.lot_multiple[kept],
        part_source=place[sources.part_source[parts]],
        part=sources.part[parts],
        quantity_per=sources.quantity_per[parts],
        part_from=sources.part_from[parts],
        part_to=sources.part_to[parts],
        hour_source=place[sources.hour_source[hours]],
        resource=sources.resource[hours],
        hours_per_unit=sources.hours_per_unit[hours],
        hour_offset=sources.hour_offset[hours],
    )
