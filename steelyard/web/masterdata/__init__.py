"""Master data: extracts, what the checks found in them, and how they are brought in."""
