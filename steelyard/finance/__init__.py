"""Finance: the plan in money, and against the budget."""
