"""Demo decisions: what the demo company decided in past months and what waits, in the database of the app."""

import os
from pathlib import Path

from django.core.management import call_command


def make_decisions() -> None:
    """Tell the story of the decisions; the app must be ready and its people there."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("create_demo_decisions", stdout=nowhere)
