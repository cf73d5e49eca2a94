"""Portfolio app: launches, ends of life, products, candidates to leave, calendar."""
