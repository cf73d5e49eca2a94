"""The accuracy app."""

from django.apps import AppConfig


class AccuracyConfig(AppConfig):
    """Forecast accuracy and value added."""

    name = "steelyard.web.accuracy"
    label = "accuracy"
