"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and roles."""

    name = "steelyard.web.accounts"
    label = "accounts"
