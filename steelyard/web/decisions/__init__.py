"""Decisions: the queue, the record and the grades of decisions; meetings, actions and authority."""
