"""The scenarios app."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Scenarios and published plans."""

    name = "steelyard.web.scenarios"
    label = "scenarios"
