"""Stock: the inventory review."""
