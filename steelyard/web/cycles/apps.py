"""The cycles app."""

from importlib import import_module

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """The months."""

    name = "steelyard.web.cycles"
    label = "cycles"

    def ready(self) -> None:
        """Enter the rules by which plans are published and counted, and by which signatures are asked."""
        import_module("steelyard.web.cycles.publishing")
        import_module("steelyard.web.cycles.official")
        import_module("steelyard.web.cycles.signatures")
