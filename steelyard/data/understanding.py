"""Understanding: what was made of unknown files: which file is which table, which column is which."""

from dataclasses import dataclass

from steelyard.data.likeness import ColumnProfile
from steelyard.data.read.source_file import FileFacts


@dataclass(frozen=True)
class ColumnUnderstanding:
    """An unknown column and the contract column it is taken for."""

    profile: ColumnProfile
    target: str
    """Contract column, or empty."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True)
class LookUp:
    """A column that stands in another file, found by a shared key."""

    file: str
    here: str
    there: str
    columns: tuple[tuple[str, str], ...]
    """Contract column and column there."""


@dataclass(frozen=True)
class FileUnderstanding:
    """What was understood of one file."""

    facts: FileFacts
    name: str
    columns: tuple[ColumnUnderstanding, ...]
    table: str
    """Contract table, or empty."""
    confidence: float
    look_ups: tuple[LookUp, ...] = ()
    missing: tuple[str, ...] = ()
    """Columns the table requires that were not found."""
    wide: str = ""
    """Date column of a wide file, whose other columns are items; empty for all others."""


@dataclass(frozen=True)
class Understanding:
    """What was understood of a folder, and the mapping that follows from it."""

    files: tuple[FileUnderstanding, ...]
    unreadable: tuple[str, ...]
    """Files that could not be read, with the reason."""
    text: str
    """The proposed mapping as TOML, to be read, corrected and kept."""
