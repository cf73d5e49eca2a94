"""Multi-echelon: where in a network of stages safety stock serves customers at the least cost."""
