"""Supply levers: overtime, shifts, people, other sources, building ahead, moving and hastening stock of a plan."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Literal

import numpy as np

from steelyard.balancing.lever import HOURS, STOCK, Lever, LeverKind, Steps, plain_steps
from steelyard.balancing.site import match_sites, spare_stock
from steelyard.grid.block import Array, IntArray
from steelyard.plan.balancing.standing_model import BalanceBase
from steelyard.plan.review.capacity_options import ResourceOption
from steelyard.supply.model import OPTION_KINDS

Cells = tuple[IntArray, IntArray]
"""Periods and things of some cells."""


def supply_levers(base: BalanceBase, options: Sequence[ResourceOption] = ()) -> Iterator[Lever]:
    """All levers on the supply side of a plan, those of its data first.

    Args:
        base: The plan.
        options: Capacity options of the company beside its data.
    """
    names = base.full.resources.names
    for number in np.flatnonzero(base.short_resources).tolist():
        yield from _hours_of(base, number)
    if not base.weighs_money:
        for group in range(base.full.workforce.resource.size):
            yield from _people(base, group)
    for one in options:
        if one.resource in names:
            yield _of_option(base, names.index(one.resource), one)
    if not base.weighs_money:
        yield from _other_sources(base)
        yield from _ahead(base)
    yield from _between_sites(base)
    yield from _hastened(base)


def _hours_of(base: BalanceBase, resource: int) -> Iterator[Lever]:
    """Overtime and shifts of one resource."""
    table, terms = base.full.resources, base.terms
    stated = table.overtime[:, resource]
    if not base.works_overtime and stated.any():
        cost, told = table.overtime_cost[:, resource], "Most overtime and its premium from the capacity table."
        yield _hours(base, "overtime", resource, stated, cost, terms.overtime_lead, told)
    elif terms.assumed_overtime and not stated.any():
        most, cost = terms.assumed_overtime * table.regular[:, resource], _assumed_premium(base, resource)
        told = f"The data state no overtime: {terms.assumed_overtime:.0%} of regular hours are assumed."
        yield _hours(base, "overtime", resource, most, cost, terms.overtime_lead, told)
    if not base.weighs_money and (table.shift_limit[:, resource] > 0).any() and table.shift_hours[:, resource].any():
        hours = table.shift_hours[:, resource]
        cost = np.divide(table.shift_cost[:, resource], hours, out=np.zeros_like(hours), where=hours > 0)
        most = hours * table.shift_limit[:, resource]
        told = "Shifts, their hours and cost from the resource table."
        yield _hours(base, "shift", resource, most, cost, terms.shift_lead, told, step=float(hours.max()))


def _hours(
    base: BalanceBase, kind: LeverKind, resource: int, most: Array, cost: Array, lead: float, told: str,
    *, step: float = 0.0,
) -> Lever:  # fmt: skip
    """A lever that brings hours of a resource, one step a period."""
    name, ready = base.full.resources.names[resource], ceil(lead)
    period = np.flatnonzero((np.arange(most.size) >= ready) & (most > 0))
    about = np.full(period.size, resource)
    steps = plain_steps(about, period, most[period], cost[period], np.maximum(cost[period], 1.0), HOURS)
    word = {"overtime": "Overtime", "shift": "Further shift"}[kind]
    return Lever(
        f"{kind}:{name}", kind, f"{word} on {name}", name, "hours", ready, steps,
        "People work longer; tired hands and machines without pause." if kind == "overtime"
        else "A crew is bound for the whole period.", told, step,
    )  # fmt: skip


def _assumed_premium(base: BalanceBase, resource: int) -> Array:
    hour = base.supply.hour_cost[resource]
    regular = hour if np.isfinite(hour) and hour > 0 else base.terms.assumed_hour_cost
    share = base.plan.inputs.parameters.overtime_premium
    return np.full(base.full.length, max(share * regular, 1.0))


def _people(base: BalanceBase, group: int) -> Iterator[Lever]:
    """Hire where hours are short, lay off where they are not: a worker's hours and wage from a period to the end."""
    crew, resource = base.full.workforce, int(base.full.workforce.resource[group])
    if base.short_resources[resource]:
        room = float(crew.maximum[0, group] - crew.opening[group])
        most = room if np.isfinite(room) else float(crew.opening[group])
        yield from _crew_lever(base, group, "hire", most, base.terms.hire_lead, float(crew.hire_cost[group]))
    else:
        room = float(crew.opening[group] - crew.minimum[0, group])
        yield from _crew_lever(base, group, "layoff", room, base.terms.layoff_lead, float(crew.layoff_cost[group]))


def _crew_lever(
    base: BalanceBase, group: int, kind: Literal["hire", "layoff"], most: float, lead: float, once: float
) -> Iterator[Lever]:  # fmt: skip
    crew, length, ready = base.full.workforce, base.full.length, ceil(lead)
    period, sign = np.arange(ready, length), 1.0 if kind == "hire" else -1.0
    if most < 1 or not period.size:
        return
    resource = int(crew.resource[group])
    later = np.array([(step, t) for step, first in enumerate(period.tolist()) for t in range(first, length)], np.int64)
    spend = np.where(np.arange(length) >= period[:, None], sign * crew.wage[:, group], 0.0)
    spend[np.arange(period.size), period] += once
    about = np.full(period.size, resource)
    steps = Steps(
        about, period, np.full(period.size, np.floor(most)), spend.sum(axis=1), np.full(period.size, max(once, 1.0)),
        later[:, 0], np.full(len(later), HOURS), np.full(len(later), resource), later[:, 1],
        sign * crew.hours_per_worker[later[:, 1], group],
    )  # fmt: skip
    name = base.full.resources.names[resource]
    yield Lever(
        f"{kind}:{name}", kind, f"{'Hire for' if sign > 0 else 'Lay off at'} {name}", name, "workers", ready, steps,
        "Takes months to take back." if sign > 0 else "Know-how leaves.",
        "Workers, wages, cost of hiring and laying off from the resource table.", 1.0, float(np.floor(most)), spend,
    )  # fmt: skip


def _of_option(base: BalanceBase, resource: int, one: ResourceOption) -> Lever:
    """A capacity option of the company; its fixed cost and capex are spread over the hours it brings."""
    option, length = one.option, base.full.length
    period = np.arange(option.lead_periods, length)
    hours = option.hours * option.steps
    spent = option.capex * (1 - option.residual_share) * option.steps / max(period.size, 1)
    cost = option.cost_per_hour + (option.fixed_cost * option.steps + spent) / hours
    about, most = np.full(period.size, resource), np.full(period.size, hours)
    steps = plain_steps(about, period, most, np.full(period.size, cost), np.full(period.size, cost), HOURS)
    return Lever(
        f"option:{one.resource}:{option.name}", "option", f"{option.name} for {one.resource}", one.resource, "hours",
        option.lead_periods, steps, f"Capex {option.capex * option.steps:,.0f}." if option.capex else "",
        "A capacity option of the company; fixed cost and capex are spread over its hours.",
    )  # fmt: skip


def _other_sources(base: BalanceBase) -> Iterator[Lever]:
    """Further sources of what is short, by family: made elsewhere, bought, brought or made outside."""
    options = base.full.options
    other = np.arange(base.places, len(options.names))
    useful = other[base.touches_short[options.node[other]]]
    kinds, families = _kinds(base, useful), base.family[options.node[useful]]
    for kind in np.unique(kinds).tolist():
        for family in np.unique(families[kinds == kind]).tolist():
            yield _source_lever(base, OPTION_KINDS[kind], family, useful[(kinds == kind) & (families == family)])


def _kinds(base: BalanceBase, option: IntArray) -> IntArray:
    """Kind of each option; who is paid for what is usually made here is a subcontractor."""
    table = base.full.options
    buy, make, outside = (OPTION_KINDS.index(name) for name in ("buy", "make", "subcontract"))
    bought, own = table.kind[option] == buy, table.kind[table.node[option]] == make
    return np.asarray(np.where(bought & own, outside, table.kind[option]), np.int64)


def _source_lever(base: BalanceBase, kind: str, family: int, chosen: IntArray) -> Lever:
    options, need = base.full.options, base.cells("gross_requirement").max(axis=0)
    period, place = np.nonzero(options.maximum[:, chosen] > 0)
    option = chosen[place]
    most = np.minimum(options.maximum[period, option], _MOST_NEED * need[options.node[option]] + 1.0)
    cost = options.unit_cost[period, option]
    steps = steps_with_parts(base, option, period, most, cost)
    name = base.family_names[family]
    outside = kind == "subcontract"
    return Lever(
        f"{'subcontract' if outside else 'source'}:{kind}:{name}",
        "subcontract" if outside else "alternative_source",
        f"{_SOURCE_WORDS[kind]} {name}", name, "units", int(options.lead_time[chosen].min()), steps,
        "Another source has its own quality, freight and lead time.",
        f"{chosen.size} further sources in the source table, with their prices, lead times and limits.",
        spend=cost - _worth(base, steps), option=option,
    )  # fmt: skip


def _worth(base: BalanceBase, steps: Steps) -> Array:
    """Standard cost of what a unit of each step brings, less that of its components: so much the books bear."""
    stock = steps.entry_kind == STOCK
    when = np.maximum(steps.entry_period[stock], 0)
    worth = steps.entry_value[stock] * base.cost[when, steps.entry_thing[stock]]
    return np.bincount(steps.entry_step[stock], worth, steps.count).astype(np.float64)


_SOURCE_WORDS = {
    "make": "Make elsewhere:", "buy": "Buy from another supplier:", "transfer": "Bring from another site:",
    "subcontract": "Have made outside:",
}  # fmt: skip


def steps_with_parts(
    base: BalanceBase, option: IntArray, period: IntArray, most: Array, cost: Array, *, at_once: bool = False
) -> Steps:
    """Steps that receive one unit of an option with its co-products, and take components and hours when they fall due.

    Args:
        base: The plan.
        option: Option of each step.
        period: Period of its receipt.
        most: Most units.
        cost: Money per unit.
        at_once: Whether components and hours are taken in the period of receipt, whatever the lead time.
    """
    table, step = base.full.options, np.arange(option.size)
    lines, owner = _lines(table.component_start, option)
    when = period[owner] - np.where(at_once, 0, table.lead_time[option[owner]])
    counts = (when >= table.component_from[lines]) & (when < table.component_to[lines])
    beside, giver = _lines(np.searchsorted(table.co_products.option, np.arange(len(table.names) + 1)), option)
    comes = (period[giver] >= table.co_products.first[beside]) & (period[giver] < table.co_products.last[beside])
    beside, giver = beside[comes], giver[comes]
    works, worker = _lines(table.hour_start, option)
    at = period[worker] - np.where(at_once, 0, table.hour_offset[works])
    entries = (
        (step, np.full(step.size, STOCK), table.node[option], period, np.ones(step.size)),
        (owner[counts], np.full(int(counts.sum()), STOCK), table.component[lines[counts]], when[counts],
         -table.quantity_per[lines[counts]]),
        (worker[at >= 0], np.full(int((at >= 0).sum()), HOURS), table.resource[works[at >= 0]], at[at >= 0],
         -table.hours_per_unit[works[at >= 0]]),
        (giver, np.full(giver.size, STOCK), table.co_products.node[beside], period[giver],
         table.co_products.per_unit[beside]),
    )  # fmt: skip
    joined = [np.concatenate([part[n] for part in entries]) for n in range(5)]
    stake = base.cost[period, table.node[option]]
    return Steps(table.node[option], period, most, cost, stake, joined[0], joined[1], joined[2], joined[3], joined[4])


def _lines(start: IntArray, option: IntArray) -> tuple[IntArray, IntArray]:
    """Lines of each step's option, and the step of each line."""
    count = (start[option + 1] - start[option]).astype(np.int64)
    owner = np.repeat(np.arange(option.size), count)
    within = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    return start[option[owner]] + within, owner


def _ahead(base: BalanceBase) -> Iterator[Lever]:
    """Build ahead, by short resource: carry more stock than the plan does of what that resource makes."""
    reach = int(base.terms.build_ahead_periods)
    limited = np.isfinite(base.bare.nodes.maximum).all(axis=0)
    for resource in np.flatnonzero(base.short_resources).tolist():
        chosen = np.flatnonzero(limited & (base.work[:, resource] > 0))
        if not (reach and chosen.size):
            continue
        periods, need = base.full.length, base.cells("gross_requirement")[:, chosen]
        total = np.cumsum(np.vstack((np.zeros((1, chosen.size)), need)), axis=0)
        end = np.minimum(np.arange(periods) + 1 + reach, periods)
        coming = total[end] - total[np.arange(periods) + 1]
        period, place = np.nonzero(coming[:-1] > 0)
        about, most = chosen[place], coming[period, place]
        cost = (1 + _BEYOND) * base.bare.nodes.holding_cost[period, about]
        steps = _moved(about, period, period + 1, most, cost, base)
        name, room = base.full.resources.names[resource], free_before_short(base, resource, reach)
        yield Lever(
            f"pre_build:{name}", "pre_build", f"Build ahead on {name}", name, "hours", 0, steps,
            "Stock ties up cash and may not be what is asked for.",
            f"Hours free up to {reach} periods before a shortage, at the holding cost of what is made in them.",
            spend=np.zeros(about.size), carried=base.work[about, resource], room=room,
        )  # fmt: skip


def free_before_short(base: BalanceBase, resource: int, reach: int) -> float:
    """Hours of a resource that the plan without limits leaves free within so many periods before it is short."""
    short = base.cells("overload")[:, resource] > _CRUMB
    free = np.maximum(base.cells("capacity_available")[:, resource] - base.cells("capacity_load")[:, resource], 0.0)
    useful = np.array([short[t + 1 : t + 1 + reach].any() for t in range(free.size)])
    return float(free[useful].sum())


def _moved(
    about: IntArray, leaves: IntArray, comes: IntArray, most: Array, cost: Array, base: BalanceBase,
    giver: IntArray | None = None,
) -> Steps:  # fmt: skip
    """Steps that take a unit of stock out at one time and place and give it back at another."""
    step = np.arange(about.size)
    return Steps(
        about, np.minimum(leaves, comes), most, cost, base.cost[comes, about], np.concatenate((step, step)),
        np.full(2 * step.size, STOCK), np.concatenate((about if giver is None else giver, about)),
        np.concatenate((leaves, comes)), np.concatenate((-np.ones(step.size), np.ones(step.size))),
    )  # fmt: skip


def _between_sites(base: BalanceBase) -> Iterator[Lever]:
    """Stock that one site will not need goes to another site that is short of the same item, by family."""
    receipts = base.cells("rescheduled_receipts") + base.cells("constrained_receipts") - base.cells("component_issues")
    opening, transit = base.cells("opening_inventory").reshape(-1), ceil(base.terms.transit_periods)
    if transit >= base.full.length:
        return
    spare = spare_stock(opening, receipts, base.cells("independent_demand"), base.full.nodes.target)
    lacks = base.short_place[transit : transit + _SOON].max(axis=0, initial=0.0)
    moves = match_sites(base.items, spare, lacks)
    for family in np.unique(base.family[moves.taker]).tolist():
        inside = base.family[moves.taker] == family
        taker, giver = moves.taker[inside], moves.giver[inside]
        zero = np.zeros(taker.size, np.int64)
        cost = base.terms.freight_share * base.cost[0, taker]
        steps = _moved(taker, zero, zero + transit, moves.quantity[inside], cost, base, giver)
        name = base.family_names[family]
        yield Lever(
            f"deployment:{name}", "deployment", f"Move {name} between sites", name, "units", transit, steps,
            "The giving site has less to spare if its demand rises.",
            f"Stock that a site does not need in any period; freight {base.terms.freight_share:.0%} of cost.",
        )  # fmt: skip


def _hastened(base: BalanceBase) -> Iterator[Lever]:
    """Open orders of what is short, or goes into it, come a period earlier, by family."""
    orders = base.cells("scheduled_receipts")
    period, place = np.nonzero((orders > 0) & base.touches_short)
    later = (period >= 1) & (period <= _SOON)
    period, place = period[later], place[later]
    for family in np.unique(base.family[place]).tolist():
        inside = base.family[place] == family
        about, when = place[inside], period[inside]
        cost = base.terms.expedite_premium * base.cost[when, about]
        steps = _moved(about, when, when - 1, orders[when, about], cost, base)
        name = base.family_names[family]
        yield Lever(
            f"expedite:{name}", "expedite", f"Expedite open orders of {name}", name, "units", 0, steps,
            "Suppliers and carriers are asked for favours.",
            f"Open orders, a period earlier at {base.terms.expedite_premium:.0%} of standard cost.",
        )  # fmt: skip


_CRUMB = 1e-6
_BEYOND = 1e-3
"""Share of the holding cost by which building ahead is dearer than the stock that the plan may carry anyhow."""
_SOON = 6
"""Periods within which stock is moved and orders are hastened."""
_MOST_NEED = 2.0
"""Largest use of a period that a further source may bring at once, so many times."""
