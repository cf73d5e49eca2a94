"""Class terms: what waiting and lost sales cost by class of customer, and which class is served first, as one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, IntArray

WORDS = ("backlog", "goodwill", "rank")
MOST_RATE, MOST_RANK = 10.0, 99
_MEND = "write Retail: backlog 0.3, goodwill 0.5, rank 1; Web: backlog 0.05"


@dataclass(frozen=True)
class ClassTerms:
    """What is said of one class of customer; None leaves what holds for all.

    Args:
        backlog: Cost of a unit that waits a month, as a share of its price.
        goodwill: Cost of a lost unit beside its margin, as a share of its price.
        rank: Order in which classes are served where service goes before money; lower goes first.
    """

    backlog: float | None = None
    goodwill: float | None = None
    rank: int | None = None


def read_class_terms(text: str) -> Mapping[str, ClassTerms]:
    """Read terms by class.

    Args:
        text: Classes with their words, split by semicolons; empty for none.

    Raises:
        ChangeInvalid: A class is named twice or not at all, a word is unknown, or a number is out of range.

    Example:
        >>> read_class_terms("Key accounts: backlog 0.3, rank 1; Web: goodwill 0")["Key accounts"]
        ClassTerms(backlog=0.3, goodwill=None, rank=1)
    """
    found: dict[str, ClassTerms] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        name, colon, line = part.rpartition(":")
        name = name.strip()
        if not (colon and name and line.strip()):
            raise ChangeInvalid(f"{part.strip()!r} says nothing of a class of customer", mend=_MEND)
        if name in found:
            raise ChangeInvalid(f"The class of customer {name} is named twice", mend="say it once")
        found[name] = _terms(name, line)
    return found


def class_values(names: Sequence[str], text: str, *, backlog: float, goodwill: float) -> tuple[Array, Array, IntArray]:
    """Rates and ranks of classes: their own, else those that hold for all.

    Args:
        names: Classes of customers.
        text: Terms by class, see `read_class_terms`.
        backlog: Cost of a unit that waits a month where a class says nothing, as a share of its price.
        goodwill: Cost of a lost unit beside its margin, likewise.

    Returns:
        Cost of waiting and of losing by class, as shares of price, and rank by class. A class without a rank stands
        behind all that have one.

    Example:
        >>> class_values(("A", "B"), "A: backlog 0.3, rank 1", backlog=0.1, goodwill=0.25)[0].tolist()
        [0.3, 0.1]
    """
    told = read_class_terms(text)
    said = [told.get(name, ClassTerms()) for name in names]
    last = 1 + max((one.rank for one in told.values() if one.rank is not None), default=-1)
    return (
        np.array([backlog if one.backlog is None else one.backlog for one in said], np.float64),
        np.array([goodwill if one.goodwill is None else one.goodwill for one in said], np.float64),
        np.array([last if one.rank is None else one.rank for one in said], np.int64),
    )


def unknown_classes(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Classes that terms name and the data do not have."""
    return tuple(name for name in read_class_terms(text) if name not in names)


def _terms(name: str, line: str) -> ClassTerms:
    terms = ClassTerms()
    for phrase in line.split(","):
        word, _, number = phrase.strip().partition(" ")
        if word not in WORDS:
            raise ChangeInvalid(
                f"{phrase.strip()!r} is no term of {name}", mend=f"use {', '.join(WORDS)}, and a number"
            )
        if getattr(terms, word) is not None:
            raise ChangeInvalid(f"{name} has {word} twice", mend="say it once")
        value = _number(name, word, number)
        match word:
            case "backlog":
                terms = replace(terms, backlog=value)
            case "goodwill":
                terms = replace(terms, goodwill=value)
            case _:
                terms = replace(terms, rank=int(value))
    return terms


def _number(name: str, word: str, text: str) -> float:
    most = MOST_RANK if word == "rank" else MOST_RATE
    try:
        value = float(text)
    except ValueError as fault:
        raise ChangeInvalid(f"{word} of {name} is {text.strip()!r}, no number", mend=_MEND) from fault
    if not 0 <= value <= most or (word == "rank" and not value.is_integer()):
        whole = "whole number" if word == "rank" else "number"
        raise ChangeInvalid(f"{word} of {name} is {value:g}", mend=f"use a {whole} from 0 to {most:g}")
    return value
