"""The portfolio app."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Launches, ends of life and the portfolio."""

    name = "steelyard.web.portfolio"
    label = "portfolio"
