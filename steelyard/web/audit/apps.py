"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The trail."""

    name = "steelyard.web.audit"
    label = "audit"
