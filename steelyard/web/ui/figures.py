"""Figures: numbers as people read them on every page: thousands marks, a true minus, no more digits than matter."""

from collections.abc import Iterable, Sequence
from math import floor, isfinite

MINUS = "\u2212"
NOTHING = "\u2013"
"""Stands where there is no number."""
SHARES = frozenset({"ratio", "percent"})
"""Units whose numbers are shares of one; people read them in percent."""
NEAR_ZERO = 0.0005
SIZES = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands marks.

    Example:
        >>> number(-1234567.4), number(12.345, 2), number(None), number(-0.2)
        ('−1,234,567', '12.35', '–', '0')
    """
    if value is None or not isfinite(value):
        return NOTHING
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if not any(mark in "123456789" for mark in text) else text.replace("-", MINUS)


def signed(value: float | None, decimals: int = 0) -> str:
    """A number with its sign.

    Example:
        >>> signed(12.0), signed(-0.04, 1), signed(-1500.0)
        ('+12', '0.0', '−1,500')
    """
    text = number(value, decimals)
    return f"+{text}" if value is not None and value > 0 and any(mark in "123456789" for mark in text) else text


def plain(value: float) -> str:
    """A number as it was entered, with all its digits.

    Example:
        >>> plain(1500000.0), plain(-3.25), plain(0.1)
        ('1,500,000', '−3.25', '0.1')
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def short(value: float) -> str:
    """A number with three digits that matter.

    Example:
        >>> short(109_812_000), short(-84_120), short(950), short(float("nan"))
        ('110 m', '−84.1 k', '950', '–')
    """
    if not isfinite(value):
        return NOTHING
    for size, mark in SIZES:
        if abs(value) >= size:
            return number(value / size, 0 if abs(value) >= 100 * size else 1) + mark
    return number(value)


def scale_of(values: Iterable[float | None]) -> tuple[float, str]:
    """Millions, thousands or single units, with their mark: so that a chart or a table of them has few digits.

    Example:
        >>> scale_of([12_000_000.0, None, -4.0]), scale_of([1500.0]), scale_of([])
        ((1000000.0, 'm'), (1000.0, 'k'), (1.0, ''))
    """
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    return next(((size, mark.strip()) for size, mark in SIZES[1:] if largest >= size), (1.0, ""))


def whole_parts(parts: Sequence[float]) -> list[float]:
    """Parts in whole numbers that add up to their rounded sum: the largest remainders go up, of equal ones the first.

    Example:
        >>> whole_parts([135212.4, 99396.4, 11921.4]), whole_parts([])
        ([135213.0, 99396.0, 11921.0], [])
    """
    whole = [float(floor(part)) for part in parts]
    missing = round(sum(parts)) - round(sum(whole))
    first = sorted(range(len(whole)), key=lambda n: round(whole[n] - parts[n], 6))
    for n in first[:missing]:
        whole[n] += 1.0
    return whole


def figure(value: float | None, unit: str) -> str:
    """A number of a measure in its unit.

    Example:
        >>> figure(0.8512, "ratio"), figure(-1234567.0, "money"), figure(None, "units"), figure(3.14159, "money/unit")
        ('85.1', '−1,234,567', '–', '3.14')
    """
    if value is not None and abs(value) < NEAR_ZERO:
        return "0"
    if value is not None and unit in SHARES:
        return number(100 * value, 1)
    return number(value, 2 if unit == "money/unit" else 0 if value is None or abs(value) >= 100 else 1)


def unit_label(unit: str, currency: str) -> str:
    """A unit as people read it.

    Example:
        >>> unit_label("money/unit", "EUR"), unit_label("ratio", "EUR"), unit_label("hours", "EUR")
        ('EUR/unit', '%', 'hours')
    """
    return "%" if unit in SHARES else unit.replace("money", currency or "money")
