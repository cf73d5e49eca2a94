"""Balancing a plan: its gaps, its levers sized on its own supply model, the best mix, and taking them as changes."""
