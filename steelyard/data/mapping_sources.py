"""Mapping sources: the files, database tables and views that a mapping names, each read once."""

from datetime import timedelta
from pathlib import Path

import polars as pl

from steelyard.data.mapping import FileRule, Mapping
from steelyard.data.read.database import read_query
from steelyard.data.read.folder import Folder, ReadingOptions, open_folder
from steelyard.data.read.source_file import FAULT, ROW, SourceFile
from steelyard.data.typed import as_text, parse_dates
from steelyard.errors import MappingInvalid

LINEAGE = ("_source", ROW, FAULT)


class Sources:
    """The files and tables of a folder or database, read when a mapping asks for them, once."""

    def __init__(self, source: Path | str, mapping: Mapping) -> None:
        self.mapping = mapping
        self.url = str(source) if "://" in str(source) else None
        self.folder: Folder | None = None if self.url else open_folder(Path(source))
        self.read: dict[str, SourceFile] = {}

    def frame(self, name: str) -> pl.DataFrame:
        """The rows of a file or table, dates read and shifted, with file, row number and fault.

        Raises:
            FileUnreadable: There is no such file, or it cannot be read.
        """
        file = self.read.get(name) or self._read(name)
        self.read[name] = file
        dated = _dated(file.frame, self._rule(name), name)
        return dated.with_columns(_source=pl.lit(file.facts.path))

    def _rule(self, name: str) -> FileRule:
        """The rule of a file: its own, else that of the nearest folder above it."""
        if name in self.mapping.files:
            return self.mapping.files[name]
        above = [folder for folder in self.mapping.folders if folder == "." or name.startswith(f"{folder}/")]
        return self.mapping.folders[max(above, key=len)] if above else FileRule()

    def _read(self, name: str) -> SourceFile:
        rule = self._rule(name)
        path = rule.path or name
        if self.folder is None:
            return read_query(str(self.url), name=path, query=rule.query)
        options = ReadingOptions(rule.delimiter, rule.encoding, rule.header)
        book, _, sheet = path.rpartition("/")
        if path not in self.folder.paths and book in self.folder.paths:
            return next(file for file in self.folder.read(book, options) if file.name.endswith(f"/{sheet}"))
        return self.folder.read(path, options)[0]


def _dated(frame: pl.DataFrame, rule: FileRule, where: str) -> pl.DataFrame:
    named = [name for name in rule.dates if name in frame.columns]
    typed = [name for name, dtype in frame.schema.items() if dtype.is_temporal() and dtype != pl.Time]
    read = [_read_dates(frame[name], rule, where) for name in named if name not in typed]
    dates = [*read, *(frame[name].cast(pl.Date) for name in typed)]
    shift = timedelta(days=rule.shift_days)
    shifted = frame.with_columns([values + shift if rule.shift_days else values for values in dates])
    return shifted.with_columns(_faults(frame, read))


def _faults(frame: pl.DataFrame, dates: list[pl.Series]) -> pl.Series:
    """The fault of rows whose date columns hold text that is no date; the reader's own faults stay."""
    faults = frame[FAULT]
    for values in dates:
        lost = values.is_null() & as_text(frame[values.name]).is_not_null()
        if lost.any():
            reason = pl.select(
                pl.format("{} is not a date: {}", pl.lit(values.name), frame[values.name].cast(pl.String))
            )
            faults = faults.fill_null(reason.to_series().zip_with(lost, pl.Series([None], dtype=pl.String)))
    return faults.alias(FAULT)


def _read_dates(values: pl.Series, rule: FileRule, where: str) -> pl.Series:
    """Dates from text, by the formats of the file's rule."""
    text = as_text(values)
    dates = parse_dates(text, rule.formats)
    if len(text) - text.null_count() and dates.null_count() == len(dates):
        example = text.drop_nulls()[0]
        mend = 'state its format: formats = ["%d/%m/%y"]'
        raise MappingInvalid(f"{values.name} holds no date, e.g. {example!r}", where=where, mend=mend)
    return dates
