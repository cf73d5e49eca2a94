"""The demand review app."""

from django.apps import AppConfig


class DemandReviewConfig(AppConfig):
    """The demand review."""

    name = "steelyard.web.demand_review"
    label = "demand_review"
