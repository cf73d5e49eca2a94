"""Data in: files and databases become a checked, immutable extract of the input tables."""
