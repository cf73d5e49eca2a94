"""Stages: the calculations of a plan that cross blocks."""
