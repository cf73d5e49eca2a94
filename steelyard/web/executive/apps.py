"""The executive app."""

from django.apps import AppConfig


class ExecutiveConfig(AppConfig):
    """The executive S&OP page."""

    name = "steelyard.web.executive"
    label = "executive"
