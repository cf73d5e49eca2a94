"""The comments app."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Threads on any subject."""

    name = "steelyard.web.comments"
    label = "comments"
