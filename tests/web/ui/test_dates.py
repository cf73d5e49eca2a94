"""Dates are written in one form on every page."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from steelyard.web.ui.dates import period_words, sentence_words
from tests.web.conftest import AT

TEMPLATES = Path(__file__).parents[3] / "steelyard" / "web"
PLAIN = re.compile(r"(?<!value=[\"'])\{\{ ?[\w.]+\|date:[\"']Y-m-d( H:i)?[\"']")


def shown(text: str, **values: object) -> str:
    return Template("{% load dates people %}" + text).render(Context(values))


def test_a_day_a_moment_and_a_period_read_the_same_everywhere() -> None:
    assert shown("{{ at|day }}, {{ at|short_day }}, {{ at|moment }}", at=AT) == "5 Jan 2026, 5 Jan, 5 Jan 2026, 09:00"
    assert shown('{{ none|day }}{{ none|moment|default:"never" }}', none=None) == "never"
    assert shown("{{ key|period }}", key="2026-11") == "Nov 2026"


@pytest.mark.parametrize(("label", "told"), [("2026-13", "2026-13"), ("base", "base"), ("2026", "2026")])
def test_what_is_no_month_stays(label: str, told: str) -> None:
    assert period_words(label) == told


def test_months_inside_longer_words_stay() -> None:
    assert sentence_words("plan-2026-11 and 2026-11x and 2026-11.") == "plan-2026-11 and 2026-11x and Nov 2026."


def test_people_are_shown_as_they_are_called(person) -> None:
    someone = person("sop_lead")
    someone.first_name, someone.last_name = "Ines", "Ibarra"
    someone.save()
    assert shown("{{ a|person }}, {{ b|person }}, {{ c|role }}", a="sop_lead", b="gone", c="sop_lead") == (
        "Ines Ibarra, gone, S&amp;OP lead"
    )


def test_no_page_writes_days_its_own_way() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {line.strip()[:80]}"
        for path in sorted(TEMPLATES.glob("*/templates/**/*.html"))
        for line in path.read_text().splitlines()
        if PLAIN.search(line) and "<input" not in line
    ]
    assert not found, "\n".join(found)
