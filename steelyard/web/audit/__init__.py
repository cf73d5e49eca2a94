"""Audit: the append-only trail of what people did."""
