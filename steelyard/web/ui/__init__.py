"""UI: the design of every page (frame, components, planning grid, charts); knows no other app."""
