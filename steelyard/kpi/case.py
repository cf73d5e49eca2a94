"""Case: a problem that is followed across cycles: how long it has been seen, and whether it is gone."""

from collections.abc import Collection, Sequence

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def months_in_a_row(seen: Collection[str], cycles: Sequence[str]) -> int:
    """In how many cycles up to the last one a problem was seen without a gap.

    Args:
        seen: Cycles in which it was seen.
        cycles: Cycles that were looked at, in order.

    Example:
        >>> months_in_a_row({"2026-08", "2026-10", "2026-11"}, ["2026-08", "2026-09", "2026-10", "2026-11"])
        2
    """
    count = 0
    for cycle in reversed(cycles):
        if cycle not in seen:
            break
        count += 1
    return count


def row_words(months: int) -> str:
    """How long it has gone on, in words; empty for the first time.

    Example:
        >>> row_words(3), row_words(1), row_words(12)
        ('third month in a row', '', '12th month in a row')
    """
    if months < 2:
        return ""
    return f"{ORDINALS[months] if months < len(ORDINALS) else _ordinal(months)} month in a row"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
