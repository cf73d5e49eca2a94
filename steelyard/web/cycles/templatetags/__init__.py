"""Words of the month for templates."""
