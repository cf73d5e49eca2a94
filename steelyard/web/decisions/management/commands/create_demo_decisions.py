"""Tell what the demo company decided, and what waits."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from steelyard.web.decisions.demo_story import demo_decisions_create


class Command(BaseCommand):
    """Makes the decisions, meetings and actions of the demo; once."""

    help = "Make the decisions of the demo company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the days of the running month."""
        parser.add_argument("--meets", action="append", default=[], metavar="FORUM=DAY", help="When a forum meets.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        days = dict(told.split("=", 1) for told in options["meets"])
        count = demo_decisions_create({forum: date.fromisoformat(day) for forum, day in days.items()})
        self.stdout.write(f"{count} decisions")
