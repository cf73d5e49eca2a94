"""Simulation: one plan of supply played through many futures of demand."""

from dataclasses import dataclass, replace

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.risk._play import TOTALS, play
from steelyard.risk.futures import DemandError, Risks


@dataclass(frozen=True)
class MadeFrom:
    """What receipts wait for: sources with their components. One entry a source unless said otherwise."""

    series: IntArray
    """Series whose receipts it brings, ascending."""
    receipts: Array
    """What it brings as planned, source x period [units]."""
    lead: IntArray
    """Whole periods from taking components to the receipt."""
    first_part: IntArray
    """Where its components begin, one longer than the sources."""
    part: IntArray
    """Series of each component."""
    part_from: IntArray
    """First period of taking in which each component counts."""
    part_to: IntArray
    """First period in which it no longer counts."""
    order: IntArray
    """All series, components before what is made of them."""


@dataclass(frozen=True)
class FixedSupply:
    """A plan whose supply is decided; arrays are period x series unless said otherwise."""

    demand: Array
    """Planned demand [units]."""
    receipts: Array
    """Planned receipts [units]."""
    opening_inventory: Array
    """By series [units]; below zero is backlog."""
    price: Array
    """Net price [money/unit]."""
    unit_cost: Array
    """Cost of what is sold [money/unit]."""
    name: IntArray
    """A number that names each series, so that its random numbers are its own."""
    hours: tuple[IntArray, IntArray, Array] | None = None
    """Work that demand asks for: series, resource and hours per unit, one entry each; None without resources."""
    resources: int = 0
    """How many resources there are."""
    backlog_waits: bool = True
    """Whether unmet demand waits; otherwise it is lost."""
    issues: Array | None = None
    """What is issued to others as planned [units]; nothing if not given."""
    lateness: Array | None = None
    """Standard deviation of the lead time by series [periods]; receipts come on time if not given."""
    open_share: Array | None = None
    """Share of a period's invoices not paid 0, 1, 2 ... periods later, at its end, series x lag; all paid if None."""
    keep: Array | None = None
    """Stock above which it is excess [units]; nothing is excess if not given."""
    idle: BoolArray | None = None
    """Series that nothing ahead asks for; none if not given."""
    standard_cost: Array | None = None
    """At which stock is valued [money/unit]; the cost of what is sold if not given."""
    made_from: MadeFrom | None = None
    """Components that receipts wait for; they come without if not given."""


@dataclass(frozen=True)
class Futures:
    """What became of the plan, draw x period (and x resource for the load)."""

    demand: Array
    """Units asked for."""
    shipped: Array
    """Units shipped."""
    on_time: Array
    """Units shipped in the period in which they were asked for."""
    revenue: Array
    gross_margin: Array
    inventory_value: Array
    """At standard cost, end of period."""
    backlog: Array
    """Units waiting at the end of the period."""
    receivables: Array
    """What customers owe at the end of the period of what was shipped since the first [money]."""
    backlog_value: Array
    """What waits, at price."""
    excess_value: Array
    """Stock above what is kept, at standard cost."""
    idle_value: Array
    """Stock that nothing ahead asks for, at standard cost."""
    load: Array
    """Hours that demand asks of each resource, draw x period x resource."""


def simulate(supply: FixedSupply, error: DemandError, *, draws: int, seed: int, risks: Risks | None = None) -> Futures:
    """Play a plan through many futures.

    In draw k demand is plan x exp(s z - s^2/2) with s^2 = ln(1 + deviation^2), so that its mean is the plan, where z
    is a standard normal, autoregressive over time, of which a part is shared by the family. Random numbers belong to
    the series, so that two plans are played through the same futures (common random numbers), and to the draw, so
    that more draws continue where fewer ended.

    Args:
        supply: The plan.
        error: How demand errs.
        draws: How many futures.
        seed: Seed of all random numbers.
        risks: Events on top.
    """
    usual = _usual_issues(supply) if supply.made_from is not None else None
    totals, load, _ = _played(supply, error, draws, seed, risks, usual)
    return Futures(**dict(zip(TOTALS, totals, strict=True)), load=load)


def _usual_issues(supply: FixedSupply) -> Array:
    """What has been issued up to each period when nothing errs, issuer x period [units].

    Where the plan itself lets stock fall below zero, what others take comes late in every future, not only in some.
    """
    calm = DemandError(np.zeros(supply.demand.shape[1]), np.zeros(supply.demand.shape[1], np.int64), 0.0, 0.0)
    sure = replace(supply, lateness=None, open_share=None, hours=None)
    return _played(sure, calm, 1, 0, None, None)[2]


def _played(
    supply: FixedSupply, error: DemandError, draws: int, seed: int, risks: Risks | None, usual: Array | None
) -> tuple[Array, Array, Array]:
    periods, count = supply.demand.shape
    totals, load = np.zeros((len(TOTALS), draws, periods)), np.zeros((draws, periods, supply.resources))
    series, resource, hours = supply.hours or (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    touched, every = _touched(risks), np.arange(count + 1)
    made = supply.made_from or _made_from_nothing(periods, count)
    issuer = np.full(count, -1, np.int64)
    issuers = np.unique(made.part)
    issuer[issuers] = np.arange(issuers.size)
    given = np.zeros((issuers.size, periods))
    play(
        np.ascontiguousarray(np.stack(_cells(supply)).transpose(2, 0, 1)),
        supply.opening_inventory,
        supply.name.astype(np.uint64),
        np.log1p(error.deviation**2),
        error.family,
        np.array([error.persistence, error.shared]),
        seed,
        risks.strength(seed, draws) if risks is not None else np.zeros((draws, 0)),
        np.searchsorted(touched[:, 0], every),
        touched,
        np.searchsorted(series, every),
        resource,
        hours,
        np.zeros(count) if supply.lateness is None else supply.lateness,
        np.zeros((count, 0)) if supply.open_share is None else supply.open_share,
        supply.backlog_waits,
        np.zeros(count, np.bool_) if supply.idle is None else supply.idle,
        made.order,
        issuer,
        given.copy() if usual is None else usual,
        np.searchsorted(made.series, every),
        made.receipts,
        made.lead,
        made.first_part,
        issuer[made.part],
        made.part_from,
        made.part_to,
        totals,
        load,
        given,
    )
    return totals, load, given


def _cells(supply: FixedSupply) -> list[Array]:
    """What each series has in each period, in the order in which the kernel reads it."""
    issues = np.zeros_like(supply.demand) if supply.issues is None else supply.issues
    keep = np.full_like(supply.demand, np.inf) if supply.keep is None else supply.keep
    standard = supply.unit_cost if supply.standard_cost is None else supply.standard_cost
    return [supply.demand, supply.receipts, supply.price, supply.unit_cost, issues, keep, standard]


def _made_from_nothing(periods: int, count: int) -> MadeFrom:
    none = np.empty(0, np.int64)
    return MadeFrom(none, np.empty((0, periods)), none, np.zeros(1, np.int64), none, none, none, np.arange(count))


def _touched(risks: Risks | None) -> Array:
    """Effects of events, one row a series: series, event, first and last period, shares of what they change."""
    effects = risks.effects if risks is not None else ()
    parts = [np.empty((0, 8))]
    for effect in effects:
        part = np.empty((effect.series.size, 8))
        part[:, 0], part[:, 1] = effect.series, effect.event
        part[:, 2], part[:, 3] = effect.periods.start, effect.periods.stop
        part[:, 4], part[:, 5], part[:, 6], part[:, 7] = effect.demand, effect.supply, effect.price, effect.cost
        parts.append(part)
    table = np.concatenate(parts)
    return table[np.argsort(table[:, 0], kind="stable")]
