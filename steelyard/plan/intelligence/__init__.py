"""Intelligence: what is heard of the market, how it enters scenarios, and what became of it."""
