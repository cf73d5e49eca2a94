"""Supply review: what can be supplied, what that costs, and what the best plan would do."""
