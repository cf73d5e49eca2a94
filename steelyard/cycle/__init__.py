"""Cycle: the month as rules: steps, gates, meetings, decisions, escalation; no storage and no clock."""
