"""Life plan: launches, successions and phase-outs of a plan as arrays, and what they do to demand."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.portfolio.cannibalisation import cannibalise, lost_units
from steelyard.portfolio.hand_over import hand_over_weight, shown_level
from steelyard.portfolio.like_item import continued, full_volume, scaled_to_volume
from steelyard.portfolio.supersession import move_demand


@dataclass(frozen=True, eq=False)
class LikeLinks:
    """Which series a launch reads, and how."""

    source: IntArray
    """Series of the like-item, as a place in `LifePlan.rows`."""
    target: IntArray
    """Series of the launch, as a number among the launched series."""
    weight: Array
    """Share of the like-item's demand [ratio]."""
    offset: IntArray
    """Periods by which the like-item ran ahead."""


@dataclass(frozen=True, eq=False)
class Launched:
    """Series of launches, and the launches they belong to."""

    row: IntArray
    """Each series, as a place in `LifePlan.rows`."""
    launch: IntArray
    """Launch of each series."""
    factor: Array
    """Share of full volume, timeline x launch [0..1]."""
    start: IntArray
    """Period of the timeline in which each launch begins."""
    volume: Array
    """Mean units a period at full volume, by launch; NaN: as the like-items say."""
    actuals: Array
    """Past periods in which the launch was sold, by launch."""


@dataclass(frozen=True, eq=False)
class Successions:
    """Demand that moves from one established series to another."""

    old: IntArray
    """Series that loses, as a place in `LifePlan.rows`."""
    new: IntArray
    """Series that gains, as a place in `LifePlan.rows`; -1 where the gain is part of a launch."""
    factor: Array
    """Units of the successor per unit of the old item, by link."""
    share: Array
    """Share of what is left of the old demand that has moved, planned period x link [0..1]."""


@dataclass(frozen=True, eq=False)
class Cannibals:
    """Which launches take demand from which older items."""

    launch: IntArray
    item: IntArray
    """Older item of each link, numbered from 0."""
    rate: Array
    """Units lost per unit the launch sells [0..1]."""
    row: IntArray
    """Series of the older items, as places in `LifePlan.rows`."""
    item_of_row: IntArray


@dataclass(frozen=True, eq=False)
class LifePlan:
    """Everything about coming and going items that moves demand; empty where nothing comes or goes."""

    rows: IntArray
    """Series concerned, as rows of the demand grain, ascending."""
    history: int
    """Periods of history at the beginning of the timeline."""
    season: int
    prior_periods: float
    """Actuals that count as much as the like-items."""
    settled_after: float
    """Actuals after which only statistics count."""
    likes: LikeLinks
    launched: Launched
    successions: Successions
    cannibals: Cannibals
    keep_row: IntArray
    """Series of items that are run down, as places in `rows`."""
    keep: Array
    """Share of demand they keep, planned period x series of `keep_row` [0..1]."""


@dataclass(frozen=True)
class LifeEffects:
    """What a life plan does to the series it concerns, planned period x row [units]."""

    launch_forecast: Array
    cannibalisation: Array
    phase_out_effect: Array


def life_effects(
    plan: LifePlan, baseline_history: Array, life_history: Array, forecast: Array, uplift: Array, active: Array
) -> LifeEffects:
    """Launches, cannibalisation and phase-outs of the rows of a life plan.

        launch forecast  = (1 - hand-over weight) x (like-items x phase-in curve x shown level - statistical forecast)
                           + demand taken over from superseded items
        cannibalisation  = -min(rate x what the launch sells, what the older item has), spread by demand
        phase-out effect = demand x run-down x (1 - share taken over by the successor) - demand
        demand           = statistical forecast + promotion uplift

    Args:
        plan: The life plan; its rows are the columns of all arrays.
        baseline_history: Demand without promotions, history x row [units].
        life_history: 1 inside the active life, history x row.
        forecast: Statistical forecast, planned period x row [units].
        uplift: Promotion uplift, planned period x row [units].
        active: Share of each planned period in which the item may be sold, period x row.
    """
    demand = np.maximum(forecast + uplift, 0.0)
    timeline = np.concatenate((np.maximum(baseline_history, 0.0), forecast))
    alive = np.concatenate((life_history > 0, active > 0))
    launch = _launches(plan, timeline, alive, forecast) + _taken_over(plan, timeline, alive)
    kept = _kept_share(plan, demand.shape)
    phase_out = demand * kept - demand
    sold = _sold_by_launch(plan, forecast + launch)
    taken = _cannibalised(plan, sold, demand + phase_out)
    return LifeEffects(launch, taken, phase_out)


def _launches(plan: LifePlan, timeline: Array, alive: BoolArray, forecast: Array) -> Array:
    out = np.zeros_like(forecast)
    if plan.launched.row.size:
        promised = promised_demand(plan, timeline, alive)
        level = launch_level(plan, timeline, promised)[plan.launched.launch]
        weight = hand_over_weight(plan.launched.actuals, plan.prior_periods, plan.settled_after)[plan.launched.launch]
        own = forecast[:, plan.launched.row]
        out[:, plan.launched.row] = (1.0 - weight) * (promised[plan.history :] * level - own)
    return out


def promised_demand(plan: LifePlan, timeline: Array, alive: BoolArray) -> Array:
    """What like-items and phase-in curves promise the launched series, timeline x launched series [units]."""
    reference = _references(plan, timeline, alive)
    links, size = plan.likes, plan.launched.row.size
    each = np.arange(links.source.size)
    full = full_volume(reference, each, links.target, links.weight, links.offset, size)
    full = scaled_to_volume(full, plan.launched.launch, plan.launched.volume, slice(plan.history, None))
    return full * plan.launched.factor[:, plan.launched.launch]


def _references(plan: LifePlan, timeline: Array, alive: BoolArray) -> Array:
    """Demand of the like-item behind each link, carried on beyond its end, timeline x link."""
    source = plan.likes.source
    return continued(timeline[:, source], alive[:, source], plan.season)


def _taken_over(plan: LifePlan, timeline: Array, alive: BoolArray) -> Array:
    """What successors gain; an old item that ends meanwhile is carried on in its successor."""
    links = plan.successions
    reference = continued(timeline[:, links.old], alive[:, links.old], plan.season)
    _, gain = move_demand(reference[plan.history :], links.share, links.factor)
    return scatter_add(gain, links.new, plan.rows.size)


def launch_level(plan: LifePlan, timeline: Array, promised: Array) -> Array:
    """How each launch does against its curve so far, by launch [ratio]."""
    launched = plan.launched
    past = np.arange(plan.history)[:, None] >= launched.start[launched.launch]
    size = launched.volume.size
    sold = scatter_add((timeline[: plan.history, launched.row] * past).sum(axis=0)[None], launched.launch, size)[0]
    hoped = scatter_add((promised[: plan.history] * past).sum(axis=0)[None], launched.launch, size)[0]
    since = np.maximum(plan.history - np.maximum(launched.start, 0), 0).astype(np.float64)
    return shown_level(sold, hoped, since, plan.prior_periods)


def _kept_share(plan: LifePlan, shape: tuple[int, ...]) -> Array:
    kept = np.ones(shape)
    for link in range(plan.successions.old.size):
        kept[:, plan.successions.old[link]] *= 1.0 - plan.successions.share[:, link]
    for place in range(plan.keep_row.size):
        kept[:, plan.keep_row[place]] *= plan.keep[:, place]
    return kept


def _sold_by_launch(plan: LifePlan, demand: Array) -> Array:
    """What each launch sells beyond what it sold already in the last past period, planned period x launch."""
    launched = plan.launched
    total = scatter_add(np.maximum(demand[:, launched.row], 0.0), launched.launch, launched.volume.size)
    ahead = launched.factor[plan.history :]
    now = launched.factor[plan.history - 1] if plan.history else np.zeros(ahead.shape[1])
    return total * np.divide(np.maximum(ahead - now, 0.0), ahead, out=np.zeros_like(ahead), where=ahead > 0)


def _cannibalised(plan: LifePlan, sold: Array, demand: Array) -> Array:
    out = np.zeros_like(demand)
    links = plan.cannibals
    if links.row.size:
        items = int(links.item_of_row.max()) + 1
        loss = lost_units(sold, links.launch, links.item, links.rate, items)
        out[:, links.row] = cannibalise(np.maximum(demand[:, links.row], 0.0), links.item_of_row, loss)
    return out
