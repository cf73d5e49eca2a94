"""Supply instances: seeded companies of any size for the supply engines, with and without a bill of material.

`distribution(items, plants, places, lines)` draws, in this order and from one seeded generator:

* items in families with a season (amplitude 0 to 0.45), a trend (-10 to +25 % over the horizon) and log-normal volume,
* distribution centres that stock an item, gamma shares of its demand, noise of 12 % a month, opening stock,
* one plant and line an item, a second one for 30 % of them (2 to 15 % dearer), a packing line for 20 %,
* lanes from every plant that makes an item to every centre that stocks it, 35 % of them a month long,
* a subcontractor for 20 % of the items at 1.45 x cost, overtime of 20 % at 1.5 x the hourly rate,
* hours: mean load x 1.06 x `tight`, months differing by up to 6 %. `tight=0.85` loads the lines to 111 % on average.

`assembled(items, ...)` puts two levels of components beneath the same items: subassemblies on lines of their own,
shared by the items of a family, made of bought parts with a lead time and some stock.
"""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.model import (
    Demand,
    Nodes,
    Options,
    Resources,
    SupplyModel,
    Workforce,
)

MONTHS = 24
SIZES = {
    "small": (200, 2, 3, 3),
    "medium": (2_000, 4, 8, 6),
    "middle": (5_000, 4, 8, 8),
    "large": (20_000, 6, 12, 10),
}
"""Items, plants, distribution centres and lines a plant."""
MAKE, BUY, TRANSFER, SUBCONTRACT = 0, 1, 2, 3
OVERTIME_RATE = 33.0


@dataclass(frozen=True, eq=False)
class _Items:
    family: IntArray
    base: Array
    price: Array
    cost: Array
    profile: Array


@dataclass(frozen=True, eq=False)
class _Stocked:
    item: IntArray
    centre: IntArray
    demand: Array
    target: Array
    opening: Array


@dataclass(frozen=True, eq=False)
class _Made:
    item: IntArray
    plant: IntArray
    line: IntArray
    packing: IntArray
    hours: Array
    packing_hours: Array
    cost: Array


@dataclass(frozen=True, eq=False)
class _Ways:
    """Options under way: one entry an option, lines beside them."""

    node: IntArray
    kind: IntArray
    lead: IntArray
    cost: Array
    component: tuple[IntArray, IntArray, Array]
    """Option, node and quantity of each component line."""
    hours: tuple[IntArray, IntArray, Array]
    """Option, resource and hours of each resource line."""


def distribution(size: str = "small", *, seed: int = 1, tight: float = 0.85) -> SupplyModel:
    """Items made in plants and shipped to distribution centres."""
    items, plants, centres, lines = SIZES[size]
    draw = np.random.default_rng(seed)
    goods = _goods(draw, items)
    stocked = _stocked(draw, goods, centres)
    made = _made(draw, goods, plants, lines)
    ways, outside = _ways(draw, goods, stocked, made, plants, centres)
    hours = _hours(draw, stocked, made, items, plants * lines, tight)
    room = draw.uniform(0.5, 2.0, items)[stocked.item]
    return _model(goods, stocked, made, (ways, outside), hours, room, centres)


def _goods(draw: np.random.Generator, items: int) -> _Items:
    family = draw.integers(0, max(4, items // 25), items)
    families = int(family.max()) + 1
    swing, phase = draw.uniform(0, 0.45, families), draw.integers(0, 12, families)
    trend, month = draw.uniform(-0.1, 0.25, families), np.arange(MONTHS)
    season = np.sin(2 * np.pi * (month + phase[:, None]) / 12)
    profile = 1 + swing[:, None] * season + trend[:, None] * month / MONTHS
    base = np.exp(draw.normal(5, 1.1, items))
    price = np.round(np.exp(draw.normal(3, 0.6, items)), 2)
    return _Items(family, base, price, np.round(price * draw.uniform(0.45, 0.75, items), 2), profile)


def _stocked(draw: np.random.Generator, goods: _Items, centres: int) -> _Stocked:
    usual = min(centres, max(2, round(0.5 * centres))) if centres <= 8 else 4
    count = np.clip(draw.poisson(usual - 1, goods.base.size) + 1, 1, centres)
    item = np.repeat(np.arange(goods.base.size), count)
    centre = np.concatenate([draw.choice(centres, number, replace=False) for number in count.tolist()])
    share = draw.gamma(2, 1, item.size)
    share /= np.bincount(item, share)[item]
    noise = np.exp(draw.normal(0, 0.12, (item.size, MONTHS)))
    demand = np.round(goods.base[item, None] * share[:, None] * goods.profile[goods.family[item]] * noise, 1)
    target = np.round(0.5 * demand.mean(axis=1), 1)
    opening = np.round(target * draw.uniform(0.6, 1.4, item.size) + 0.3 * demand[:, 0], 1)
    return _Stocked(item, centre.astype(np.int64), demand, target, opening)


def _made(draw: np.random.Generator, goods: _Items, plants: int, lines: int) -> _Made:
    items = goods.base.size
    first = draw.integers(0, plants, items)
    second = (first + 1 + draw.integers(0, max(1, plants - 1), items)) % plants
    twice = (draw.random(items) < 0.3) & (second != first)
    item = np.concatenate((np.arange(items), np.flatnonzero(twice)))
    plant = np.concatenate((first, second[twice]))
    line = plant * lines + draw.integers(0, lines - 1, item.size)
    hours = np.exp(draw.normal(-3, 0.4, items))[item] * draw.uniform(0.9, 1.2, item.size)
    packed = np.where(draw.random(item.size) < 0.2, hours * 0.3, 0.0)
    dearer = np.where(np.arange(item.size) < items, 1.0, draw.uniform(1.02, 1.15, item.size))
    return _Made(item, plant, line, plant * lines + lines - 1, hours, packed, goods.cost[item] * dearer)


def _ways(
    draw: np.random.Generator, goods: _Items, stocked: _Stocked, made: _Made, plants: int, centres: int
) -> tuple[_Ways, IntArray]:
    """All options, and the items that can be had from outside. Plant nodes come first, then the stocked ones."""
    source, place = _lanes(made.item, stocked.item)
    freight = draw.uniform(0.01, 0.06, (plants, centres))[made.plant[source], stocked.centre[place]]
    lead = (draw.random((plants, centres)) < 0.35).astype(np.int64)[made.plant[source], stocked.centre[place]]
    outside = np.flatnonzero(draw.random(goods.base.size) < 0.2)
    count = made.item.size
    lane = count + outside.size + np.arange(source.size)
    packed = np.flatnonzero(made.packing_hours > 0)
    ways = _Ways(
        node=np.concatenate((np.arange(count), outside, count + place)),
        kind=np.repeat([MAKE, SUBCONTRACT, TRANSFER], [count, outside.size, source.size]),
        lead=np.concatenate((np.zeros(count + outside.size, np.int64), lead)),
        cost=np.concatenate((made.cost, goods.cost[outside] * 1.45, freight * goods.cost[made.item[source]])),
        component=(lane, source, np.ones(source.size)),
        hours=(
            np.concatenate((np.arange(count), packed)),
            np.concatenate((made.line, made.packing[packed])),
            np.concatenate((made.hours, made.packing_hours[packed])),
        ),
    )
    return ways, outside


def _lanes(made: IntArray, stocked: IntArray) -> tuple[IntArray, IntArray]:
    """Every pair of a plant that makes an item and a centre that stocks it."""
    order = np.argsort(made, kind="stable")
    start = np.searchsorted(made[order], np.arange(stocked.max() + 2))
    count = np.diff(start)[stocked]
    place = np.repeat(np.arange(stocked.size), count)
    within = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
    return order[start[stocked[place]] + within], place


def _hours(draw: np.random.Generator, stocked: _Stocked, made: _Made, items: int, lines: int, tight: float) -> Array:
    """Regular hours, period x line."""
    total = np.zeros((items, MONTHS))
    np.add.at(total, stocked.item, stocked.demand)
    load = np.zeros((lines, MONTHS))
    np.add.at(load, made.line[:items], total * made.hours[:items, None])
    np.add.at(load, made.packing[:items], total * made.packing_hours[:items, None])
    days = 1 + draw.uniform(-0.06, 0.06, MONTHS)
    hours: Array = np.maximum(load.mean(axis=1), 1.0) * 1.06 * tight * days[:, None]
    return hours


def _model(
    goods: _Items,
    stocked: _Stocked,
    made: _Made,
    ways: tuple[_Ways, IntArray],
    hours: Array,
    room: Array,
    centres: int,
) -> SupplyModel:
    lines, plant_nodes = hours.shape[1], made.item.size
    item = np.concatenate((made.item, stocked.item))
    kept = np.zeros(centres)
    np.add.at(kept, stocked.centre, room * (stocked.target + 0.55 * stocked.demand.mean(axis=1)))
    stored = np.concatenate((np.full(plant_nodes, -1), lines + stocked.centre))
    nodes = nodes_of(
        opening=np.concatenate((np.zeros(plant_nodes), stocked.opening)),
        target=np.concatenate((np.zeros(plant_nodes), stocked.target)),
        holding=0.02 * goods.cost[item] * np.where(np.arange(item.size) < plant_nodes, 0.9, 1.0),
        shortfall=0.05 * goods.cost[item],
        storage=stored,
        room=np.concatenate((np.zeros(plant_nodes), room)),
    )
    resources = resources_of(
        regular=np.hstack((hours, np.broadcast_to(kept, (MONTHS, centres)))),
        overtime=np.hstack((0.2 * hours, np.zeros((MONTHS, centres)))),
        elastic=np.concatenate((np.full(lines, 3000.0), np.full(centres, 0.5))),
        kind=np.repeat([0, 3], [lines, centres]),
    )
    return model_of(nodes, options_of(ways[0]), resources, demand_of(goods, stocked, plant_nodes))


def nodes_of(
    *,
    opening: Array,
    target: Array,
    holding: Array,
    shortfall: Array,
    storage: IntArray | None = None,
    room: Array | None = None,
) -> Nodes:
    """Nodes with what the engines' benchmarks need; the rest is as if it were not there."""
    count, none = opening.size, np.zeros(opening.size)
    return Nodes(
        names=tuple(f"node {number}" for number in range(count)),
        opening=opening,
        receipts=np.zeros((MONTHS, count)),
        target=np.ascontiguousarray(np.broadcast_to(target, (MONTHS, count))),
        minimum=np.zeros((MONTHS, count)),
        maximum=np.full((MONTHS, count), np.inf),
        holding_cost=holding,
        shortfall_cost=shortfall,
        excess_cost=none,
        end_value=none,
        shelf_life=np.zeros(count, np.int64),
        expiry_cost=none,
        storage=np.full(count, -1) if storage is None else storage,
        storage_per_unit=none if room is None else room,
        elastic_cost=np.full(count, 1e4),
    )


def options_of(ways: _Ways) -> Options:
    """Options without lots, rates and agreed shares."""
    count, periods = ways.node.size, np.arange(MONTHS)[:, None]
    component, hours = (_by_option(lines, count) for lines in (ways.component, ways.hours))
    nothing, unknown = np.zeros(count), np.full(count, np.nan)
    lines = component[1].size
    return Options(
        names=tuple(f"option {number}" for number in range(count)),
        node=ways.node,
        kind=ways.kind,
        lead_time=ways.lead,
        unit_cost=ways.cost,
        minimum=np.zeros((MONTHS, count)),
        maximum=np.where(periods >= ways.lead, np.inf, 0.0),
        component_start=component[0],
        component=component[1],
        quantity_per=component[2],
        component_from=np.zeros(lines, np.int64),
        component_to=np.full(lines, MONTHS),
        hour_start=hours[0],
        resource=hours[1],
        hours_per_unit=hours[2],
        hour_offset=np.zeros(hours[1].size, np.int64),
        lot_minimum=nothing,
        lot_multiple=nothing,
        lot_maximum=np.full(count, np.inf),
        fixed_cost=nothing,
        increase_cost=nothing,
        decrease_cost=nothing,
        previous_rate=unknown,
        reference=np.full((MONTHS, count), np.nan),
        deviation_cost=nothing,
        share=unknown,
        share_cost=nothing,
    )


def _by_option(lines: tuple[IntArray, IntArray, Array], count: int) -> tuple[IntArray, IntArray, Array]:
    order = np.argsort(lines[0], kind="stable")
    start = np.searchsorted(lines[0][order], np.arange(count + 1))
    return start, lines[1][order], lines[2][order]


def resources_of(*, regular: Array, overtime: Array, elastic: Array, kind: IntArray) -> Resources:
    """Resources with overtime; what storage overflows is elastic at its price."""
    count, none = kind.size, np.zeros(kind.size)
    return Resources(
        names=tuple(f"resource {number}" for number in range(count)),
        kind=kind,
        regular=regular,
        overtime=overtime,
        regular_cost=none,
        overtime_cost=np.full(count, OVERTIME_RATE),
        shift_hours=none,
        shift_limit=none,
        shift_cost=none,
        minimum_load=np.zeros((MONTHS, count)),
        elastic_cost=elastic,
    )


def demand_of(goods: _Items, stocked: _Stocked, first_node: int) -> Demand:
    """One class of customers at every stocked place; a lost sale costs margin, goodwill and the goods."""
    price, cost = goods.price[stocked.item], goods.cost[stocked.item]
    rows = stocked.item.size
    return Demand(
        names=tuple(f"demand {number}" for number in range(rows)),
        node=first_node + np.arange(rows),
        customer_class=("all",) * rows,
        rank=np.zeros(rows, np.int64),
        quantity=np.ascontiguousarray(stocked.demand.T),
        price=np.zeros(rows),
        backlog_cost=0.12 * price,
        lost_cost=1.2 * (price - cost) + 0.25 * price + cost,
        commitment=np.zeros((MONTHS, rows)),
        commitment_cost=np.zeros(rows),
    )


def model_of(nodes: Nodes, options: Options, resources: Resources, demand: Demand) -> SupplyModel:
    """Put the parts together."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    nobody = Workforce((), whole, real, real, real, real, real, real, real, real, real, real)
    months = tuple(f"month {number + 1}" for number in range(MONTHS))
    return SupplyModel(months, np.full(MONTHS, 21.0), nodes, options, resources, nobody, demand).check()


def assembled(size: str = "middle", *, seed: int = 1, tight: float = 0.85) -> SupplyModel:
    """The same items with two levels of components beneath: subassemblies of a family, made of bought parts."""
    items, plants, centres, lines = SIZES[size]
    draw = np.random.default_rng(seed)
    goods = _goods(draw, items)
    stocked = _stocked(draw, goods, centres)
    made = _made(draw, goods, plants, lines)
    ways, outside = _ways(draw, goods, stocked, made, plants, centres)
    hours = _hours(draw, stocked, made, items, plants * lines, tight)
    room = draw.uniform(0.5, 2.0, items)[stocked.item]
    flat = _model(goods, stocked, made, (ways, outside), hours, room, centres)
    return _with_components(draw, flat, goods, made, tight)


def _with_components(
    draw: np.random.Generator, flat: SupplyModel, goods: _Items, made: _Made, tight: float
) -> SupplyModel:
    """Each item takes two of its family's subassemblies, each of those two of a fifth as many parts.

    Components hold 45 % of an item's cost; the rest stays with its making.
    """
    families = int(goods.family.max()) + 1
    per_family, parts = 8, goods.base.size // 5
    subs = families * per_family
    first_sub, first_part = len(flat.nodes.names), len(flat.nodes.names) + subs
    taken = (
        goods.family[made.item][:, None] * per_family + draw.integers(0, per_family, (goods.base.size, 2))[made.item]
    )
    value = np.bincount(taken.ravel(), np.repeat(0.225 * goods.cost[made.item], 2), subs)
    value /= np.maximum(np.bincount(taken.ravel(), minlength=subs), 1)
    value = np.where(value > 0, value, value[value > 0].mean())
    part = draw.integers(0, parts, (subs, 2))
    lead, month = draw.integers(0, 3, parts), 0.02 * np.concatenate((value, np.full(parts, 2.0)))
    usage = np.bincount(
        taken.ravel(), np.repeat(goods.base[made.item] * (np.arange(made.item.size) < goods.base.size), 2), subs
    )
    part_usage = np.bincount(part.ravel(), np.repeat(usage, 2), parts)
    stock = np.concatenate((usage, part_usage)) * np.concatenate(
        (draw.uniform(0, 0.6, subs), lead + draw.uniform(0.3, 1.0, parts))
    )
    added = _Ways(
        node=np.concatenate((first_sub + np.arange(subs), first_part + np.arange(parts))),
        kind=np.repeat([MAKE, BUY], [subs, parts]),
        lead=np.concatenate((np.zeros(subs, np.int64), lead)),
        cost=np.concatenate((0.4 * value, np.full(parts, 0.3) * value.mean())),
        component=(np.repeat(np.arange(subs), 2), first_part + part.ravel(), np.ones(2 * subs)),
        hours=(np.arange(subs), len(flat.resources.names) + goods_line(subs), np.exp(draw.normal(-3, 0.4, subs))),
    )
    return _joined(flat, goods, made, (taken, first_sub), added, (stock, month, usage), tight)


def goods_line(subs: int) -> IntArray:
    """Line of each subassembly: one line for 40 of them."""
    return np.arange(subs) * max(subs // 40, 1) // subs


def _joined(
    flat: SupplyModel,
    goods: _Items,
    made: _Made,
    takes: tuple[IntArray, int],
    added: _Ways,
    stocks: tuple[Array, Array, Array],
    tight: float,
) -> SupplyModel:
    stock, month, usage = stocks
    count, makes = flat.options.node.size, made.item.size
    old, more = flat.options, added
    cost = old.unit_cost.copy()
    cost[:makes] -= 0.45 * goods.cost[made.item]
    hours_of = np.repeat(np.arange(count), np.diff(old.hour_start))
    parts_of = np.repeat(np.arange(count), np.diff(old.component_start))
    taken, first = takes
    ways = _Ways(
        node=np.concatenate((old.node, more.node)),
        kind=np.concatenate((old.kind, more.kind)),
        lead=np.concatenate((old.lead_time, more.lead)),
        cost=np.concatenate((cost, more.cost)),
        component=(
            np.concatenate((parts_of, np.repeat(np.arange(makes), 2), count + more.component[0])),
            np.concatenate((old.component, first + taken.ravel(), more.component[1])),
            np.concatenate((old.quantity_per, np.ones(2 * makes), more.component[2])),
        ),
        hours=(
            np.concatenate((hours_of, count + more.hours[0])),
            np.concatenate((old.resource, more.hours[1])),
            np.concatenate((old.hours_per_unit, more.hours[2])),
        ),
    )
    none = np.zeros(stock.size)
    nodes = nodes_of(
        opening=np.concatenate((flat.nodes.opening, stock)),
        target=np.concatenate((flat.nodes.target[0], none)),
        holding=np.concatenate((flat.nodes.holding_cost, month)),
        shortfall=np.concatenate((flat.nodes.shortfall_cost, none)),
        storage=np.concatenate((flat.nodes.storage, np.full(stock.size, -1))),
        room=np.concatenate((flat.nodes.storage_per_unit, none)),
    )
    load = np.bincount(more.hours[1] - len(flat.resources.names), more.hours[2] * usage)
    lines = np.broadcast_to(np.maximum(load, 1.0) * 1.06 * 1.08 * tight, (MONTHS, load.size))
    resources = resources_of(
        regular=np.hstack((flat.resources.regular, lines)),
        overtime=np.hstack((flat.resources.overtime, 0.2 * lines)),
        elastic=np.concatenate((flat.resources.elastic_cost, np.full(load.size, 3000.0))),
        kind=np.concatenate((flat.resources.kind, np.zeros(load.size, np.int64))),
    )
    return model_of(nodes, options_of(ways), resources, flat.demand)
