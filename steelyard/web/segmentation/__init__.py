"""Segmentation: what matters, what can be forecast, and what the history was cleaned of."""
