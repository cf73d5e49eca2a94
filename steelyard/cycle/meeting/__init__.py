"""Meeting: what a forum talks about, and what it leaves behind."""
