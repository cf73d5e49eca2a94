"""Dates: days, moments and periods as people read them on every page, in one form."""

import re
from datetime import date, datetime

from steelyard.web.ui.figures import NOTHING

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = re.compile(r"(?<![-\w])(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?\b(?![-\w])")


def day_words(day: date | None) -> str:
    """A day.

    Example:
        >>> day_words(date(2026, 11, 9)), day_words(None)
        ('9 Nov 2026', '–')
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else NOTHING


def short_day_words(day: date | None) -> str:
    """A day whose year is plain.

    Example:
        >>> short_day_words(date(2026, 11, 9))
        '9 Nov'
    """
    return f"{day.day} {MONTHS[day.month - 1]}" if day else NOTHING


def moment_words(at: datetime | None) -> str:
    """A day with its time.

    Example:
        >>> moment_words(datetime(2026, 11, 9, 14, 5))
        '9 Nov 2026, 14:05'
    """
    return f"{day_words(at)}, {at:%H:%M}" if at else NOTHING


def period_words(label: object) -> str:
    """The label of a period; what is no month or day stays as it is, such as a quarter or a week.

    Example:
        >>> period_words("2026-11"), period_words("2026-Q4"), period_words("2026-W07"), period_words("launch-2026-11")
        ('Nov 2026', 'Q4 2026', 'week 7 2026', 'launch-2026-11')
    """
    text = str(label)
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return f"Q{found[2]} {found[1]}"
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", text):
        return f"week {int(found[2])} {found[1]}"
    found = _MONTH.fullmatch(text)
    return _told(found) if found else text


def sentence_words(text: object) -> str:
    """A sentence with the months and days in it as people read them.

    Example:
        >>> sentence_words("from 2026-11 on, due on 2026-12-03; plan 2026-11-a stays")
        'from Nov 2026 on, due on 3 Dec 2026; plan 2026-11-a stays'
    """
    return _MONTH.sub(_told, str(text))


def _told(found: re.Match[str]) -> str:
    month = f"{MONTHS[int(found[2]) - 1]} {found[1]}"
    return f"{int(found[3])} {month}" if found[3] else month
