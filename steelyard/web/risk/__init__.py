"""Risk: registers of assumptions, risks and opportunities; what they do to a plan, in pictures."""
