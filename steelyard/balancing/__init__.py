"""Balancing: demand against supply, the levers that bring them together, and what each is worth."""
