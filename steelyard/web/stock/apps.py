"""The stock app."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """The inventory review."""

    name = "steelyard.web.stock"
    label = "stock"
