"""Indicators of a plan: their figures, past, course over the periods, targets and alerts."""
