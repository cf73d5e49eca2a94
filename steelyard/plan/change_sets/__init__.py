"""Change sets: changes under a name that can be laid on any scenario."""
