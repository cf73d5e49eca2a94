"""Methods of the statistical forecast: one file each; all enter by the register of `steelyard.plugins`."""

from steelyard.demand.methods import (
    complex_season,
    complex_smoothing,
    damped_growth,
    damped_trend,
    holt_winters,
    intermittent,
    short,
    theta,
)
from steelyard.plugins import forecast_methods

__all__ = [
    "complex_season",
    "complex_smoothing",
    "damped_growth",
    "damped_trend",
    "forecast_methods",
    "holt_winters",
    "intermittent",
    "short",
    "theta",
]
