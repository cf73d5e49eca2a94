"""The supply review app."""

from django.apps import AppConfig


class SupplyReviewConfig(AppConfig):
    """Worksheet by family, engines side by side, strategies and what-ifs."""

    name = "steelyard.web.supply_review"
    label = "supply_review"
