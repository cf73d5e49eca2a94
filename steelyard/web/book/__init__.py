"""The book: the executive pack of a cycle as PDF and PowerPoint, frozen with the plan it tells of."""
