"""The ui app: templates and static files that the other apps build their pages from."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The face of the product."""

    name = "steelyard.web.ui"
    label = "ui"
