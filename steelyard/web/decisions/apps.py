"""The decisions app."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Decisions, meetings and actions."""

    name = "steelyard.web.decisions"
    label = "decisions"
