"""Entry: what a person types into a cell, read as an intention."""

import re
from dataclasses import dataclass
from typing import Literal

from steelyard.errors import ChangeInvalid

Kind = Literal["set", "add", "percent", "times", "withdraw"]

_SUFFIX = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}
_NUMBER = re.compile(r"(\d[\d.,]*|[.,]\d+)([kmb]?)")
_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")
LARGEST = 1e15
NO_OPINION = "none"
"""What is typed where a stream shall say nothing any more."""


@dataclass(frozen=True)
class Entry:
    """An intention: set to, add, grow by percent, multiply, or have no opinion."""

    kind: Kind
    value: float


def read_entry(text: str) -> Entry:
    """Read what was typed.

    `500` sets, `+40` and `-40` add, `+5%` and `-5%` grow, `*1.2` multiplies; `=-40` sets a negative value; `none` takes
    an opinion back.
    Numbers may have a suffix (1.2k, 3m), thousands marks and a decimal comma or point.

    Raises:
        ChangeInvalid: It is not a number with one of these signs.

    Example:
        >>> read_entry("+5%"), read_entry("1.2k"), read_entry("1.234,5")
        (Entry(kind='percent', value=5.0), Entry(kind='set', value=1200.0), Entry(kind='set', value=1234.5))
    """
    plain = re.sub(r"[\s\u00a0\u202f'_]", "", text).replace("\u2212", "-").replace("\u00d7", "*").lower()
    if plain == NO_OPINION:
        return Entry("withdraw", 0.0)
    if plain.endswith("%"):
        return Entry("percent", _signed(plain[:-1], text))
    if plain.startswith("*"):
        return Entry("times", read_number(plain[1:], text))
    if plain.startswith("="):
        return Entry("set", _signed(plain[1:], text))
    if plain.startswith(("+", "-")):
        return Entry("add", _signed(plain, text))
    return Entry("set", read_number(plain, text))


def _signed(plain: str, text: str) -> float:
    sign = -1.0 if plain.startswith("-") else 1.0
    return sign * read_number(plain.lstrip("+-") if plain[:2] not in {"+-", "-+", "--", "++"} else plain, text)


def read_number(plain: str, text: str = "") -> float:
    """Read a number without sign: suffix, thousands marks, decimal comma or point.

    NOTE: one mark followed by exactly three digits is a thousands mark when it is a comma, as the grid
    shows numbers that way; a point is then a decimal point.

    Raises:
        ChangeInvalid: It is not a number, or beyond what a plan can hold.

    Example:
        >>> read_number("1,234"), read_number("1.234"), read_number("12,5"), read_number("1.234.567")
        (1234.0, 1.234, 12.5, 1234567.0)
    """
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise ChangeInvalid(f"{text or plain!r} is not a number", mend="write 500, +40, -5%, *1.2 or 1.2k")
    try:
        value = float(_with_point(match[1])) * _SUFFIX[match[2]]
    except ValueError as error:
        raise ChangeInvalid(f"{text or plain!r} is not a number", mend="check its points and commas") from error
    if value > LARGEST:
        raise ChangeInvalid(f"{text or plain!r} is too large", mend="check its zeros")
    return value


def _with_point(digits: str) -> str:
    marks = re.sub(r"\d", "", digits)
    if len(set(marks)) == 2:
        decimal = marks[-1]
        return digits.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    if len(marks) > 1 or marks == ",":
        grouped = _THOUSANDS.fullmatch(digits) is not None
        return digits.replace(marks[0], "" if grouped else ".")
    return digits
