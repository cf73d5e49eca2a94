"""Stream weight: how much each stream should count, by how far it was off where it said something of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

PRIOR_CELLS = 12.0
"""Graded cells of the statistical forecast's own error that a stream is credited with before it has any."""


@dataclass(frozen=True)
class StreamError:
    """How a stream did where it differed from the statistical one, on the same cells."""

    cells: int
    """Graded cells (group and period) in which it said something of its own."""
    squared: float
    """Mean squared error of the stream there [units^2]."""
    base_squared: float
    """Mean squared error of the statistical stream there [units^2]."""


def error_ratio(error: StreamError, *, prior: float = PRIOR_CELLS) -> float:
    """Squared error of a stream by that of the statistical one, drawn towards 1 while it has spoken little.

        ratio = (cells x squared error + prior x squared error of statistics)
                / ((cells + prior) x squared error of statistics)

    Example:
        >>> error_ratio(StreamError(12, 50.0, 100.0)), error_ratio(StreamError(0, 0.0, 0.0))
        (0.75, 1.0)
    """
    if not error.cells or error.squared == error.base_squared:
        return 1.0
    own, base = error.cells * error.squared, error.base_squared
    below = (error.cells + prior) * base
    return (own + prior * base) / below if below else float("inf")


def weights_by_error(errors: Mapping[str, StreamError], *, prior: float = PRIOR_CELLS) -> dict[str, float]:
    """Weights of the streams in inverse proportion to their squared errors; the best one has 1.

        weight = smallest ratio / ratio,   where the statistical stream has the ratio 1

    Errors of the streams are taken as unrelated: estimated relations make combinations worse more often than better.

    Source: Bates and Granger 1969, The combination of forecasts, Operational Research Quarterly 20.

    Args:
        errors: By stream, without the statistical one.
        prior: Cells at the statistical error a stream is credited with.

    Returns:
        Weight by stream, 0 to 1; `statistical` among them.

    Example:
        >>> weights_by_error({"sales": StreamError(12, 50.0, 100.0)})
        {'statistical': 0.75, 'sales': 1.0}
    """
    ratios = {"statistical": 1.0} | {name: error_ratio(error, prior=prior) for name, error in errors.items()}
    best = min(ratios.values())
    return {name: best / ratio if ratio else 1.0 for name, ratio in ratios.items()}
