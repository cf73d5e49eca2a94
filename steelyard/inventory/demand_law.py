"""Demand law: how demand of one interval may turn out, as a distribution with its quantiles and expected shortages.

Every law answers the same four questions, so that newsvendors, reorder points and safety stocks take any of them.
Parameters may be arrays; then all answers are arrays of the same shape.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betainc, gammainc, gammaincinv, ndtr, ndtri, pdtr

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.safety_stock import normal_loss


class DemandLaw(Protocol):
    """A distribution of demand."""

    @property
    def mean(self) -> Array:
        """Expected demand [units]."""
        ...

    @property
    def deviation(self) -> Array:
        """Standard deviation [units]."""
        ...

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        ...

    def quantile(self, share: Array) -> Array:
        """Smallest level that demand stays below with a given chance [units]."""
        ...

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        ...


@dataclass(frozen=True, eq=False)
class NormalDemand:
    """Many small customers: demand spreads evenly around its mean.

    Example:
        >>> NormalDemand(np.array(50.0), np.array(8.0)).quantile(np.array(0.795455)).round(2)
        np.float64(56.6)
    """

    mean: Array
    deviation: Array

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        value: Array = ndtr((level - self.mean) / _positive(self.deviation))
        return value

    def quantile(self, share: Array) -> Array:
        """Smallest level that demand stays below with a given chance [units]."""
        value: Array = self.mean + self.deviation * ndtri(share)
        return value

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        return self.deviation * normal_loss((level - self.mean) / _positive(self.deviation))


@dataclass(frozen=True, eq=False)
class LognormalDemand:
    """Demand that grows and shrinks by factors; never below zero, with a long tail.

    Args:
        mean: Expected demand [units], above zero.
        deviation: Standard deviation [units].
    """

    mean: Array
    deviation: Array

    def _logs(self) -> tuple[Array, Array]:
        spread = np.sqrt(np.log1p(np.square(_positive(self.deviation) / self.mean)))
        return np.log(self.mean) - 0.5 * np.square(spread), spread

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        centre, spread = self._logs()
        value: Array = ndtr((np.log(np.maximum(level, 1e-300)) - centre) / spread)
        return value

    def quantile(self, share: Array) -> Array:
        """Smallest level that demand stays below with a given chance [units]."""
        centre, spread = self._logs()
        value: Array = np.exp(centre + spread * ndtri(share))
        return value

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        centre, spread = self._logs()
        step = (np.log(np.maximum(level, 1e-300)) - centre) / spread
        return np.where(level <= 0, self.mean - level, self.mean * ndtr(spread - step) - level * ndtr(-step))


@dataclass(frozen=True, eq=False)
class GammaDemand:
    """Demand that never falls below zero and has a long tail: the usual law of uneven items.

    Args:
        mean: Expected demand [units], above zero.
        deviation: Standard deviation [units].

    Source: Burgin 1975; Silver, Pyke & Peterson, Inventory Management and Production Planning, section 7.7.
    """

    mean: Array
    deviation: Array

    @property
    def _shape(self) -> Array:
        return np.square(self.mean / _positive(self.deviation))

    @property
    def _scale(self) -> Array:
        return np.square(_positive(self.deviation)) / self.mean

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        value: Array = gammainc(self._shape, np.maximum(level, 0.0) / self._scale)
        return value

    def quantile(self, share: Array) -> Array:
        """Smallest level that demand stays below with a given chance [units]."""
        value: Array = gammaincinv(self._shape, share) * self._scale
        return value

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level: mean x P(a + 1) - level x P(a), both upper tails [units]."""
        reduced = np.maximum(level, 0.0) / self._scale
        tail = self.mean * (1.0 - gammainc(self._shape + 1.0, reduced))
        return np.where(level <= 0, self.mean - level, tail - level * (1.0 - gammainc(self._shape, reduced)))


@dataclass(frozen=True, eq=False)
class PoissonDemand:
    """Whole units asked for one by one and independently: slow movers, spare parts."""

    mean: Array

    @property
    def deviation(self) -> Array:
        """Standard deviation [units]: the root of the mean."""
        return np.sqrt(self.mean)

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        whole = np.floor(level)
        return np.where(whole < 0, 0.0, pdtr(np.maximum(whole, 0.0), self.mean))

    def quantile(self, share: Array) -> Array:
        """Smallest whole number that demand stays below with a given chance [units]."""
        return _whole_quantile(self, share)

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        above = self.mean * (1.0 - self.chance(level - 1.0))
        return np.where(level <= 0, self.mean - level, above - level * (1.0 - self.chance(level)))


@dataclass(frozen=True, eq=False)
class NegativeBinomialDemand:
    """Whole units asked for in bursts: the variance is above the mean; at or below it the law is Poisson's.

    Args:
        mean: Expected demand [units], above zero.
        deviation: Standard deviation [units].

    Source: Agrawal & Smith 1996; Syntetos & Boylan, Intermittent Demand Forecasting, chapter 5.
    """

    mean: Array
    deviation: Array

    @property
    def _size(self) -> Array:
        """Size parameter; so large where nothing is over-dispersed that the law is Poisson's."""
        over = np.square(self.deviation) - self.mean
        return np.square(self.mean) / np.maximum(over, 1e-6 * self.mean)

    def _below(self, size: Array, level: Array) -> Array:
        whole, success = np.floor(level), self._size / (self._size + self.mean)
        return np.where(whole < 0, 0.0, betainc(size, np.maximum(whole, 0.0) + 1.0, success))

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        return self._below(self._size, level)

    def quantile(self, share: Array) -> Array:
        """Smallest whole number that demand stays below with a given chance [units]."""
        return _whole_quantile(self, share)

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        above = self.mean * (1.0 - self._below(self._size + 1.0, level - 1.0))
        return np.where(level <= 0, self.mean - level, above - level * (1.0 - self.chance(level)))


@dataclass(frozen=True, eq=False)
class UniformDemand:
    """Any demand between two bounds is as likely as any other.

    Example:
        >>> UniformDemand(np.array(0.0), np.array(100.0)).shortage(np.array(80.0))
        array(2.)
    """

    low: Array
    high: Array

    @property
    def mean(self) -> Array:
        """Expected demand [units]."""
        return (self.low + self.high) / 2.0

    @property
    def deviation(self) -> Array:
        """Standard deviation [units]."""
        return np.asarray((self.high - self.low) / np.sqrt(12.0))

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        return np.clip((level - self.low) / (self.high - self.low), 0.0, 1.0)

    def quantile(self, share: Array) -> Array:
        """Level that demand stays below with a given chance [units]."""
        return self.low + share * (self.high - self.low)

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        inside = np.square(np.maximum(self.high - level, 0.0)) / (2.0 * (self.high - self.low))
        return np.asarray(np.where(level < self.low, self.mean - level, inside))


@dataclass(frozen=True, eq=False)
class ExponentialDemand:
    """Demand whose smallest values are the likeliest."""

    mean: Array

    @property
    def deviation(self) -> Array:
        """Standard deviation [units]: the mean."""
        return self.mean

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        return np.asarray(-np.expm1(-np.maximum(level, 0.0) / self.mean))

    def quantile(self, share: Array) -> Array:
        """Level that demand stays below with a given chance [units]."""
        return np.asarray(-self.mean * np.log1p(-share))

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        return np.where(level < 0, self.mean - level, self.mean * np.exp(-np.maximum(level, 0.0) / self.mean))


class DiscreteDemand:
    """A list of values with their chances, as a table in a textbook gives them.

    Args:
        values: Possible demands [units].
        chances: Their chances, which sum to 1.

    Raises:
        ModelError: Lengths differ, a chance is negative, or they do not sum to 1.

    Example:
        >>> DiscreteDemand(np.array([5.0, 6.0, 7.0]), np.array([0.2, 0.5, 0.3])).quantile(np.array(0.75))
        array(7.)
    """

    def __init__(self, values: Array, chances: Array) -> None:
        if values.shape != chances.shape or (chances < 0).any() or abs(float(chances.sum()) - 1.0) > 1e-6:
            raise ModelError("The chances of demand do not fit", mend="give one chance for each value, summing to 1")
        order = np.argsort(values, kind="stable")
        self.values, self.chances = values[order].astype(np.float64), chances[order].astype(np.float64)
        self._below = np.cumsum(self.chances)

    @property
    def mean(self) -> Array:
        """Expected demand [units]."""
        return np.asarray(self.values @ self.chances)

    @property
    def deviation(self) -> Array:
        """Standard deviation [units]."""
        return np.asarray(np.sqrt(np.square(self.values - self.mean) @ self.chances))

    def chance(self, level: Array) -> Array:
        """Chance that demand stays at or below a level."""
        at = np.searchsorted(self.values, np.asarray(level), side="right")
        return np.asarray(np.concatenate([[0.0], self._below])[at])

    def quantile(self, share: Array) -> Array:
        """Smallest value that demand stays at or below with at least a given chance [units]."""
        at = np.searchsorted(self._below, np.asarray(share) - 1e-12, side="left")
        return np.asarray(self.values[np.minimum(at, self.values.size - 1)])

    def shortage(self, level: Array) -> Array:
        """Expected demand above a level [units]."""
        above = np.maximum(self.values - np.asarray(level, np.float64)[..., None], 0.0)
        return np.asarray(above @ self.chances)


def whole_chances(law: DemandLaw, *, tail: float = 1e-12) -> Array:
    """Chance of each demand 0, 1, 2, ... until hardly anything is left above; sums to 1.

    Example:
        >>> whole_chances(PoissonDemand(np.array(1.0)))[:3].round(4)
        array([0.3679, 0.3679, 0.1839])
    """
    most = int(np.ceil(law.quantile(np.asarray(1.0 - tail))))
    chances = np.diff(law.chance(np.arange(-1.0, most + 1.0)))
    return np.asarray(chances / chances.sum())


def empirical_demand(sample: Array) -> DiscreteDemand:
    """What was seen, each observation as likely as any other: no law is assumed.

    Example:
        >>> float(empirical_demand(np.array([3.0, 9.0, 4.0, 8.0])).quantile(np.array(0.75)))
        8.0
    """
    return DiscreteDemand(sample, np.full(sample.size, 1.0 / sample.size))


def _positive(deviation: Array) -> Array:
    return np.maximum(deviation, 1e-12)


def _whole_quantile(law: PoissonDemand | NegativeBinomialDemand, share: Array) -> Array:
    """Smallest whole level with at least the wanted chance, by halving an interval that surely holds it."""
    share = np.asarray(share, np.float64)
    low = np.full(np.broadcast(share, law.mean).shape, -1.0)
    high = np.ceil(law.mean + law.deviation * np.sqrt(share / np.maximum(1.0 - share, 1e-16))) + 1.0
    high = np.broadcast_to(high, low.shape).copy()
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = law.chance(middle) >= share
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high
