"""Governance: roles, forums, duties, owners, standards and protocols as the company keeps them."""
