"""Demand review: streams, exceptions and signatures of a slice on one page."""
