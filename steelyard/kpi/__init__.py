"""KPI: the dozen numbers by which a month is judged."""
