"""The risk app."""

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """Assumptions, risks and opportunities."""

    name = "steelyard.web.risk"
    label = "risk"
