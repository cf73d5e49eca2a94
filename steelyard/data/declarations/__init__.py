"""Declarations: the input tables of the contract, one constant per table."""
