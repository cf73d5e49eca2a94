"""The scorecard app."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """The plan on a page."""

    name = "steelyard.web.scorecard"
    label = "scorecard"
