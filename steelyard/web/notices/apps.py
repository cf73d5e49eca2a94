"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices to people."""

    name = "steelyard.web.notices"
    label = "notices"
