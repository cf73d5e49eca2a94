"""Grading: what a decision was expected to bring, what came, and what the option not taken would have brought."""
