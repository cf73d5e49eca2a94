"""The jobs app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work."""

    name = "steelyard.web.jobs"
    label = "jobs"
