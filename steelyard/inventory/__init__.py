"""Inventory: how much stock is wanted, what will be there, and what it is worth."""
