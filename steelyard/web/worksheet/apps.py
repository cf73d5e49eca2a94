"""The worksheet app."""

from django.apps import AppConfig


class WorksheetConfig(AppConfig):
    """The plan grid."""

    name = "steelyard.web.worksheet"
    label = "worksheet"
