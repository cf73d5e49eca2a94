"""Grid: what all numbers stand on: calendars, hierarchies, series, units, measures, blocks."""
