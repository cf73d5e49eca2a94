"""Model options: every way to supply an item-location, with what it costs, takes and may do, as a plan says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.counting import Counting
from steelyard.plan.inputs.further_sources import Recipes, SourceRules
from steelyard.plan.inputs.supply_terms import SupplyPrices, SupplyTerms
from steelyard.supply.co_product import CoProducts, co_product_lines
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.model import Options, option_of_lines
from steelyard.supply.model_parts import option_table
from steelyard.supply.network import Arcs, SupplyNetwork
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.rough_cut import ResourceBill
from steelyard.supply.source_rows import SourceRows

Values = Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class NamedRows:
    """Names of periods, item-locations and resources, where a reader will see them."""

    periods: tuple[str, ...]
    places: tuple[str, ...]
    resources: tuple[str, ...]


def model_options(values: Values, names: NamedRows, cost: Array, scale: Array, terms: SupplyTerms) -> Options:
    """Make the options of a plan: the first are the chosen sources of its item-locations, the further ones follow.

    Args:
        values: Inputs and measures of the plan.
        names: Names to show.
        cost: Standard cost at which components fit into what is made of them, `[period, place]`.
        scale: By what the stated cost of an item-location was scaled for that.
        terms: Terms of supply.
    """
    network, bill, lots = (
        cast(SupplyNetwork, values["network"]), cast(ResourceBill, values["bill"]), cast(LotSizes, values["lots"]),
    )  # fmt: skip
    days = float(cast(float, values["days_per_period"]))
    main_lead = lead_time_periods(joined(values, "lead_time_days"), days)
    terms = _with_material(network, terms, cast(Counting, values["supply_counting"]))
    other, taken, periods = terms.other_row, terms.other_recipes, len(names.periods)
    parts, hours, added = network.components, bill.by_row, _added_cost(network, cost, terms)
    least, most = _bounds(values, terms, periods)
    node, beside = np.concatenate((np.arange(network.rows), other)), _co_products(values, terms)
    priced = np.concatenate((np.zeros(network.rows, bool), ~np.isnan(terms.other_price)))
    unit_cost = np.hstack((added, _other_cost(terms, cost, added, scale)))
    unit_cost = unit_cost + np.where(priced, 0.0, _worth_beside(beside, cost, node.size))
    work = _Work(
        np.concatenate((hours.start, hours.start[-1] + _ends(taken.hour_source, other.size))),
        np.concatenate((hours.other.astype(np.int64), taken.resource)),
        np.concatenate((hours.hours_per_unit, taken.hours_per_unit)),
        np.concatenate((hours.offset.astype(np.int64), taken.hour_offset)),
    )
    return option_table(
        (*(f"{_VERB[int(kind)]} {name}" for kind, name in zip(terms.kind, names.places, strict=True)),
         *_other_names(terms, names)),
        periods,
        node=node,
        kind=np.concatenate((np.where(terms.kind < 0, 1, terms.kind), terms.other_kind)),
        lead_time=np.concatenate((main_lead, lead_time_periods(terms.other_lead_days, days))),
        unit_cost=_without_wages(unit_cost, work, values, terms) + _preference(values, terms, node, cost),
        minimum=least,
        maximum=most,
        component_start=np.concatenate((parts.start, parts.start[-1] + _ends(taken.part_source, other.size))),
        component=np.concatenate((parts.row.astype(np.int64), taken.part)),
        quantity_per=np.concatenate((parts.quantity_per, taken.quantity_per)),
        component_from=np.concatenate((parts.valid_from.astype(np.int64), taken.part_from)),
        component_to=np.concatenate((parts.valid_to.astype(np.int64), taken.part_to)),
        hour_start=work.start,
        resource=work.resource,
        hours_per_unit=work.hours_per_unit,
        hour_offset=work.offset,
        **_orders(values, lots, terms),
        co_products=beside,
        **_stability(values, node, cost),
        **_smoothing(values, terms, cost[0, node]),
        **_quotas(values, terms, node, cost),
    )  # fmt: skip


def _orders(values: Values, lots: LotSizes, terms: SupplyTerms) -> dict[str, Array]:
    """Sizes and cost of one order, by option; a further source that states no lot has those of its item-location."""
    place, cost = terms.other_row, joined(values, "order_cost").reshape(-1)
    least = np.where(np.isnan(terms.other_lot_minimum), lots.minimum[place], terms.other_lot_minimum)
    step = np.where(np.isnan(terms.other_lot_multiple), lots.multiple[place], terms.other_lot_multiple)
    most = np.maximum(lots.maximum[place], np.maximum(least, step))
    return {
        "lot_minimum": np.concatenate((lots.minimum, least)),
        "lot_multiple": np.concatenate((lots.multiple, step)),
        "lot_maximum": np.concatenate((lots.maximum, most)),
        "fixed_cost": np.concatenate((cost, cost[place])),
    }


@dataclass(frozen=True, eq=False)
class _Work:
    """Hours of options, in lines cut by `start`."""

    start: IntArray
    resource: IntArray
    hours_per_unit: Array
    offset: IntArray


def _co_products(values: Values, terms: SupplyTerms) -> CoProducts:
    """What comes out beside, of the chosen sources and of the further ones behind them."""
    rows, further = cast(SourceRows, values["source_rows"]), terms.other_recipes.beside
    arcs = rows.network.components
    owner = rows.feeds[np.repeat(np.arange(rows.network.rows), np.diff(arcs.start))]
    line = np.flatnonzero(arcs.quantity_per < 0)
    return co_product_lines(
        np.concatenate((owner[line], rows.places + further.option)),
        np.concatenate((arcs.row[line].astype(np.int64), further.node)),
        np.concatenate((-arcs.quantity_per[line], further.per_unit)),
        np.concatenate((arcs.valid_from[line].astype(np.int64), further.first)),
        np.concatenate((arcs.valid_to[line].astype(np.int64), further.last)),
    )


def _worth_beside(beside: CoProducts, cost: Array, options: int) -> Array:
    """Standard cost of what comes out beside a unit, `[period, option]`.

    The standard cost of an item is that of its own units: what is made beside them has its own share of what making
    costs, so that all that comes out together costs what went in.
    """
    period = np.arange(cost.shape[0])[:, None]
    counts = (period >= beside.first) & (period < beside.last)
    return scatter_add(cost[:, beside.node] * counts * beside.per_unit, beside.option, options)


def _ends(source: IntArray, count: int) -> IntArray:
    """Where the lines of each source end."""
    return np.cumsum(np.bincount(source, minlength=count)).astype(np.int64)


def _bounds(values: Values, terms: SupplyTerms, periods: int) -> tuple[Array, Array]:
    """Least and most of each option, `[period, option]`.

    Nothing is received outside the validity of a source, nor inside the planning fence. What a planner sets for an
    item-location its first source brings: also inside the fence, and while a most is set no other source adds to it.
    """
    period = np.arange(periods)[:, None]
    set_least, set_most = joined(values, "minimum_receipts"), joined(values, "maximum_receipts")
    least = np.nan_to_num(set_least)
    frozen = period < cast(IntArray, values["planning_fence"])
    most = np.where(np.isnan(set_most), np.inf, np.maximum(set_most, least))
    most = np.where(frozen & (least <= 0), 0.0, np.where(frozen, least, np.minimum(terms.most, most)))
    first = np.where(_open(terms.rules, period), most, 0.0)
    other = np.where(_open(terms.other_rules, period), terms.other_most, 0.0)
    other = np.where((frozen | ~np.isnan(set_most))[:, terms.other_row], 0.0, other)
    return np.hstack((least, np.zeros(other.shape))), np.hstack((first, other))


def _open(rules: SourceRules, period: IntArray) -> BoolArray:
    return np.asarray((period >= rules.first) & (period < rules.last))


def _other_cost(terms: SupplyTerms, cost: Array, added: Array, scale: Array) -> Array:
    """What a unit of each further source costs beside its components, `[period, source]`.

    Where no price is stated: standard cost if it is bought, and if it is made, what making adds at the first source.
    """
    other, taken = terms.other_row, terms.other_recipes
    parts = scatter_add(cost[:, taken.part] * taken.quantity_per, taken.part_source, other.size)
    own = np.where(terms.kind[other] == _MAKE, added[:, other], np.maximum(cost[:, other] - parts, 0.0))
    usual = np.where(terms.other_kind == _MAKE, own, cost[0, other])
    provided = (terms.other_kind == _BUY) & (np.bincount(taken.part_source, minlength=other.size) > 0)
    usual, made = np.where(provided, added[:, other], usual), (terms.other_kind == _MAKE) | provided
    return np.asarray(np.where(np.isnan(terms.other_price), usual, terms.other_price * np.where(made, 1, scale[other])))


def _with_material(network: SupplyNetwork, terms: SupplyTerms, count: Counting) -> SupplyTerms:
    """The terms with the bill's components taken by who is paid to make what is made here, if they are provided."""
    paid = np.flatnonzero((terms.other_kind == _BUY) & (terms.kind[terms.other_row] == _MAKE))
    if count.material_included or not paid.size:
        return terms
    arcs, taken = network.components, terms.other_recipes
    lines = [np.arange(arcs.start[row], arcs.start[row + 1]) for row in terms.other_row[paid].tolist()]
    line, owner = np.concatenate(lines), np.repeat(paid, [each.size for each in lines])
    line, owner = line[arcs.quantity_per[line] > 0], owner[arcs.quantity_per[line] > 0]
    source = np.concatenate((taken.part_source, owner))
    order = np.argsort(source, kind="stable")

    def both(own: Array | IntArray, given: Array | NDArray[np.int32]) -> Array:
        return np.concatenate((own, given[line]))[order].astype(np.float64)

    provided: Recipes = replace(
        taken,
        part_source=source[order],
        part=both(taken.part, arcs.row).astype(np.int64),
        quantity_per=both(taken.quantity_per, arcs.quantity_per),
        part_from=both(taken.part_from, arcs.valid_from).astype(np.int64),
        part_to=both(taken.part_to, arcs.valid_to).astype(np.int64),
    )
    return replace(terms, other_recipes=provided)


def _without_wages(unit_cost: Array, work: _Work, values: Values, terms: SupplyTerms) -> Array:
    """Unit costs less the work in them that wages pay, or that is paid whether it is used or not."""
    wage = paid_hours(values, terms)
    wage[terms.crews.resource] = wage_of_hours(values, terms)
    if not wage.any():
        return unit_cost
    money = work.hours_per_unit * wage[work.resource]
    option = np.repeat(np.arange(work.start.size - 1), np.diff(work.start))
    return np.maximum(unit_cost - np.bincount(option, money, unit_cost.shape[1]), 0.0)


def wage_of_hours(values: Values, terms: SupplyTerms) -> Array:
    """Money of an hour of a worker by his wage, by crew; 0 where none is stated."""
    wage, hours = terms.crews.wage, worker_hours(values, terms).mean(axis=0)
    rate: Array = np.divide(wage, hours, out=np.zeros(wage.size), where=hours > 0)
    return rate


def paid_hours(values: Values, terms: SupplyTerms) -> Array:
    """Money of a regular hour that is paid whether it is used or not, by resource.

    It is none unless undertime is paid. Of crews the wage is paid anyhow; suppliers, stores and carriers are paid for
    what they do.
    """
    cost = np.nan_to_num(terms.hour_cost)
    own = np.isin(terms.resource_kind, _OWN_HOURS)
    own[terms.crews.resource] = False
    return np.asarray(np.where(own & cast(Counting, values["supply_counting"]).conventions.undertime_paid, cost, 0.0))


def _smoothing(values: Values, terms: SupplyTerms, cost: Array) -> dict[str, Array]:
    """What a unit by which making rises or falls weighs, by option; the first period is free."""
    count = cast(Counting, values["supply_counting"])
    if not (count.rate_increase_cost or count.rate_decrease_cost):
        return {}
    made = np.concatenate((terms.kind, terms.other_kind)) == _MAKE
    return {
        "increase_cost": count.rate_increase_cost * np.where(made, cost, 0.0),
        "decrease_cost": count.rate_decrease_cost * np.where(made, cost, 0.0),
    }


def _preference(values: Values, terms: SupplyTerms, node: IntArray, cost: Array) -> Array:
    """What being a later choice weighs, by option; next to nothing by default, so that only ties are settled."""
    prices, size = cast(SupplyPrices, values["supply_prices"]), terms.kind.size
    rank = np.concatenate((terms.rules.rank, terms.other_rules.rank))
    best = np.full(size, np.inf)
    np.minimum.at(best, node, rank)
    return np.asarray(max(prices.source_preference, _TIE) * (rank - best[node]) * cost[0, node])


def _quotas(values: Values, terms: SupplyTerms, node: IntArray, cost: Array) -> dict[str, Array]:
    """Shares that sources shall have; nothing where no quota is kept."""
    quota = np.concatenate((terms.rules.quota, terms.other_rules.quota))
    weight = cast(SupplyPrices, values["supply_prices"]).quota_weight
    if np.isnan(quota).all() or not weight:
        return {}
    return {"share": quota, "share_cost": np.where(np.isnan(quota), 0.0, weight * cost[0, node])}


def _stability(values: Values, node: IntArray, cost: Array) -> dict[str, Array]:
    """The plan approved last and what leaving it weighs; it is held against the first source of each item-location."""
    approved, weight = cast(Array, values["approved_receipts"]), cast(SupplyPrices, values["supply_prices"])
    if not weight.stability_weight or not approved.size:
        return {}
    more = np.full((approved.shape[0], node.size - approved.shape[1]), np.nan)
    return {"reference": np.hstack((approved, more)), "deviation_cost": weight.stability_weight * cost[0, node]}


def _other_names(terms: SupplyTerms, names: NamedRows) -> tuple[str, ...]:
    said: dict[str, int] = {}
    out = []
    for kind, row in zip(terms.other_kind.tolist(), terms.other_row.tolist(), strict=True):
        name = f"{_VERB[kind]} {names.places[row]}"
        said[name] = said.get(name, 1) + 1
        out.append(f"{name}, source {said[name]}")
    return tuple(out)


def _added_cost(network: SupplyNetwork, cost: Array, terms: SupplyTerms) -> Array:
    """What making, buying or moving adds to the cost of components, `[period, place]`."""
    arcs: Arcs = network.components
    row = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    period = np.arange(cost.shape[0])[:, None]
    valid = (period >= arcs.valid_from) & (period < arcs.valid_to)
    parts = scatter_add(cost[:, arcs.row] * valid * arcs.quantity_per, row, network.rows)
    added = np.where(terms.kind == _TRANSFER, 0.0, np.maximum(cost - parts, 0.0))
    return np.asarray(added + terms.freight)


def cheapest_units(options: Options, nodes: int) -> Array:
    """What a unit of each node costs at least, components included, inf where nothing supplies it.

    Stock at the end is worth less than that, so that nobody makes it for its end value. What comes out together is
    counted as no more than making it costs.
    """
    line, own = option_of_lines(options.component_start), options.unit_cost.min(axis=0)
    cost = np.full(nodes, np.inf)
    for _ in range(_LEVELS):
        ways = own + np.bincount(line, _known(cost)[options.component] * options.quantity_per, own.size)
        ways[line[~np.isfinite(cost[options.component])]] = np.inf
        found = np.full(nodes, np.inf)
        np.minimum.at(found, options.node, ways)
        if np.array_equal(found, cost):
            break
        cost = found
    return _jointly(options, own, cost) if options.co_products.lines else cost


def _jointly(options: Options, own: Array, cost: Array) -> Array:
    """Costs lowered until no option gives more than goes into it."""
    line, beside = option_of_lines(options.component_start), options.co_products
    for _ in range(_LEVELS):
        taken = own + np.bincount(line, _known(cost)[options.component] * options.quantity_per, own.size)
        given = _known(cost)[options.node]
        given = given + np.bincount(beside.option, _known(cost)[beside.node] * beside.per_unit, own.size)
        share = np.minimum(np.divide(taken, given, out=np.ones(own.size), where=given > 0), 1.0)
        if share.min(initial=1.0) >= 1.0 - _SAME:
            break
        least = np.ones(cost.size)
        np.minimum.at(least, options.node, share)
        np.minimum.at(least, beside.node, share[beside.option])
        cost = cost * least
    return cost


def _known(cost: Array) -> Array:
    return np.where(np.isfinite(cost), cost, 0.0)


def worker_hours(values: Values, terms: SupplyTerms) -> Array:
    """Hours that a worker brings, `[period, crew]`: as stated, else an equal part of the capacity.

    Where somebody takes hours away from what the capacity table states, every worker brings less in proportion.
    """
    crew, capacity = terms.crews, cast(Blocks, values["capacity_available"])[0][:, terms.crews.resource]
    left = np.divide(capacity, crew.stated, out=np.ones_like(capacity), where=crew.stated > 0)
    stated = crew.hours_per_worker * terms.to_come[:, None] * terms.efficiency[crew.resource]
    return np.where(np.isnan(crew.hours_per_worker), capacity / crew.workers, stated * np.clip(left, 0.0, 1.0))


def joined(values: Values, name: str) -> Array:
    """A measure of all series, `[period, series]`."""
    return join(cast(Blocks, values[name]))


_VERB = ("make", "buy", "bring", "get")
"""How an item-location is supplied, by source type; the last one where no source is known."""
_MAKE, _BUY, _TRANSFER = 0, 1, 2
_OWN_HOURS = (0, 1)
"""Types of resource whose hours the company pays for by time: machines and labour."""
_TIE = 1e-6
"""Share of standard cost that a step of priority weighs at least: it decides between sources that cost the same."""
_LEVELS = 30
"""Levels of a bill of material along which the cheapest way to a unit is followed."""
_SAME = 1e-9
