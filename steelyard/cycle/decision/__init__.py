"""Decision: what a forum is asked, with its options side by side, who may sign it, and what becomes of it."""
