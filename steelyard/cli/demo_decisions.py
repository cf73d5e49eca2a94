"""Demo decisions: what the demo company decided in past months and what waits, in the database of the app."""

import os
from pathlib import Path

from django.core.management import call_command

FORUMS = ("pre_sop", "executive_sop")
"""Steps of the month in which a forum meets."""


def make_decisions() -> None:
    """Tell the story of the decisions, on the days of the running month; the app must be ready and its people there."""
    from steelyard.web.cycles.selectors import current_cycle  # needs the company's settings

    cycle = current_cycle()
    days = [f"--meets={step.key}={step.ends}" for step in cycle.steps.all() if step.key in FORUMS] if cycle else []
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("create_demo_decisions", *days, stdout=nowhere)
