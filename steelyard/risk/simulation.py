"""Simulation: one plan of supply played through many futures of demand."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray
from steelyard.risk.chance import key_of, normals
from steelyard.risk.futures import DemandError, Risks

FAMILY_STREAM, LATE_STREAM = np.uint64(0x46414D494C59), np.uint64(0x4C415445)
"""Keys under which families and late receipts draw, apart from every series."""


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
    """Standard cost [money/unit]."""
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
    count = supply.demand.shape[1]
    totals, load = (
        np.zeros((len(_TOTALS), draws, supply.demand.shape[0])),
        np.zeros((draws, supply.demand.shape[0], supply.resources)),
    )
    series, resource, hours = supply.hours or (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    issues = np.zeros_like(supply.demand) if supply.issues is None else supply.issues
    cells = np.stack([supply.demand.T, supply.receipts.T, supply.price.T, supply.unit_cost.T, issues.T], axis=1)
    touched = _touched(risks)
    _play(
        cells,
        supply.opening_inventory,
        supply.name.astype(np.uint64),
        np.log1p(error.deviation**2),
        error.family,
        np.array([error.persistence, error.shared]),
        seed,
        risks.strength(seed, draws) if risks is not None else np.zeros((draws, 0)),
        np.searchsorted(touched[:, 0], np.arange(count + 1)),
        touched,
        np.searchsorted(series, np.arange(count + 1)),
        resource,
        hours,
        np.zeros(count) if supply.lateness is None else supply.lateness,
        np.zeros((count, 0)) if supply.open_share is None else supply.open_share,
        supply.backlog_waits,
        totals,
        load,
    )
    return Futures(**dict(zip(_TOTALS, totals, strict=True)), load=load)


_TOTALS = ("demand", "shipped", "on_time", "revenue", "gross_margin", "inventory_value", "backlog", "receivables")


def _touched(risks: Risks | None) -> Array:
    """Effects of events, one row a series: series, event, first and last period, share of demand, share of supply."""
    effects = risks.effects if risks is not None else ()
    parts = [np.empty((0, 6))]
    for effect in effects:
        part = np.empty((effect.series.size, 6))
        part[:, 0], part[:, 1] = effect.series, effect.event
        part[:, 2], part[:, 3] = effect.periods.start, effect.periods.stop
        part[:, 4], part[:, 5] = effect.demand, effect.supply
        parts.append(part)
    table = np.concatenate(parts)
    return table[np.argsort(table[:, 0], kind="stable")]


@numba.njit(nogil=True, cache=True)
def _ask(cells: Array, variance: float, alone: Array, together: Array, errs: Array, asked: Array) -> None:
    """Demand of one series in one draw: plan x exp(s z - s^2/2)."""
    persistence, shared = errs[0], errs[1]
    fresh, own, common = np.sqrt(1 - persistence * persistence), np.sqrt(1 - shared), np.sqrt(shared)
    spread, carried = np.sqrt(variance), 0.0
    for t in range(asked.size):
        carried = alone[t] if t == 0 else persistence * carried + fresh * alone[t]
        z = common * together[t] + own * carried
        asked[t] = cells[0, t] * np.exp(spread * z - 0.5 * variance)


@numba.njit(nogil=True, cache=True)
def _families(seed: int, draw: int, count: int, persistence: float, together: Array) -> None:
    """The error that the members of each family share, family x period."""
    fresh = np.sqrt(1 - persistence * persistence)
    for f in range(count):
        normals(key_of(seed, draw, FAMILY_STREAM + np.uint64(f)), together.shape[1], together[f])
        for t in range(1, together.shape[1]):
            together[f, t] = persistence * together[f, t - 1] + fresh * together[f, t]


@numba.njit(nogil=True, cache=True)
def _strike(touched: Array, first: int, last: int, strength: Array, asked: Array, arrived: Array) -> None:
    """What the events that happen do to demand and receipts of one series."""
    for r in range(first, last):
        hard = strength[int(touched[r, 1])]
        if hard != 0:
            for t in range(int(touched[r, 2]), int(touched[r, 3])):
                asked[t] *= 1 + hard * touched[r, 4]
                arrived[t] *= 1 + hard * touched[r, 5]


@numba.njit(nogil=True, cache=True)
def _delay(spread: float, z: Array, planned: Array, arrived: Array) -> None:
    """Receipts as early or late as chance has it, none before the first period; after the last they come to nobody."""
    arrived[:] = 0.0
    for t in range(planned.size):
        comes = max(t + spread * z[t], 0.0)
        first = int(comes)
        part = comes - first
        if first < planned.size:
            arrived[first] += planned[t] * (1 - part)
        if first + 1 < planned.size:
            arrived[first + 1] += planned[t] * part


@numba.njit(nogil=True, cache=True)
def _serve(
    cells: Array, opening: float, asked: Array, arrived: Array, waits: bool, earned: Array, out: Array
) -> None:  # fmt: skip
    """Ship what stock allows, what waits first; adds to `out`, total x period, and says what the series earned."""
    stock, waiting = max(opening, 0.0), max(-opening, 0.0)
    for t in range(asked.size):
        there = max(stock + arrived[t] - cells[4, t], 0.0)
        late = min(there, waiting)
        prompt = min(there - late, asked[t])
        stock = there - late - prompt
        waiting += asked[t] - prompt - late if waits else -late
        out[0, t] += asked[t]
        out[1, t] += late + prompt
        out[2, t] += prompt
        earned[t] = (late + prompt) * cells[2, t]
        out[3, t] += earned[t]
        out[4, t] += (late + prompt) * (cells[2, t] - cells[3, t])
        out[5, t] += stock * cells[3, t]
        out[6, t] += waiting


@numba.njit(nogil=True, cache=True)
def _owe(share: Array, earned: Array, owed: Array) -> None:
    """What customers of a series owe at the end of each period."""
    for t in range(earned.size):
        for lag in range(min(share.size, t + 1)):
            owed[t] += share[lag] * earned[t - lag]


@numba.njit(nogil=True, parallel=True, cache=True)
def _play(
    cells: Array,
    opening: Array,
    name: NDArray[np.uint64],
    variance: Array,
    family: IntArray,
    errs: Array,
    seed: int,
    strength: Array,
    first_touched: IntArray,
    touched: Array,
    first_hour: IntArray,
    resource: IntArray,
    hours: Array,
    lateness: Array,
    open_share: Array,
    waits: bool,
    totals: Array,
    load: Array,
) -> None:
    count, _, periods = cells.shape
    families = family.max() + 1 if count else 0
    for k in numba.prange(totals.shape[1]):
        together, out = np.zeros((families, periods)), np.zeros((totals.shape[0], periods))
        _families(seed, k, families, errs[0], together)
        alone, asked, earned = np.empty(periods), np.empty(periods), np.empty(periods)
        coming, arrived = np.empty(periods), np.empty(periods)
        for i in range(count):
            asked[:], coming[:] = cells[i, 0], cells[i, 1]
            if variance[i] > 0:
                normals(key_of(seed, k, name[i]), periods, alone)
                _ask(cells[i], variance[i], alone, together[family[i]], errs, asked)
            _strike(touched, first_touched[i], first_touched[i + 1], strength[k], asked, coming)
            if lateness[i] > 0:
                normals(key_of(seed, k, name[i] + LATE_STREAM), periods, alone)
                _delay(lateness[i], alone, coming, arrived)
            else:
                arrived[:] = coming
            _serve(cells[i], opening[i], asked, arrived, waits, earned, out)
            _owe(open_share[i], earned, out[7])
            for b in range(first_hour[i], first_hour[i + 1]):
                for t in range(periods):
                    load[k, t, resource[b]] += asked[t] * hours[b]
        totals[:, k] = out
