"""Play: the kernel that takes every series of a plan through every draw, components before what is made of them."""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.risk.chance import key_of, normals

FAMILY_STREAM, LATE_STREAM = np.uint64(0x46414D494C59), np.uint64(0x4C415445)
"""Keys under which families and late receipts draw, apart from every series."""
DEMAND, RECEIPTS, PRICE, COST, ISSUES, KEEP, STANDARD = range(7)
"""What a series has in each period, in this order."""
TOTALS = (
    "demand", "shipped", "on_time", "revenue", "gross_margin", "inventory_value", "backlog", "receivables",
    "backlog_value", "excess_value", "idle_value",
)  # fmt: skip
"""What is summed over the series, in this order."""
_OWED = 7
_CRUMB = 1e-9


@numba.njit(nogil=True, cache=True)
def _ask(planned: Array, variance: float, alone: Array, together: Array, errs: Array, asked: Array) -> None:
    """Demand of one series in one draw: plan x exp(s z - s^2/2)."""
    persistence, shared = errs[0], errs[1]
    fresh, own, common = np.sqrt(1 - persistence * persistence), np.sqrt(1 - shared), np.sqrt(shared)
    spread, carried = np.sqrt(variance), 0.0
    for t in range(asked.size):
        carried = alone[t] if t == 0 else persistence * carried + fresh * alone[t]
        z = common * together[t] + own * carried
        asked[t] = planned[t] * np.exp(spread * z - 0.5 * variance)


@numba.njit(nogil=True, cache=True)
def _families(seed: int, draw: int, count: int, persistence: float, together: Array) -> None:
    """The error that the members of each family share, family x period."""
    fresh = np.sqrt(1 - persistence * persistence)
    for f in range(count):
        normals(key_of(seed, draw, FAMILY_STREAM + np.uint64(f)), together.shape[1], together[f])
        for t in range(1, together.shape[1]):
            together[f, t] = persistence * together[f, t - 1] + fresh * together[f, t]


@numba.njit(nogil=True, cache=True)
def _strike(touched: Array, first: int, last: int, strength: Array, cells: Array) -> None:
    """What the events that happen do to demand, receipts, price and cost of one series."""
    for r in range(first, last):
        hard = strength[int(touched[r, 1])]
        if hard != 0:
            for t in range(int(touched[r, 2]), int(touched[r, 3])):
                for what in range(4):
                    cells[what, t] *= 1 + hard * touched[r, 4 + what]


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
def _issued(given: Array, usual: Array, start: int, end: int) -> float:
    """Which part of what was to be issued in period `start` has been issued at the end of period `end`."""
    before = usual[start - 1] if start > 0 else 0.0
    whole = usual[start] - before
    if whole <= _CRUMB:
        reached: bool = given[end] >= usual[start] - _CRUMB * max(usual[start], 1.0)
        return 1.0 if reached else 0.0
    return float(min(max((given[end] - before) / whole, 0.0), 1.0))


@numba.njit(nogil=True, cache=True)
def _wait_for_components(
    made: Array,
    lead: int,
    first: int,
    last: int,
    part: IntArray,
    part_from: IntArray,
    part_to: IntArray,
    given: Array,
    usual: Array,
    late: BoolArray,
    coming: Array,
) -> bool:
    """Move receipts of one source to when the last of its components has been issued; says whether any moved."""
    periods, moved = coming.size, False
    for t in range(lead, periods):
        start, done = t - lead, 0.0
        if made[t] <= 0.0:
            continue
        waits = False
        for a in range(first, last):
            waits = waits or (late[part[a], start] and part_from[a] <= start < part_to[a])
        if not waits:
            continue
        moved = True
        coming[t] -= made[t]
        for end in range(start, periods - lead):
            upto = 1.0
            for a in range(first, last):
                if late[part[a], start] and part_from[a] <= start < part_to[a]:
                    upto = min(upto, _issued(given[part[a]], usual[part[a]], start, end))
            if upto > done:
                coming[end + lead] += made[t] * (upto - done)
                done = upto
            if done >= 1.0:
                break
    return moved


@numba.njit(nogil=True, cache=True)
def _worse_of(one: Array, other: Array) -> None:
    """Bring `one` down to what both have brought up to each period: what is lost twice is lost once."""
    came, upto, upto_other = 0.0, 0.0, 0.0
    for t in range(one.size):
        upto += one[t]
        upto_other += other[t]
        both = min(upto, upto_other)
        one[t] = both - came
        came = both


@numba.njit(nogil=True, cache=True)
def _serve(
    cells: Array, opening: float, asked: Array, arrived: Array, waits: bool, idle: bool,
    usual: Array, given: Array, earned: Array, out: Array,
) -> None:  # fmt: skip
    """Ship what stock allows, what waits first; adds to `out`, total x period, and says what the series earned.

    What others take goes first. Where stock does not reach, `given` says how much they have got so far.
    """
    stock, waiting, taken = max(opening, 0.0), max(-opening, 0.0), 0.0
    for t in range(asked.size):
        stock += arrived[t] - cells[ISSUES, t]
        taken += max(cells[ISSUES, t], 0.0)
        there = max(stock, 0.0)
        late = min(there, waiting)
        prompt = min(there - late, asked[t])
        stock -= late + prompt
        given[t] = taken - max(-stock, 0.0)
        kept = stock + max(usual[t] - given[t], 0.0)
        waiting += asked[t] - prompt - late if waits else -late
        price, held = cells[PRICE, t], cells[STANDARD, t]
        earned[t] = (late + prompt) * price
        out[0, t] += asked[t]
        out[1, t] += late + prompt
        out[2, t] += prompt
        out[3, t] += earned[t]
        out[4, t] += (late + prompt) * (price - cells[COST, t])
        out[5, t] += kept * held
        out[6, t] += waiting
        out[8, t] += waiting * price
        out[9, t] += max(kept - cells[KEEP, t], 0.0) * held
        if idle:
            out[10, t] += kept * held


@numba.njit(nogil=True, cache=True)
def _owe(share: Array, earned: Array, owed: Array) -> None:
    """What customers of a series owe at the end of each period."""
    for t in range(earned.size):
        for lag in range(min(share.size, t + 1)):
            owed[t] += share[lag] * earned[t - lag]


@numba.njit(nogil=True, parallel=True, cache=True)
def play(
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
    idle: BoolArray,
    order: IntArray,
    issuer: IntArray,
    usual: Array,
    first_made: IntArray,
    made: Array,
    lead: IntArray,
    first_part: IntArray,
    part: IntArray,
    part_from: IntArray,
    part_to: IntArray,
    totals: Array,
    load: Array,
    given: Array,
) -> None:
    """Fill totals (total x draw x period), load (draw x period x resource), and what each issuer gave in draw 0.

    Args:
        cells: Series x what (`DEMAND` to `STANDARD`) x period.
        opening: Stock by series; below zero is backlog.
        name: Number that names each series.
        variance: Of the logarithm of demand, by series.
        family: Of each series.
        errs: Persistence and shared part.
        seed: Of all random numbers.
        strength: Of each event, draw x event.
        first_touched: First row of `touched` of each series, one longer.
        touched: Series, event, first and last period, share of demand, receipts, price and cost.
        first_hour: First row of `resource` and `hours` of each series, one longer.
        resource: Resource of each entry.
        hours: Hours per unit of each entry.
        lateness: Standard deviation of the lead time by series [periods].
        open_share: Share of invoices still open, series x lag.
        waits: Whether unmet demand waits.
        idle: Series that nothing ahead asks for.
        order: Series, components before what is made of them.
        issuer: Row of `usual` of each series that others take from; -1 for the rest.
        usual: What issuers have given up to each period without chance, issuer x period.
        first_made: First source of each series, one longer.
        made: Receipts of each source, source x period.
        lead: Its lead time [periods].
        first_part: First component of each source, one longer.
        part: Issuer of each component.
        part_from: First period of release in which the component counts.
        part_to: First period in which it no longer counts.
        totals: Filled.
        load: Filled.
        given: Filled, issuer x period.
    """
    count, whats, periods = cells.shape
    families = family.max() + 1 if count else 0
    for k in numba.prange(totals.shape[1]):
        together, out = np.zeros((families, periods)), np.zeros((totals.shape[0], periods))
        _families(seed, k, families, errs[0], together)
        alone, earned, arrived, waited = np.empty(periods), np.empty(periods), np.empty(periods), np.empty(periods)
        now, unused, nothing = np.empty((whats, periods)), np.empty(periods), np.zeros(periods)
        passed, late = np.empty(usual.shape), np.zeros(usual.shape, np.bool_)
        for n in range(count):
            i = order[n]
            struck = first_touched[i] < first_touched[i + 1]
            if struck:
                now[:] = cells[i]
            else:
                now[DEMAND], now[RECEIPTS] = cells[i, DEMAND], cells[i, RECEIPTS]
            terms, asked, coming = now if struck else cells[i], now[DEMAND], now[RECEIPTS]
            if variance[i] > 0:
                normals(key_of(seed, k, name[i]), periods, alone)
                _ask(cells[i, DEMAND], variance[i], alone, together[family[i]], errs, asked)
            waits_for = False
            if first_made[i] < first_made[i + 1]:
                waited[:] = coming
            for s in range(first_made[i], first_made[i + 1]):
                waits_for |= _wait_for_components(
                    made[s], lead[s], first_part[s], first_part[s + 1], part, part_from, part_to, passed, usual, late,
                    waited,
                )  # fmt: skip
            _strike(touched, first_touched[i], first_touched[i + 1], strength[k], now)
            if waits_for:
                _worse_of(coming, waited)
            if lateness[i] > 0:
                normals(key_of(seed, k, name[i] + LATE_STREAM), periods, alone)
                _delay(lateness[i], alone, coming, arrived)
            else:
                arrived[:] = coming
            c = issuer[i]
            if c >= 0:
                _serve(terms, opening[i], asked, arrived, waits, idle[i], usual[c], passed[c], earned, out)
                for t in range(periods):
                    late[c, t] = passed[c, t] < usual[c, t] - _CRUMB * max(usual[c, t], 1.0)
            else:
                _serve(terms, opening[i], asked, arrived, waits, idle[i], nothing, unused, earned, out)
            _owe(open_share[i], earned, out[_OWED])
            for b in range(first_hour[i], first_hour[i + 1]):
                for t in range(periods):
                    load[k, t, resource[b]] += asked[t] * hours[b]
        totals[:, k] = out
        if k == 0:
            given[:] = passed
