"""The cycles app."""

from importlib import import_module

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """The months."""

    name = "steelyard.web.cycles"
    label = "cycles"

    def ready(self) -> None:
        """Enter the rule by which plans are published."""
        import_module("steelyard.web.cycles.publishing")
