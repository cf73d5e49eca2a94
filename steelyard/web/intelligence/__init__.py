"""Intelligence: what was heard of the market, used in scenarios and graded."""
