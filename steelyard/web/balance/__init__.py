"""Balance: the gap of a plan, its levers by value, the best mix, who loses what, and ways out."""
