"""Calendar of the made-up plan: forty months, of which twelve are past, and the totals of their years."""

import re
from datetime import date
from typing import Any

MONTHS = 40
PAST = 12
FIRST = (2025, 11)


class Refusal(Exception):
    """The request cannot be done."""


def key_of(month: int) -> str:
    """Key of a month."""
    year, first = FIRST
    at = first - 1 + month
    return f"{year + at // 12}-{at % 12 + 1:02d}"


def month_of(key: str) -> int:
    """Number of a month's key."""
    if not re.fullmatch(r"\d{4}-\d{2}", key):
        raise Refusal("A total cannot be changed.")
    year, month = map(int, key.split("-"))
    return (year - FIRST[0]) * 12 + month - FIRST[1]


def label(month: int) -> str:
    """What people read."""
    year, number = map(int, key_of(month).split("-"))
    return f"{date(year, number, 1):%b %y}"


def columns() -> list[dict[str, Any]]:
    """Months, and the total of each year after its last month."""
    made: list[dict[str, Any]] = []
    for m in range(MONTHS):
        year, month = key_of(m).split("-")
        kind = "history" if m < PAST else "horizon"
        made.append(
            {
                "key": key_of(m),
                "label": label(m),
                "kind": kind,
                "group": f"{year}-Q{(int(month) + 2) // 3}",
                "editable": kind == "horizon",
            }
        )
        if month == "12" or m + 1 == MONTHS:
            made.append({"key": f"total:{year}", "label": year, "kind": "total", "group": "", "editable": False})
    return made


def with_totals(months: list[float | None]) -> list[float | None]:
    """Put each year's total after its months."""
    values: list[float | None] = []
    year: list[float] = []
    for m, value in enumerate(months):
        values.append(value)
        year += [] if value is None else [value]
        if key_of(m).endswith("-12") or m + 1 == MONTHS:
            values.append(sum(year) if year else None)
            year = []
    return values
