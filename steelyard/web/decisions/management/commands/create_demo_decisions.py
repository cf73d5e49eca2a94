"""Tell what the demo company decided, and what waits."""

from typing import Any

from django.core.management.base import BaseCommand

from steelyard.web.decisions.demo_story import demo_decisions_create


class Command(BaseCommand):
    """Makes the decisions, meetings and actions of the demo; once."""

    help = "Make the decisions of the demo company."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        self.stdout.write(f"{demo_decisions_create()} decisions")
