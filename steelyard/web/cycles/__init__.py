"""Cycles: the months of the company: their steps, gates, work done by itself, and the home of each person."""
