"""Finance review: the statement, the bridge, what earns money, what binds it, and what closes the gap."""
