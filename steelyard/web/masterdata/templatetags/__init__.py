"""Template filters of master data."""
