"""Accuracy: archived forecasts held against what came."""
