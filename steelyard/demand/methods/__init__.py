"""Methods of the statistical forecast: one file each; all enter by the register of `steelyard.plugins`."""

from steelyard.demand.methods import holt_winters, intermittent, short, theta

__all__ = ["holt_winters", "intermittent", "short", "theta"]
