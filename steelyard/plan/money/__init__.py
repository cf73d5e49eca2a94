"""Money: the plan, the budget and what came true as money, side by side."""
