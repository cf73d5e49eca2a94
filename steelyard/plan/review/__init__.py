"""Review: the supply and inventory sides of a plan as their reviews need them."""
