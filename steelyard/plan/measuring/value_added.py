"""Value added: by how much each touchpoint made the forecast better or worse; the steps sum to the whole, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.plan.measuring.record import ForecastRecord
from steelyard.plan.measuring.touchpoint import TOUCHPOINTS

DIGITS = 6


@dataclass(frozen=True)
class ValueStep:
    """One step of the staircase."""

    name: str
    label: str
    error: Decimal
    """Sum of absolute errors after the step [units]."""
    effect: Decimal
    """Sum of absolute errors before the step less after it [units]; positive when the step helped."""
    moved: bool
    """Whether the step changed any number at all."""


@dataclass(frozen=True)
class Staircase:
    """From the naive forecast to the consensus; `start.error - sum of effects = end error`, to the last digit."""

    steps: tuple[ValueStep, ...]
    """The first one is where the staircase begins and has no effect."""
    actual: Decimal
    """Demand of the cells graded [units]."""
    cells: int

    @property
    def total(self) -> Decimal:
        """Error at the start less error at the end [units]."""
        return self.steps[0].error - self.steps[-1].error if self.steps else Decimal(0)

    def share(self, units: Decimal) -> float:
        """Units of error as a share of the demand graded [ratio]: WMAPE, or points of it; NaN without demand."""
        return float(units / self.actual) if self.actual else float("nan")


def staircase(record: ForecastRecord, *, lag: int | None = None, groups: IntArray | None = None) -> Staircase:
    """Climb from the naive forecast to the consensus, hand by hand.

    All steps are graded on the same cells: those for which every step has a number.

    Source: Gilliland 2010, The Business Forecasting Deal (forecast value added, stairstep report).

    Args:
        record: What was said and what came.
        lag: Only this lag; all lags without one.
        groups: Only these groups; all without them.
    """
    chosen = np.arange(record.groups.height) if groups is None else groups
    points = [point for point in TOUCHPOINTS if point.name in record.said]
    window = np.ix_(record.at_lag(lag), chosen)
    actual = record.actual[window]
    said = _filled([record.said[point.name][window] for point in points])
    known = np.isfinite(actual) & np.all([np.isfinite(values) for values in said], axis=0) if said else actual < 0
    errors = [exact_sum(np.abs(actual - values)[known]) for values in said]
    steps = [
        ValueStep(
            point.name,
            point.label,
            error,
            Decimal(0) if number == 0 else errors[number - 1] - error,
            number == 0 or bool(np.any(said[number][known] != said[number - 1][known])),
        )
        for number, (point, error) in enumerate(zip(points, errors, strict=True))
    ]
    return Staircase(tuple(steps), exact_sum(actual[known]), int(known.sum()))


def exact_sum(values: Array) -> Decimal:
    """A sum in whole millionths of a unit, so that differences of sums add up to the last digit."""
    return Decimal(int(np.round(values * 10**DIGITS).astype(np.int64).sum())).scaleb(-DIGITS)


def _filled(said: Sequence[Array]) -> list[Array]:
    """A step a version does not know, such as a stream that did not speak, leaves what was said before it."""
    filled: list[Array] = []
    for number, values in enumerate(said):
        filled.append(values if number < 2 else np.where(np.isfinite(values), values, filled[-1]))
    return filled
