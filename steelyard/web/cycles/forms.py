"""Forms: what people type, read as dates and numbers; what cannot be read is told."""

from datetime import date

from django.http import QueryDict

from steelyard.errors import CycleInvalid


def read_day(sent: QueryDict, name: str) -> date | None:
    """A day of a form; None where nothing was typed.

    Raises:
        CycleInvalid: It is no day.
    """
    text = sent.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise CycleInvalid(f"{text[:20]!r} is no day", mend="write it like 2026-11-30") from fault


def read_whole(sent: QueryDict, name: str, usual: int | None = None) -> int:
    """A whole number of a form.

    Raises:
        CycleInvalid: It is none.
    """
    text = sent.get(name, "").strip()
    if not text and usual is not None:
        return usual
    try:
        return int(text)
    except ValueError as fault:
        raise CycleInvalid(f"{text[:20]!r} is no whole number", mend="write it like 3 or -2") from fault


def read_revision(sent: QueryDict) -> int | None:
    """The revision a person saw; None where the form does not say."""
    return read_whole(sent, "revision") if sent.get("revision") else None
