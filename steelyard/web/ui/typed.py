"""Typed: what people typed into a form of a page, kept beside what was wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from steelyard.errors import SteelyardError


@dataclass(frozen=True)
class TypedField:
    """One field as the page shows it again."""

    text: str = ""
    """What was typed, letter for letter."""
    fault: str = ""
    """What is wrong with it and how to mend it; empty where it can be read."""


@dataclass(frozen=True)
class TypedForm:
    """The fields of a form, and what of the form can be read."""

    fields: Mapping[str, TypedField]
    readable: Mapping[str, str]
    """What was given, without the fields that are wrong."""

    @property
    def wrong(self) -> tuple[str, ...]:
        """Names of the fields that cannot be read."""
        return tuple(name for name, field in self.fields.items() if field.fault)

    @property
    def status(self) -> int:
        """Status of a page that shows the form: 422 where a field is wrong."""
        return 422 if self.wrong else 200


def typed_form(given: Mapping[str, str], names: Iterable[str], read: Callable[[str, str], object]) -> TypedForm:
    """Read the fields of a form one by one, so that a page can say beside each what is wrong with it.

    Args:
        given: All that came with the request.
        names: The fields that people type.
        read: Reads one of them by name; what it raises becomes the fault of the field.

    Example:
        >>> form = typed_form({"lot": "40"}, ["lot"], lambda name, text: float(text))
        >>> form.fields["lot"], form.status
        (TypedField(text='40', fault=''), 200)
    """
    fields = {name: TypedField(given.get(name, ""), _fault(read, name, given.get(name, ""))) for name in names}
    readable = {name: text for name, text in given.items() if not (name in fields and fields[name].fault)}
    return TypedForm(fields, readable)


def _fault(read: Callable[[str, str], object], name: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        read(name, text)
    except SteelyardError as fault:
        return str(fault)
    return ""
