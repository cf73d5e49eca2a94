"""Future load: hours asked of each resource in many futures, beside the hours it has."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from steelyard.grid.block import Array
from steelyard.grid.rollup import divide
from steelyard.risk.outcome import LEVELS, Chance, chance, percentiles


class Breach(NamedTuple):
    """How probable it is that more is asked of a resource than it has."""

    resource: str
    period: str
    chance: Chance
    hours_short: float
    """Mean hours that are missing in the futures in which some are missing."""


@dataclass(frozen=True, eq=False)
class LoadFutures:
    """Load of every resource in every future.

    Args:
        resources: Names.
        periods: Labels.
        asked: The plan's own load, and the hours of what is asked above or below plan, in the period in which it is
            asked: draw x period x resource [hours].
        hours: Available, draw x period x resource; one draw where they are the same in every future.
    """

    resources: tuple[str, ...]
    periods: tuple[str, ...]
    asked: Array
    hours: Array

    @cached_property
    def by_period(self) -> pl.DataFrame:
        """Load as a share of the hours available, by resource and period.

        Returns:
            resource, period, hours (mean), p10, p50, p90, their standard errors p10_error, p50_error, p90_error,
            chance that hours are missing, its standard error chance_error, and hours_short, the mean of what is
            missing where some is missing. Shares are NaN where a resource has no hours.
        """
        found = percentiles(np.asarray(divide(self.asked, np.broadcast_to(self.hours, self.asked.shape))))
        short = self._short
        happens = (short > 0).mean(axis=0)
        cells: dict[str, Array] = {"hours": self.hours.mean(axis=0)}
        for i, level in enumerate(LEVELS):
            cells[f"p{round(100 * level)}"], cells[f"p{round(100 * level)}_error"] = found.value[i], found.error[i]
        cells |= {
            "chance": happens,
            "chance_error": np.sqrt(happens * (1 - happens) / short.shape[0]),
            "hours_short": np.nan_to_num(divide(short.mean(axis=0), happens)),
        }
        labels = {"resource": [name for name in self.resources for _ in self.periods]}
        labels |= {"period": list(self.periods) * len(self.resources)}
        return pl.DataFrame({**labels, **{name: values.T.ravel() for name, values in cells.items()}})

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """Resources and periods in which hours may be missing, the most probable first."""
        short, found = self._short, []
        for period, resource in zip(*np.nonzero((short > 0).any(axis=0)), strict=True):
            missing = short[:, period, resource]
            mean = float(missing[missing > 0].mean())
            found.append(Breach(self.resources[resource], self.periods[period], chance(missing > 0), mean))
        return tuple(sorted(found, key=lambda breach: (-breach.chance.value, -breach.hours_short)))

    @cached_property
    def _short(self) -> Array:
        return np.maximum(self.asked - self.hours - _CRUMB, 0.0)


_CRUMB = 1e-9
"""Hours too small to be missing."""
