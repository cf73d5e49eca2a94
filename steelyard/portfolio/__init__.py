"""Portfolio: what comes, what goes, and what an item is worth keeping for."""
