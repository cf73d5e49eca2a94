"""Methods of the statistical forecast: one file each; all enter by the register of `steelyard.plugins`."""

from steelyard.demand.methods import holt_winters, intermittent, short, theta
from steelyard.plugins import forecast_methods

__all__ = ["forecast_methods", "holt_winters", "intermittent", "short", "theta"]
