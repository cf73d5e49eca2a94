"""Demo story: what waits this month waits for the days on which its forums meet."""

from datetime import date

import pytest

from steelyard.cli import demo_story
from steelyard.web.decisions import models

pytestmark = pytest.mark.django_db


def test_meetings_of_the_demo_stand_on_the_days_of_its_month() -> None:
    days = {"pre_sop": date(2026, 12, 3), "executive_sop": date(2026, 12, 8)}
    demo_story._meetings("2026-11", days)
    assert {one.forum: one.starts_at.date() for one in models.Meeting.objects.all()} == days
