"""The masterdata app."""

from django.apps import AppConfig


class MasterdataConfig(AppConfig):
    """Extracts."""

    name = "steelyard.web.masterdata"
    label = "masterdata"
