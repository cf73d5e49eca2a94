"""Safety stock: stock against forecast error and late supply, for a promised service."""

from math import erfc, exp

import numba
import numpy as np
from scipy.special import ndtr, ndtri

from steelyard.errors import ModelError
from steelyard.grid.block import Array

_ROOT_TWO_PI = np.sqrt(2.0 * np.pi)
_NEWTON_STEPS = 60


def normal_loss(factor: Array) -> Array:
    """Expected shortage in standard deviations when `factor` of them are in stock: L(k) = phi(k) - k (1 - Phi(k)).

    Example:
        >>> normal_loss(np.array([0.0])).round(4)
        array([0.3989])
    """
    loss: Array = np.exp(-0.5 * factor * factor) / _ROOT_TWO_PI - factor * ndtr(-factor)
    return loss


def cycle_service_factor(service_level: Array) -> Array:
    """Safety factor for a chance of no shortage in a replenishment cycle (P1).

    Args:
        service_level: Wanted chance, above 0 and below 1.

    Raises:
        ModelError: A level is not between 0 and 1.

    Example:
        >>> cycle_service_factor(np.array([0.95])).round(3)
        array([1.645])
    """
    _check_share(service_level, "cycle service level")
    factor: Array = ndtri(service_level)
    return factor


def fill_rate_factor(fill_rate: Array, *, lot_size: Array, deviation: Array) -> Array:
    """Safety factor for a share of demand served from stock (P2).

    Solves L(k) = (1 - fill rate) x lot size / deviation by Newton's method from the left, where it never overshoots.

    Args:
        fill_rate: Wanted share, above 0 and below 1.
        lot_size: Units ordered at once, by series.
        deviation: Standard deviation of demand over the protection interval, by series [units].

    Returns:
        Factor, by series; negative where large lots serve well enough without safety stock, 0 where nothing deviates.

    Raises:
        ModelError: A rate is not between 0 and 1.

    Source: Silver, Pyke & Peterson, Inventory Management and Production Planning, P2 service.

    Example:
        >>> fill_rate_factor(np.array([0.975]), lot_size=np.array([10000.0]), deviation=np.array([707.0])).round(2)
        array([0.09])
    """
    _check_share(fill_rate, "fill rate")
    rate, lot, spread = np.broadcast_arrays(
        *(np.asarray(values, np.float64) for values in (fill_rate, lot_size, deviation))
    )
    factor = np.empty(rate.shape)
    _fill_rate_factor(rate.ravel(), lot.ravel(), spread.ravel(), factor.reshape(-1))
    return factor


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fill_rate_factor(rate: Array, lot: Array, deviation: Array, out: Array) -> None:
    """The same as `inverse_normal_loss` of what may be short, one series after another."""
    for s in range(rate.size):
        out[s] = 0.0
        if deviation[s] > 0.0:
            wanted = (1.0 - rate[s]) * max(lot[s], 1e-12) / deviation[s]
            factor = _first_factor(wanted)
            for _ in range(_NEWTON_STEPS):
                above = 0.5 * erfc(factor / 1.4142135623730951)
                step = (exp(-0.5 * factor * factor) / _ROOT_TWO_PI - factor * above - wanted) / above
                factor += step
                if abs(step) <= 1e-9 * max(1.0, abs(factor)):
                    break
            out[s] = factor


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _first_factor(loss: float) -> float:
    """A factor at or left of the root, so that Newton's steps never overshoot: L(k) < phi(k) and L(k) > -k."""
    if loss >= 0.35:
        return -loss
    factor: float = 0.0
    if loss < 0.2:
        bound = -2.0 * np.log(loss * _ROOT_TWO_PI)
        factor = max(0.75 * np.sqrt(max(bound - 2.0 * np.log(1.0 + 0.5 * bound), 0.0)) - 0.05, 0.0)
    return factor


def inverse_normal_loss(loss: Array) -> Array:
    """Factor k with L(k) = loss.

    L is convex and falls; Newton's method from a start with L(start) >= loss comes up to the root from below.

    Args:
        loss: Expected shortage in standard deviations, above zero.

    Example:
        >>> inverse_normal_loss(np.array([0.3989422804])).round(6) + 0.0
        array([0.])
    """
    factor = -np.asarray(loss, np.float64)
    for _ in range(_NEWTON_STEPS):
        step = (normal_loss(factor) - loss) / ndtr(-factor)
        factor = factor + step
        if not (np.abs(step) > 1e-12 * np.maximum(1.0, np.abs(factor))).any():
            break
    return factor


def lead_time_deviation(
    *,
    error: Array,
    demand: Array,
    lead_time: Array,
    lead_time_deviation: Array | float = 0.0,
    review: Array | float = 0.0,
) -> Array:
    """Standard deviation of demand over the protection interval, from forecast error and uncertain lead time.

        sigma = sqrt((lead time + review) x error^2 + demand^2 x lead time deviation^2)

    Args:
        error: Standard deviation of the one-period forecast error [units].
        demand: Mean demand of a period [units].
        lead_time: Mean lead time [periods].
        lead_time_deviation: Standard deviation of the lead time [periods].
        review: Time between reviews [periods]; 0 for continuous review.

    Source: Chopra & Meindl, Supply Chain Management, managing uncertainty with safety inventory.

    Example:
        >>> daily = {"error": np.array([500.0]), "demand": np.array([2500.0])}
        >>> lead_time_deviation(**daily, lead_time=np.array([7.0])).round()
        array([1323.])
    """
    supply = np.square(demand) * np.square(lead_time_deviation)
    deviation: Array = np.sqrt((lead_time + review) * np.square(error) + supply)
    return deviation


def safety_stock(
    forecast_error: Array,
    forward_demand: Array,
    lead_time: Array,
    lead_time_deviation_periods: Array,
    review: Array,
    service_factor: Array,
) -> Array:
    """Safety stock by period: service factor x deviation over the protection interval.

    Args:
        forecast_error: Standard deviation of the one-period forecast error, by series [units].
        forward_demand: Mean demand of the coming periods, period x series [units].
        lead_time: Mean lead time, by series [periods].
        lead_time_deviation_periods: Standard deviation of the lead time, by series [periods].
        review: Time between reviews, by series [periods].
        service_factor: Safety factor for the wanted service, by series.

    Returns:
        Units, period x series, never below zero.
    """
    out = np.empty_like(forward_demand)
    _safety_stock(
        forecast_error, forward_demand, lead_time, lead_time_deviation_periods, review, service_factor, out
    )  # fmt: skip
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _safety_stock(
    error: Array, demand: Array, lead: Array, spread: Array, review: Array, factor: Array, out: Array
) -> None:
    """The same as factor x `lead_time_deviation`, in one pass over memory."""
    for t in range(demand.shape[0]):
        for s in range(demand.shape[1]):
            supply = (demand[t, s] * demand[t, s]) * (spread[s] * spread[s])
            stock = factor[s] * np.sqrt((lead[s] + review[s]) * (error[s] * error[s]) + supply)
            out[t, s] = stock if stock > 0.0 else 0.0


def _check_share(share: Array, name: str) -> None:
    if share.size and not (share.min() > 0 and share.max() < 1):
        raise ModelError(f"A {name} must lie above 0 and below 1", mend="give a share like 0.95, not a percentage")
