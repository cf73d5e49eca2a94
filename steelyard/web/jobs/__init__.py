"""Jobs: long work with progress, log and a way to stop it."""
