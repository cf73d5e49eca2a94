"""The governance app."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Who answers for what."""

    name = "steelyard.web.governance"
    label = "governance"
