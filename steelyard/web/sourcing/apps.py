"""The sourcing app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """Sources, lead times, pegging."""

    name = "steelyard.web.sourcing"
    label = "sourcing"
