"""Asked: lists, scopes and periods as they are written in an address; tables as they are answered."""

from collections.abc import Mapping
from math import isfinite
from urllib.parse import quote, unquote

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.numbers import Periods


def parse_names(text: str) -> tuple[str, ...]:
    """Read names by comma."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def required_names(text: str) -> tuple[str, ...]:
    """Read names by comma, at least one.

    Raises:
        ChangeInvalid: There is none.
    """
    names = parse_names(text)
    if not names:
        raise ChangeInvalid("No measure is named", mend="see the list of measures")
    return names


def parse_scope(text: str) -> dict[str, tuple[str, ...]]:
    """Read a scope such as `channel:Retail|Web;territory:North`.

    Raises:
        ChangeInvalid: A part names no level or no member.

    Example:
        >>> parse_scope("channel:Retail|Web")
        {'channel': ('Retail', 'Web')}
    """
    scope: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        level, cut, members = part.strip().replace("=", ":", 0 if ":" in part else 1).partition(":")
        if not cut or not members:
            raise ChangeInvalid("A scope names level and members", where=part[:80], mend="write channel:Retail|Web")
        scope[level] = tuple(unquote(member) for member in members.split("|"))
    return scope


def filter_text(scope: Mapping[str, tuple[str, ...]]) -> str:
    """Spell a scope, so that it can be read again.

    Example:
        >>> filter_text({"channel": ("Retail", "Web")})
        'channel:Retail|Web'
    """
    return ";".join(f"{level}:{'|'.join(quote_member(m) for m in members)}" for level, members in sorted(scope.items()))


def quote_member(member: str) -> str:
    """A member as a word of an address.

    Example:
        >>> quote_member("Road Bikes")
        'Road%20Bikes'
    """
    return quote(member, safe="()")


def parse_periods(text: str) -> Periods:
    """Read `2026-01`, `2026-01..2026-03`, `2026-01..` or nothing.

    Example:
        >>> parse_periods("2026-01..2026-03"), parse_periods("2026-01"), parse_periods("")
        (('2026-01', '2026-03'), '2026-01', None)
    """
    first, cut, last = text.strip().partition("..")
    if not cut:
        return first or None
    return first or None, last or None


def whole_number(text: str) -> int | None:
    """Read a whole number; None where there is none.

    Example:
        >>> whole_number("12"), whole_number("")
        (12, None)
    """
    return int(text) if text.isdecimal() and len(text) < 10 else None


def plain_rows(frame: pl.DataFrame) -> dict[str, object]:
    """A table as columns and rows that JSON can carry."""
    return {"columns": frame.columns, "rows": [[_plain(value) for value in row] for row in frame.iter_rows()]}


def finite(value: float) -> float | None:
    """A number that JSON can carry."""
    return value if isfinite(value) else None


def _plain(value: object) -> object:
    if isinstance(value, float):
        return finite(value)
    return value if isinstance(value, (str, int, bool)) or value is None else str(value)
