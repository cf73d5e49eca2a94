"""Commands of the jobs, one per file."""
