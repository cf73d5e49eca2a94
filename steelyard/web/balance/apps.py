"""The balance app."""

from django.apps import AppConfig


class BalanceConfig(AppConfig):
    """Demand against supply, and what brings them together."""

    name = "steelyard.web.balance"
    label = "balance"
