"""Uncertainty: assumptions with ranges, risks and opportunities, and a plan played through many futures."""
