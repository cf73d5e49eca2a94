"""Create one person for each role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from steelyard.web.accounts.services import DEMO_PASSWORD, demo_users_create


class Command(BaseCommand):
    """Creates the people of the demo."""

    help = "Create one person for each role, for a demo on your own machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the password be chosen."""
        parser.add_argument("--password", default=DEMO_PASSWORD)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create them and print their names."""
        for user in demo_users_create(options["password"]):
            self.stdout.write(f"{user.username:8} {user.role_label}")
