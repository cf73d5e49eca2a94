"""The book app."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    """The executive book."""

    name = "steelyard.web.book"
    label = "book"
