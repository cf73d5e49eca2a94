"""Drawn events: risks that happen or not, and assumptions that turn out anywhere in their range."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import divide, scatter_add
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.overlay import window_of
from steelyard.plan.uncertainty.drawing import DEMAND_MEASURES, SUPPLY_MEASURES, require_drawn
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.fixed_supply import cells_of, place_of_demand
from steelyard.plan.uncertainty.group import check_groups, group_correlation
from steelyard.plan.uncertainty.register import BEGINNING, Assumption, Risk
from steelyard.risk.futures import RiskEffect, Risks

HOURS = "capacity_available"
PRICE, COST = "price", "unit_cost"
ASSUMED = DEMAND_MEASURES | SUPPLY_MEASURES | {PRICE, COST, HOURS}
"""Measures whose assumptions a future can draw."""


class HoursMoved(NamedTuple):
    """Hours that an event moves: its number, resources and periods."""

    event: int
    resources: IntArray
    window: slice


class DrawnEvents(NamedTuple):
    """What is drawn beside demand errors and lead times."""

    events: Risks | None
    hours: tuple[HoursMoved, ...]


def open_risks(risks: Sequence[Risk]) -> tuple[Risk, ...]:
    """Risks and opportunities that may still happen and that the plan does not count on."""
    return tuple(risk for risk in risks if risk.status == "open" and not risk.in_plan)


def drawn_assumptions(assumptions: Sequence[Assumption]) -> tuple[tuple[Assumption, ...], tuple[Assumption, ...]]:
    """Assumptions with a range that a future can draw, and those with a range that it cannot."""
    wide = [one for one in assumptions if one.effect.low < one.effect.high]
    drawn, left = ([one for one in wide if (one.effect.measure in ASSUMED) is can] for can in (True, False))
    return tuple(drawn), tuple(left)


def draw_events(plan: PlanNumbers, risks: Sequence[Risk], assumptions: Sequence[Assumption] = ()) -> DrawnEvents:
    """Bring risks and assumptions into the form in which futures draw them, the risks first.

    An assumption is drawn in every future, anywhere in its range; a risk only where it happens.

    Raises:
        ChangeInvalid: A risk works on a measure that cannot be drawn, or the correlations of a group contradict.
        UnknownMember: The plan has no such member or level.
    """
    for risk in risks:
        require_drawn(risk)
    check_groups(risks)
    moved = [*(risk.effect for risk in risks), *(one.effect for one in assumptions)]
    if not moved:
        return DrawnEvents(None, ())
    hours = tuple(_hours(plan, n, effect) for n, effect in enumerate(moved) if effect.measure == HOURS)
    effects = tuple(effect_on(plan, n, effect) for n, effect in enumerate(moved) if effect.measure != HOURS)
    ranges = np.array([(one.low, one.likely, one.high) for one in moved]) / 100
    chances = np.array([*(risk.probability for risk in risks), *(1.0 for _ in assumptions)])
    return DrawnEvents(Risks(chances, effects, group_correlation(risks) if risks else None, ranges), hours)


def effect_on(plan: PlanNumbers, number: int, effect: Effect) -> RiskEffect:
    """Whom an event touches when, and for which part; how hard it strikes is drawn."""
    window = _window(plan, effect)
    if effect.measure in SUPPLY_MEASURES:
        return RiskEffect(number, plan.series("independent_demand").select(effect.scope), window, supply=1.0)
    weight = _weights(plan, effect.measure)
    part = _part_in_scope(plan, effect, weight)
    touched = np.flatnonzero(part)
    if effect.measure == PRICE:
        return RiskEffect(number, touched, window, price=part[touched])
    if effect.measure == COST:
        return RiskEffect(number, touched, window, cost=part[touched])
    return RiskEffect(number, touched, window, demand=part[touched])


def available_hours(plan: PlanNumbers, moved: Sequence[HoursMoved], strength: Array) -> Array:
    """Hours of each resource in each future, draw x period x resource.

    Args:
        plan: The plan.
        moved: Events that move hours.
        strength: How hard each event strikes, draw x event.
    """
    found = np.repeat(cells_of(plan, HOURS)[None], strength.shape[0], axis=0)
    for one in moved:
        found[:, one.window, one.resources] *= (1 + strength[:, one.event])[:, None, None]
    return np.maximum(found, 0.0)


def _hours(plan: PlanNumbers, number: int, effect: Effect) -> HoursMoved:
    return HoursMoved(number, plan.series(HOURS).select(effect.scope), _window(plan, effect))


def _window(plan: PlanNumbers, effect: Effect) -> slice:
    from_change = effect.change(0.0, actor="", at=BEGINNING, note="")
    return window_of(from_change, plan.horizon) or slice(0, 0)


def _weights(plan: PlanNumbers, measure: str) -> Array:
    """By what the part of a place that lies in a scope is weighed: units, or their money at price or cost."""
    asked = cells_of(plan, "demand_plan")
    found = asked * cells_of(plan, measure) if measure in (PRICE, COST) else asked
    return np.asarray(found.sum(axis=0))


def _part_in_scope(plan: PlanNumbers, effect: Effect, weight: Array) -> Array:
    """Part of each item-location's planned demand that lies in a scope, which may name customers."""
    series, places = plan.series("demand_plan"), place_of_demand(plan)
    inside = np.zeros(series.size)
    inside[series.select(effect.scope)] = 1.0
    size = plan.series("independent_demand").size
    whole, part = (scatter_add(cells[None], places, size)[0] for cells in (weight, weight * inside))
    return np.nan_to_num(divide(part, whole))
