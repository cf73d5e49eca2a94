"""Measuring: archived forecasts against what came: by lag, segment, stream, hand and person."""
