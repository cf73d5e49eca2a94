"""Demand shaping: what price, promotion timing and waiting customers do to demand."""

from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array


def priced_demand(demand: Array, elasticity: Array, change: float) -> Array:
    """Demand at a price that is `change` higher (0.1) or lower (-0.1), at constant elasticity.

    demand' = demand x (1 + change) ^ elasticity

    Args:
        demand: Units, `[period, series]`.
        elasticity: Percent more demand for one percent more price, by series; 0 answers nothing.
        change: Change of the price as a share, above -1.

    Raises:
        ModelError: The price would fall to nothing.

    Example:
        >>> priced_demand(np.array([[100.0]]), np.array([-2.0]), 0.1).round(2)
        array([[82.64]])
    """
    if change <= -1:
        raise ModelError("A price cannot fall by all of it", mend="give a change above -100 %")
    return np.asarray(demand * (1 + change) ** elasticity)


class Promotion(NamedTuple):
    """A promotion whose month is to be found."""

    discount: float
    """Money less per unit while it runs."""
    uplift: float
    """New demand in its month, as a share of that month's demand."""
    forward_buy: float
    """Share of the next periods' demand that comes forward."""
    forward_periods: int = 2
    """How many periods ahead customers buy."""


def promoted_demand(demand: Array, month: int, promotion: Promotion) -> Array:
    """Demand with a promotion in one month: new demand, and demand of the next periods that comes forward.

    demand'[m] = demand[m] x (1 + uplift) + sum of forward buy x demand[m+1 ...];  demand'[m+k] = (1 - forward buy) x
    demand[m+k]  (Chopra and Meindl, Supply Chain Management, chapter on sales and operations planning)

    Args:
        demand: Units without the promotion, `[period]` or `[period, series]`.
        month: Number of the period in which it runs.
        promotion: The promotion.

    Raises:
        ModelError: The month lies outside, or a share is not between 0 and 1.

    Example:
        >>> promoted_demand(np.array([1600.0, 3000, 3200, 3800]), 0, Promotion(1.0, 0.1, 0.2))
        array([3000., 2400., 2560., 3800.])
    """
    if not 0 <= month < len(demand):
        raise ModelError(f"There is no period {month + 1}", mend=f"use 1 to {len(demand)}")
    if not (0 <= promotion.forward_buy <= 1 and promotion.uplift >= -1):
        raise ModelError("A promotion is not described", mend="give a forward buy from 0 to 1 and an uplift from -1")
    out, ahead = np.array(demand, np.float64), slice(month + 1, month + 1 + promotion.forward_periods)
    moved = promotion.forward_buy * demand[ahead]
    out[month] = demand[month] * (1 + promotion.uplift) + moved.sum(axis=0)
    out[ahead] = demand[ahead] - moved
    return out


def moved_units(units: Array, by: int) -> Array:
    """Units moved some periods later (earlier where negative); what falls outside is lost.

    Args:
        units: `[period, series]`.
        by: Periods later.

    Example:
        >>> moved_units(np.array([[5.0], [0.0], [0.0]]), 1).ravel()
        array([0., 5., 0.])
    """
    out = np.zeros_like(units)
    if by >= 0:
        out[by:] = units[: units.shape[0] - by]
    else:
        out[:by] = units[-by:]
    return out
