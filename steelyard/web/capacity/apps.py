"""The capacity app."""

from django.apps import AppConfig


class CapacityConfig(AppConfig):
    """Load, bottlenecks, shortages."""

    name = "steelyard.web.capacity"
    label = "capacity"
