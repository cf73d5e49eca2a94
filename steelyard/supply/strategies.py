"""Strategies: level, chase and hybrid production, as ready plans to set beside the best one.

Level keeps the rate of production and lets stock (or backlog) breathe. Chase makes in each period what that period
needs and lets workforce, overtime or subcontractors breathe. Hybrid keeps a level rate below the mean and covers
the rest by the next option: overtime first, then another source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from typing import Literal

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply.evaluate import Evaluation, evaluate, hours_used
from steelyard.supply.model import Conventions, SupplyModel, laid_out, option_of_lines, over_periods
from steelyard.supply.settle import settle
from steelyard.supply.supply_plan import SupplyPlan

StrategyName = Literal["level", "chase", "hybrid"]
STRATEGIES: tuple[StrategyName, ...] = ("level", "chase", "hybrid")
SUBCONTRACT = 3


@dataclass(frozen=True, eq=False)
class Strategy:
    """One strategy, planned and counted."""

    name: StrategyName
    plan: SupplyPlan
    evaluation: Evaluation


@dataclass(frozen=True)
class Rules:
    """How a strategy rounds and staffs.

    Args:
        whole_units: Rates and quantities are whole units.
        whole_workers: Workers are whole, rounded up.
        use_all_workers: Where one option alone uses a group of workers, it makes all they can, needed or not.
    """

    whole_units: bool = False
    whole_workers: bool = False
    use_all_workers: bool = False


def plan_strategy(model: SupplyModel, name: StrategyName, *, rules: Rules | None = None) -> Strategy:
    """Plan by one strategy.

    Args:
        model: The supply model.
        name: level, chase or hybrid.
        rules: How rates and workers are rounded.
    """
    began = process_time()
    model = laid_out(model)
    rules = rules or _rules_of(model.conventions)
    quantity, workers = _quantities(model, name, rules)
    decisions = settle(model, quantity, workers=workers)
    evaluation = evaluate(model, decisions)
    plan = SupplyPlan(
        engine="strategy",
        decisions=decisions,
        seconds=process_time() - began,
        objective=evaluation.objective,
        elastic=evaluation.elastic,
        notes=(_MEANING[name],),
    )
    return Strategy(name, plan, evaluation)


def _rules_of(conventions: Conventions) -> Rules:
    return Rules(whole_workers=conventions.whole_workers, use_all_workers=not conventions.idle_workers)


def _ranked_option(model: SupplyModel, rank: int) -> IntArray:
    """Option of each node by its rank: the largest share, else the cheapest, subcontractors last; -1 for none."""
    options = model.options
    cost = over_periods(options.unit_cost, model.length).mean(axis=0)
    order = np.lexsort((cost, -np.nan_to_num(options.share), options.kind == SUBCONTRACT, options.node))
    start = np.searchsorted(options.node[order], np.arange(len(model.nodes.names) + 1))
    place = start[:-1] + rank
    there = place < start[1:]
    return np.where(there, order[np.where(there, place, 0)] if order.size else -1, -1)


def _quantities(model: SupplyModel, name: StrategyName, rules: Rules) -> tuple[Array, Array]:
    """What each option receives, and the workers it takes; customers' nodes first, then what they consume."""
    main, other = _ranked_option(model, 0), _ranked_option(model, 1)
    quantity = np.zeros((model.length, len(model.options.names)))
    need = _first_need(model)
    for node in _consumers_first(model, main).tolist():
        if main[node] < 0:
            continue
        weight, waits = _weight(model, int(main[node])), _waits(model, node)
        wanted = _shape(name, need[:, node], weight, waits, rules)
        quantity[:, main[node]] = _after_lead(wanted, int(model.options.lead_time[main[node]]))
        if name == "hybrid" and other[node] >= 0:
            rest = np.maximum(_increments(need[:, node]) - quantity[:, main[node]], 0.0)
            quantity[:, other[node]] = _after_lead(rest, int(model.options.lead_time[other[node]]))
        elif name == "hybrid":
            quantity[:, main[node]] = _after_lead(_increments(need[:, node]), int(model.options.lead_time[main[node]]))
        _pass_on(model, quantity, need, [int(main[node]), int(other[node])] if name == "hybrid" else [int(main[node])])
    workers = _workers(model, name, quantity, rules)
    return _all_they_can(model, quantity, workers) if rules.use_all_workers else quantity, workers


def _first_need(model: SupplyModel) -> Array:
    """What must have come in by the end of each period for customers and targets, `[period, node]` [units]."""
    nodes = model.nodes
    asked = scatter_add(np.ascontiguousarray(model.demand.quantity), model.demand.node, len(nodes.names))
    kept = np.maximum(nodes.minimum, nodes.target)
    return np.asarray(np.cumsum(asked - nodes.receipts, axis=0) + kept - nodes.opening)


def _consumers_first(model: SupplyModel, main: IntArray) -> IntArray:
    """Nodes so that each stands before what its main option takes, and gives beside it."""
    count, options = len(model.nodes.names), model.options
    line = option_of_lines(options.component_start)
    used = main[options.node[line]] == line
    beside = options.co_products
    of_main = main[options.node[beside.option]] == beside.option
    above = np.concatenate((options.node[line][used], options.node[beside.option[of_main]]))
    below = np.concatenate((options.component[used], beside.node[of_main]))
    level = np.zeros(count, np.int64)
    for _ in range(count):
        deeper = level.copy()
        np.maximum.at(deeper, below, level[above] + 1)
        if np.array_equal(deeper, level) or deeper.max() > _DEEPEST:
            break
        level = deeper
    return np.lexsort((np.arange(count), level))


def _weight(model: SupplyModel, option: int) -> Array:
    """In which proportion periods can make: hours of a worker, working days, or all alike."""
    options, group = model.options, model.workforce
    used = options.resource[options.hour_start[option] : options.hour_start[option + 1]]
    groups = np.flatnonzero(np.isin(group.resource, used))
    if groups.size:
        return np.array(group.hours_per_worker[:, groups[0]])
    return model.days if model.conventions.rate == "day" else np.ones(model.length)


def _waits(model: SupplyModel, node: int) -> bool:
    """Whether every customer of a node would wait."""
    rows = model.demand.node == node
    return bool(rows.any() and np.isfinite(model.demand.backlog_cost[:, rows]).all())


def _shape(name: StrategyName, need: Array, weight: Array, waits: bool, rules: Rules) -> Array:
    """Receipts of one node over time.

    level: weight x need of the horizon / weights, or as much as no period lacks where nobody waits
    chase: what each period needs
    hybrid: weight x the lowest need of a period per weight
    """
    steps = _increments(need)
    if name == "chase":
        return steps
    reach = np.cumsum(weight)
    if name == "level":
        rate = need[-1] / reach[-1] if waits else float((need / reach).max())
        return weight * max(np.ceil(rate - _SLACK) if rules.whole_units else rate, 0.0)
    low = float((steps / weight).min())
    return weight * (np.floor(low + _SLACK) if rules.whole_units else low)


def _increments(need: Array) -> Array:
    """What each period must bring, so that by its end all that is needed has come."""
    highest = np.maximum.accumulate(np.maximum(need, 0.0))
    return np.asarray(np.diff(highest, prepend=0.0))


def _after_lead(wanted: Array, lead: int) -> Array:
    """What cannot come in time comes as soon as it can."""
    late = np.array(wanted)
    if lead and lead < late.size:
        late[lead] += late[:lead].sum()
    late[: min(lead, late.size)] = 0.0
    return late


def _pass_on(model: SupplyModel, quantity: Array, need: Array, options: list[int]) -> None:
    """Add what options take to the need of their components, and take off what comes out beside."""
    table, period = model.options, np.arange(model.length)
    for option in (each for each in options if each >= 0):
        lead = int(table.lead_time[option])
        released = np.concatenate((quantity[lead:, option], np.zeros(min(lead, model.length))))[: model.length]
        for line in range(int(table.component_start[option]), int(table.component_start[option + 1])):
            counts = (period >= table.component_from[line]) & (period < table.component_to[line])
            need[:, table.component[line]] += np.cumsum(released * counts * table.quantity_per[line])
        beside = table.co_products
        for line in np.flatnonzero(beside.option == option).tolist():
            counts = (period >= beside.first[line]) & (period < beside.last[line])
            need[:, beside.node[line]] -= np.cumsum(quantity[:, option] * counts * beside.per_unit[line])


def _workers(model: SupplyModel, name: StrategyName, quantity: Array, rules: Rules) -> Array:
    """Workers that the regular hours of a plan take; the same all along unless the strategy chases."""
    group = model.workforce
    load = hours_used(model, quantity, np.zeros((model.length, len(model.nodes.names))))
    open_hours = np.maximum(load - model.resources.regular, 0.0)[:, group.resource]
    hours = group.hours_per_worker
    people = np.divide(open_hours, hours, out=np.zeros(hours.shape), where=hours > 0)
    if name != "chase" and people.size:
        people = np.broadcast_to(people.max(axis=0), people.shape)
    return np.ceil(people - _SLACK) if rules.whole_workers else np.array(people)


def _all_they_can(model: SupplyModel, quantity: Array, workers: Array) -> Array:
    """Make what the workers can where one option alone uses them."""
    options, group, more = model.options, model.workforce, np.array(quantity)
    line = option_of_lines(options.hour_start)
    for number, resource in enumerate(group.resource.tolist()):
        lines = np.flatnonzero(options.resource == resource)
        if lines.size == 1:
            units = workers[:, number] * group.hours_per_worker[:, number] / options.hours_per_unit[lines[0]]
            more[:, line[lines[0]]] = np.floor(units + 0.5) if model.conventions.whole_output else units
    return more


_SLACK = 1e-9
"""Arithmetic noise that rounding up must not take for a unit."""

_DEEPEST = 50
"""Levels of consumption that are followed."""

_MEANING: Mapping[StrategyName, str] = {
    "level": "The rate stays the same; stock and backlog take up the swings of demand.",
    "chase": "Each period makes what it needs; workforce, overtime and sources take up the swings of demand.",
    "hybrid": "A level rate covers the lowest need; overtime or the next source covers the rest.",
}
