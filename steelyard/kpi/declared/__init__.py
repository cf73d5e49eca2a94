"""Declared: the KPIs by the part of the month that answers for them."""
