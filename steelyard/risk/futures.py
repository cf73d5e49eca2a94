"""Futures: how demand, supply and lead times may turn out differently from the plan."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.risk.chance import standard_normals

RISK_STREAM, STRENGTH_STREAM = 0x5249534B, 0x535452
"""Keys under which risks draw whether and how hard they strike, apart from every series."""


@dataclass(frozen=True)
class DemandError:
    """How demand errs around the plan: lognormal, correlated over time and within a family."""

    deviation: Array
    """Standard deviation of demand as a share of the plan, by series; 0 is certain."""
    family: IntArray
    """Family of each series; its members share part of their error."""
    persistence: float = 0.3
    """Correlation of the error from one period to the next, 0 to below 1."""
    shared: float = 0.5
    """Correlation of two series of one family, 0 to 1."""

    def __post_init__(self) -> None:
        if not 0 <= self.persistence < 1:
            raise ModelError(f"The persistence of errors is {self.persistence:g}", mend="give 0 to below 1")
        if not 0 <= self.shared <= 1:
            raise ModelError(f"The shared part of errors is {self.shared:g}", mend="give 0 to 1")


@dataclass(frozen=True)
class Risks:
    """Events that happen or not, and what each does to demand and supply while it lasts.

    Args:
        probability: Chance that each event happens within the horizon, by event.
        effects: What each event does, one or more entries an event.
        correlation: Correlation between the first events, event x event; the others are independent.
        ranges: Low, likely and high strength of each event, event x 3, by which its effects are multiplied; 1 if None.
    """

    probability: Array
    effects: tuple["RiskEffect", ...]
    correlation: Array | None = field(default=None)
    ranges: Array | None = field(default=None)

    def __post_init__(self) -> None:
        if np.any((self.probability < 0) | (self.probability > 1)):
            wrong = int(np.flatnonzero((self.probability < 0) | (self.probability > 1))[0])
            raise ModelError(
                f"The probability of risk {wrong + 1} is {self.probability[wrong]:g}", mend="give a value from 0 to 1"
            )
        if self.correlation is not None:
            check_correlation(self.correlation)

    def happen(self, seed: int, draws: int) -> Array:
        """Which events happen in which draw, draw x event, 1 or 0.

        Events of one group happen together more often than by chance: a Gaussian copula over the correlation.
        """
        size = self.probability.size
        names = RISK_STREAM + np.arange(size)
        drawn = np.stack([standard_normals(seed, draw, names, 1)[0] for draw in range(draws)])
        if self.correlation is not None:
            first = self.correlation.shape[0]
            drawn[:, :first] = drawn[:, :first] @ _root(self.correlation).T
        return np.asarray(drawn < ndtri(self.probability), dtype=np.float64)

    def strength(self, seed: int, draws: int) -> Array:
        """How hard each event strikes in each draw, draw x event; 0 where it does not happen.

        A strength within a range is PERT-distributed, so that its mean is (low + 4 likely + high) / 6.
        """
        happen = self.happen(seed, draws)
        if self.ranges is None:
            return happen
        names = STRENGTH_STREAM + np.arange(self.probability.size)
        drawn = np.stack([standard_normals(seed, draw, names, 1)[0] for draw in range(draws)])
        return happen * pert(ndtr(drawn), *self.ranges.T)


@dataclass(frozen=True)
class RiskEffect:
    """What one event does."""

    event: int
    series: IntArray
    """Series touched."""
    periods: slice
    demand: Array | float = 0.0
    """Change of demand as a share, of all or by series touched; -0.2 loses a fifth."""
    supply: Array | float = 0.0
    """Change of receipts as a share, likewise."""
    price: Array | float = 0.0
    """Change of the net price as a share, likewise."""
    cost: Array | float = 0.0
    """Change of the standard cost as a share, likewise."""


def pert(share: Array, low: Array, likely: Array, high: Array) -> Array:
    """Percentiles of the three-point distribution whose mean is (low + 4 likely + high) / 6.

    Args:
        share: Which percentiles, 0 to 1.
        low: Low end.
        likely: Most likely value.
        high: High end; the same as the low end for a value that is sure.

    Source: PERT as a beta distribution (Malcolm, Roseboom, Clark & Fazar 1959; Vose, Risk Analysis).

    Example:
        >>> pert(np.array([0.0, 0.5, 1.0]), np.array(-20.0), np.array(-10.0), np.array(0.0)).round(6).tolist()
        [-20.0, -10.0, 0.0]
    """
    width = np.where(high > low, high - low, 1.0)
    drawn = betaincinv(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, share)
    return np.asarray(np.where(high > low, low + width * drawn, likely))


def check_correlation(correlation: Array) -> None:
    """Refuse what is not a correlation matrix.

    Raises:
        ModelError: It is not square, symmetric, one on the diagonal, or not positive semi-definite; the message names
            the events that contradict each other most.
    """
    size = correlation.shape[0]
    if correlation.shape != (size, size) or not np.allclose(correlation, correlation.T):
        raise ModelError("The correlations are not symmetric", mend="give each pair once")
    if not np.allclose(np.diag(correlation), 1.0) or np.any(np.abs(correlation) > 1 + 1e-12):
        raise ModelError("Correlations lie between -1 and 1, and are 1 with oneself", mend="correct the values")
    values, vectors = np.linalg.eigh(correlation)
    if values[0] < -1e-9:
        worst = np.argsort(-np.abs(vectors[:, 0]))[:3]
        raise ModelError(
            "The correlations contradict each other (the matrix is not positive semi-definite)",
            where=f"risks {', '.join(str(i + 1) for i in sorted(worst.tolist()))}",
            mend="make their correlations smaller, or put them into one group with one correlation",
        )


def _root(correlation: Array) -> Array:
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
