"""Template filters: days, moments and periods as people read them; nothing where there is none."""

from datetime import date, datetime

from django import template
from django.utils.timezone import is_aware, localtime

from steelyard.web.ui import dates

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """A day such as 9 Nov 2026."""
    return dates.day_words(_here(value)) if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """A day such as 9 Nov, where the year is plain."""
    return dates.short_day_words(_here(value)) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A day with its time, such as 9 Nov 2026, 14:05."""
    return dates.moment_words(localtime(value) if is_aware(value) else value) if value else ""


@register.filter
def period(label: object) -> str:
    """The label of a period, such as Nov 2026."""
    return dates.period_words(label or "")


@register.filter
def in_words(text: object) -> str:
    """A sentence with the months and days in it as people read them."""
    return dates.sentence_words(text or "")


def _here(value: date | datetime) -> date:
    return localtime(value) if isinstance(value, datetime) and is_aware(value) else value
