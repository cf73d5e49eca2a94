"""The cycles app."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """The months."""

    name = "steelyard.web.cycles"
    label = "cycles"
