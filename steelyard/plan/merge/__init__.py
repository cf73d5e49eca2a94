"""Merge: how the changes of two scenarios differ, which of them meet, and how they come together."""
