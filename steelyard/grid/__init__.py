"""Grid: what all numbers stand on: calendars, hierarchies, series, currencies, measures, blocks."""
