"""People for templates."""
