"""Formula function: what formulas may call, by name."""

from collections.abc import Callable
from typing import cast

import polars as pl

from steelyard.data.term import Term, as_date, as_number, as_plain_text


def _coalesced(*terms: Term) -> Term:
    types = {term.type for term in terms} - {"empty"}
    if len(types) == 1:
        return Term(pl.coalesce([term.expr for term in terms]), types.pop())
    return Term(pl.coalesce([as_plain_text(term) for term in terms]), "text")


def moved(when: Term, days: pl.Expr) -> Term:
    """A date and a number of days after it."""
    return Term(as_date(when) + pl.duration(days=days.cast(pl.Int64)), "date")


def _slice(text: Term, start: Term, length: Term) -> Term:
    return Term(as_plain_text(text).str.slice(_whole(start), _whole(length)), "text")


def _whole(term: Term) -> int:
    return int(cast(float, term.literal))


def _extract(text: Term, pattern: Term) -> Term:
    return Term(as_plain_text(text).str.extract(str(pattern.literal), 1), "text")


def _replace(text: Term, old: Term, new: Term) -> Term:
    return Term(as_plain_text(text).str.replace_all(str(old.literal), str(new.literal), literal=True), "text")


def _rounded(value: Term, decimals: Term | None = None) -> Term:
    return Term(as_number(value).round(_whole(decimals) if decimals else 0), "number")


def _dated(text: Term, *formats: Term) -> Term:
    return Term(as_date(text, [str(pattern.literal) for pattern in formats]), "date")


FUNCTIONS: dict[str, Callable[..., Term]] = {
    "coalesce": _coalesced,
    "concat": lambda *terms: Term(pl.concat_str([as_plain_text(term) for term in terms]), "text"),
    "extract": _extract,
    "slice": _slice,
    "replace": _replace,
    "upper": lambda text: Term(as_plain_text(text).str.to_uppercase(), "text"),
    "lower": lambda text: Term(as_plain_text(text).str.to_lowercase(), "text"),
    "strip": lambda text: Term(as_plain_text(text).str.strip_chars(), "text"),
    "number": lambda value: Term(as_number(value), "number"),
    "text": lambda value: Term(as_plain_text(value), "text"),
    "date": _dated,
    "round": _rounded,
    "floor": lambda value: Term(as_number(value).floor(), "number"),
    "least": lambda *terms: Term(pl.min_horizontal([as_number(term) for term in terms]), "number"),
    "greatest": lambda *terms: Term(pl.max_horizontal([as_number(term) for term in terms]), "number"),
    "month_start": lambda when: Term(as_date(when).dt.month_start(), "date"),
    "month_end": lambda when: Term(as_date(when).dt.month_end(), "date"),
    "period": lambda when: Term(as_date(when).dt.strftime("%Y-%m"), "text"),
    "add_days": lambda when, days: moved(when, as_number(days)),
}
"""Functions that formulas may use, besides if_else."""
