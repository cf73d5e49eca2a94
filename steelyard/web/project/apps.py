"""The project app: error pages and the frame around the others."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Where the apps meet."""

    name = "steelyard.web.project"
    label = "project"
