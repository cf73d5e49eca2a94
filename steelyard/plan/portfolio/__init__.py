"""Portfolio views of a plan: launches, ends of life, products, rationalisation and the calendar of events."""
