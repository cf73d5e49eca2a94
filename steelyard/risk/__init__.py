"""Risk: many futures of one plan, and what they do to service, stock, load and money."""
