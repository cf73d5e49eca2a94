"""Sourcing review: sources, lead times as stated and as seen, and which order serves which demand."""
