"""The finance review app."""

from django.apps import AppConfig


class FinanceReviewConfig(AppConfig):
    """Statements, bridges, profitability, budget and gap-closing actions."""

    name = "steelyard.web.finance_review"
    label = "finance_review"
