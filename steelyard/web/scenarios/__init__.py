"""Scenarios: branch, compare, publish, replay."""
