"""Serial system: stages one after another, customers waiting at the last, stock at each stage random.

Echelon base-stock levels by the recursion of Clark & Scarf in the form of Chen & Zheng, on a grid:

    C_1(y)  = E[h_1 (y - D_1) + (b + H) (y - D_1)^-]                 D_j: demand of the lead time of stage j
    C_j(y)  = h_j (y - E D_j) + E[under C_{j-1} at min(S_{j-1}, y - D_j)]           S_j minimises C_j

h is the echelon holding cost, H its sum over all stages, b the backorder cost. Stage 1 serves the customers.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.signal import fftconvolve

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw, NormalDemand, PoissonDemand

SerialLaw = Literal["normal", "poisson"]
_LARGE = 10_000_000
"""Products from which a sum is folded by fast Fourier transform."""


class SerialPolicy(NamedTuple):
    """Echelon base-stock levels of a serial system, the stage at the customers first."""

    echelon_base_stock: Array
    """Order so that stock of the echelon, less backorders, plus what is on order reaches this [units]."""
    cost: float
    """Expected holding and backorder cost of a time unit, without stock on its way [money]."""

    @property
    def local_base_stock(self) -> Array:
        """Base-stock levels for each stage's own stock [units]."""
        reached = np.minimum.accumulate(self.echelon_base_stock[::-1])[::-1]
        return np.diff(reached, prepend=0.0)


def serial_base_stock(
    *,
    echelon_holding: Array,
    lead_time: Array,
    backorder_cost: float,
    mean: float,
    deviation: float | None = None,
    law: SerialLaw = "normal",
    review: float = 0.0,
    step: float | None = None,
) -> SerialPolicy:
    """Best echelon base-stock levels of a serial system and what they cost.

    Args:
        echelon_holding: Holding cost that each stage adds, the stage at the customers first [money a unit and time].
        lead_time: Lead time to each stage, in the same order.
        backorder_cost: Money for a unit that a customer waits for a time unit.
        mean: Mean demand of a time unit [units].
        deviation: Its standard deviation; not for Poisson demand.
        law: normal or poisson.
        review: Added to the lead time of the stage at the customers, for a system reviewed each period whose cost is
            charged at the end of the period: 1.
        step: Distance of grid points [units]; 1 for Poisson, else a hundredth of the smallest deviation.

    Raises:
        ModelError: A cost or a lead time is below zero, or the deviation is missing.

    Source: Clark & Scarf 1960; Chen & Zheng 1994; Snyder & Shen, Fundamentals of Supply Chain Theory, section 6.2.

    Example:
        >>> policy = serial_base_stock(echelon_holding=np.full(4, 0.25), lead_time=np.full(4, 0.25),
        ...     backorder_cost=9.0, mean=16.0, law="poisson")
        >>> policy.echelon_base_stock.tolist(), round(policy.cost, 2)
        ([8.0, 13.0, 18.0, 22.0], 12.69)
    """
    _check(echelon_holding, lead_time, backorder_cost, deviation, law)
    times = np.array(lead_time, np.float64)
    times[0] += review
    laws = [_law(law, mean, deviation, float(time)) for time in times]
    width = 1.0 if law == "poisson" else step or min(float(one.deviation) for one in laws if one.deviation > 0) / 100.0
    grid = _grid(times, mean, deviation, law, width)
    total = float(np.sum(echelon_holding))
    short = np.asarray(laws[0].shortage(grid))
    cost = echelon_holding[0] * (grid - float(laws[0].mean)) + (backorder_cost + total) * short
    best = [int(np.argmin(cost))]
    for stage in range(1, len(laws)):
        below = np.where(np.arange(grid.size) < best[-1], cost, cost[best[-1]])
        cost = echelon_holding[stage] * (grid - float(laws[stage].mean)) + _expected(below, laws[stage], width)
        best.append(int(np.argmin(cost)))
    return SerialPolicy(grid[best], float(cost[best[-1]]))


class NewsvendorBounds(NamedTuple):
    """Bounds of echelon base-stock levels and their mean, the stage at the customers first [units]."""

    low: Array
    high: Array

    @property
    def heuristic(self) -> Array:
        """Mean of both bounds; Shang & Song cut it to whole units."""
        return (self.low + self.high) / 2.0


def serial_newsvendor_bounds(
    *, echelon_holding: Array, lead_time: Array, backorder_cost: float, mean: float, deviation: float | None = None,
    law: SerialLaw = "normal",
) -> NewsvendorBounds:  # fmt: skip
    """Bounds of the best echelon base-stock levels, each from one newsvendor over all lead times below.

        high: (b + H_above) / (b + H_above + h_stage)      low: (b + H_above) / (b + H_above + H of stage 1)

    H_above sums the echelon holding costs of the stages further from the customers.

    Source: Shang & Song 2003.

    Example:
        >>> bounds = serial_newsvendor_bounds(echelon_holding=np.full(4, 0.25), lead_time=np.full(4, 0.25),
        ...     backorder_cost=9.0, mean=16.0, law="poisson")
        >>> np.floor(bounds.heuristic).tolist()
        [8.0, 13.0, 18.0, 22.0]
    """
    _check(echelon_holding, lead_time, backorder_cost, deviation, law)
    total = float(np.sum(echelon_holding))
    below, through = np.cumsum(echelon_holding), np.cumsum(lead_time)
    numerator = backorder_cost + total - below
    bounds = []
    for least in (True, False):
        ratio = numerator / (backorder_cost + total) if least else numerator / (numerator + echelon_holding)
        laws = [_law(law, mean, deviation, float(time)) for time in through]
        bounds.append(np.array([float(one.quantile(np.asarray(r))) for one, r in zip(laws, ratio, strict=True)]))
    return NewsvendorBounds(*bounds)


def _check(holding: Array, lead: Array, backorder: float, deviation: float | None, law: SerialLaw) -> None:
    if (holding <= 0).any() or (lead < 0).any() or backorder <= 0 or holding.shape != lead.shape:
        raise ModelError("The stages are not described", mend="give each a holding cost above 0 and a lead time")
    if law == "normal" and not (deviation or 0.0) > 0:
        raise ModelError("Normal demand has no deviation", mend="give the standard deviation of a time unit")


def _law(law: SerialLaw, mean: float, deviation: float | None, time: float) -> DemandLaw:
    if law == "poisson":
        return PoissonDemand(np.asarray(mean * time))
    return NormalDemand(np.asarray(mean * time), np.asarray((deviation or 0.0) * np.sqrt(time)))


def _grid(times: Array, mean: float, deviation: float | None, law: SerialLaw, width: float) -> Array:
    """Levels from far below any demand to far above all of it."""
    spread = np.sqrt(mean) if law == "poisson" else float(deviation or 0.0)
    most = mean * times.sum() + 8.0 * spread * np.sqrt(times.sum()) + 10 * width
    least = -8.0 * spread * np.sqrt(times.sum()) - mean * times.sum() - 10 * width
    return np.arange(np.floor(least / width), np.ceil(most / width) + 1.0) * width


def _expected(values: Array, law: DemandLaw, width: float) -> Array:
    """E[values at y - D] for every grid point y; below the grid the values go on in a straight line."""
    reach = float(law.mean) + 8.0 * float(law.deviation)
    lowest = float(law.quantile(np.asarray(1e-12)))
    steps = np.arange(0.0 if lowest >= 0 else np.floor(lowest / width), reach / width + 2)
    edges = (steps - 0.5) * width if not isinstance(law, PoissonDemand) else steps - 1.0
    chance = np.diff(law.chance(np.append(edges, edges[-1] + width)))
    chance = chance / chance.sum()
    last, first = max(int(steps[-1]), 0), min(int(steps[0]), 0)
    slope = values[1] - values[0]
    low = values[0] + slope * np.arange(-last, 0)
    high = np.full(-first, values[-1])
    padded = np.concatenate([low, values, high])
    fold = fftconvolve if padded.size * chance.size > _LARGE else np.convolve
    return np.asarray(fold(padded, chance, mode="valid"))
