"""Comments: what people say to each other about a number, a page, a decision, an assumption."""
