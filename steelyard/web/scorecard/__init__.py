"""Scorecard: the plan on a page."""
