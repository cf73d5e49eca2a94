"""The executive S&OP page: one screen to decide on, and a what-if that answers while the meeting waits."""
