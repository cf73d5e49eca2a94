"""Capacity review: the heat map, what stands behind it, and what holds the plan back."""
