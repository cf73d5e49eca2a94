"""Guarantee check: how often demand outruns the bound that a guaranteed-service plan is made for, by simulation.

The model plans for demand within its bound and says nothing of the rest. Here demand is drawn, passed up the network
and held against the stock of each stage over its net time.
"""

from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.inventory.multi_echelon.guaranteed_service import ServicePlan
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, downstream_order
from steelyard.inventory.simulation import Estimate


class GuaranteeCheck(NamedTuple):
    """What happens beyond the bound, by stage."""

    kept: Array
    """Share of time in which demand of the net time stays within mean plus safety stock; 1 without net time."""
    standard_error: Array
    """Standard error of that share over the courses."""
    mean_excess: Array
    """Units by which demand outruns the stock, over all times [units]."""
    network: Estimate
    """Share of time in which every stage keeps its promise."""
    kept_by_course: Array
    """As `kept`, `[course, stage]`."""
    reached_by_course: Array
    """Share of time in which a stage and all that supply it, on all ways, keep their promise, `[course, stage]`."""


def check_guarantee(
    network: StageNetwork,
    plan: ServicePlan,
    *,
    deviation: Array,
    mean: Array | None = None,
    periods: int = 2000,
    courses: int = 20,
    seed: int = 0,
    demand: Array | None = None,
) -> GuaranteeCheck:
    """Hold simulated demand against a plan of safety stock.

    Args:
        network: Stages and arcs.
        plan: Net times and safety stock; net times count in whole time units.
        deviation: Standard deviation of customers' demand in a time unit, by stage; 0 where there is none.
        mean: Mean demand of customers, by stage; matters only where `demand` is given.
        periods: Time units of a course.
        courses: How many courses.
        seed: Equal seeds give equal courses, so that plans can be compared on the same demand.
        demand: Demand of customers instead of normal draws, `[course, period, stage]` [units].

    Raises:
        ModelError: A course is not longer than the longest net time.
    """
    order = downstream_order(network.size, network.supplier, network.customer)
    window = np.rint(plan.net_time).astype(np.int64)
    if demand is not None:
        courses, periods = demand.shape[:2]
    if periods <= window.max(initial=0):
        raise ModelError("The courses are too short", mend=f"take more than {window.max(initial=0)} periods")
    usual = np.zeros(network.size) if demand is None or mean is None else mean
    kept, reached, excess = (np.zeros((courses, network.size)) for _ in range(3))
    whole = np.zeros(courses)
    chance = np.random.default_rng(seed)
    for course in range(courses):
        drawn = chance.standard_normal((periods, network.size)) * deviation
        own = drawn if demand is None else demand[course] - usual
        beyond = _beyond(network, plan, window, _passed_up(network, order, own))
        held = beyond <= 0
        kept[course], excess[course], whole[course] = held.mean(axis=0), beyond.mean(axis=0), held.all(axis=1).mean()
        reached[course] = _reached(network, order, held).mean(axis=0)
    error = kept.std(axis=0, ddof=1) / np.sqrt(courses) if courses > 1 else np.full(network.size, np.nan)
    together = whole.std(ddof=1) / np.sqrt(courses) if courses > 1 else np.nan
    return GuaranteeCheck(
        kept.mean(axis=0), error, excess.mean(axis=0), Estimate(float(whole.mean()), float(together)), kept, reached
    )  # fmt: skip


def _passed_up(network: StageNetwork, order: IntArray, own: Array) -> Array:
    """What each stage is asked for above its mean, period x stage."""
    asked = own.copy()
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    for arc in np.argsort(-rank[network.customer], kind="stable").tolist():
        asked[:, network.supplier[arc]] += network.quantity_per[arc] * asked[:, network.customer[arc]]
    return asked


def _beyond(network: StageNetwork, plan: ServicePlan, window: IntArray, asked: Array) -> Array:
    """Units by which demand of the net time outruns the stock, time x stage."""
    periods, longest = len(asked), int(window.max(initial=0))
    total = np.concatenate([np.zeros((1, network.size)), np.cumsum(asked, axis=0)])
    times = np.arange(longest, periods)[:, None]
    over = total[times + 1, np.arange(network.size)] - total[times + 1 - window, np.arange(network.size)]
    return np.asarray(np.maximum(over - plan.safety_stock - 1e-9, 0.0))


def _reached(network: StageNetwork, order: IntArray, held: BoolArray) -> BoolArray:
    """Whether a stage and all that supply it keep their promise, time x stage."""
    reached = np.ascontiguousarray(held.T)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    for arc in np.argsort(rank[network.customer], kind="stable").tolist():
        reached[network.customer[arc]] &= reached[network.supplier[arc]]
    return reached.T
