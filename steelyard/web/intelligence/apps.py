"""The intelligence app."""

from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    """Market intelligence."""

    name = "steelyard.web.intelligence"
    label = "intelligence"
