"""Proposal: a mapping for a folder of unknown files, and what was understood of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from steelyard.data.column import Column
from steelyard.data.likeness import ColumnProfile, likeness, profile_column, words_of
from steelyard.data.proposal_text import proposal_text
from steelyard.data.read.folder import open_folder
from steelyard.data.read.source_file import FAULT, ROW, FileFacts, SourceFile
from steelyard.data.schema import TABLES
from steelyard.data.synonyms import TABLE_WORDS
from steelyard.data.table import Table
from steelyard.data.understanding import ColumnUnderstanding, FileUnderstanding, LookUp, Understanding
from steelyard.data.wide_file import read_as_wide
from steelyard.errors import DataError

LEAST_COLUMN = 0.45
"""A column that fits less is not proposed."""
LEAST_TABLE = 0.5
"""A file that fits less is not proposed."""
LEAST_SALES = 0.2
"""A file is taken for sales lines from this on, where no other is."""
OVERLAP = 0.8
"""Share of the values of a column that must be keys of another file for a reference."""


def propose_mapping(folder: Path | str) -> Understanding:
    """Propose a mapping for a folder of unknown files.

    Files are matched with tables, and columns with columns, by their names (also those of SAP, Odoo, ERPNext and
    AdventureWorks style), by the type of their values, by which columns are unique, and by which values are keys of
    other files. What a table requires and no file has is proposed as a constant with the reason left to be stated.

    Raises:
        FileUnreadable: The folder holds no table.
    """
    place = open_folder(Path(folder))
    files, unreadable = list[SourceFile](), list[str]()
    for name in place.names:
        try:
            files += place.read(name)
        except DataError as fault:
            unreadable.append(str(fault))
    profiles = {file.name: _profiles(file) for file in files}
    frames = {file.name: file.frame for file in files}
    taken = _one_table_each([_understand(file, profiles[file.name]) for file in files])
    chosen = _with_sales(_with_wide_sales(taken, frames), profiles)
    complete = tuple(_with_look_ups(file, chosen, frames, profiles) for file in chosen)
    return Understanding(complete, tuple(unreadable), proposal_text(complete, frames, Path(folder).name))


def _profiles(file: SourceFile) -> tuple[ColumnProfile, ...]:
    return tuple(profile_column(file.frame[name]) for name in file.frame.columns if name not in (ROW, FAULT))


def _understand(file: SourceFile, profiles: Sequence[ColumnProfile]) -> FileUnderstanding:
    readings = [_read_as(file.facts, file.name, profiles, table) for table in TABLES.values()]
    best = max(readings, key=lambda reading: reading.confidence)
    return best if best.confidence >= LEAST_TABLE else _unused(best)


def _read_as(facts: FileFacts, name: str, profiles: Sequence[ColumnProfile], table: Table) -> FileUnderstanding:
    """A file read as one table, and how well that fits."""
    match = _assign(profiles, table)
    score = _table_score(name, match, table, profiles)
    found = {profile.name: (target, fit) for target, (profile, fit) in match.items()}
    columns = tuple(ColumnUnderstanding(profile, *found.get(profile.name, ("", 0.0))) for profile in profiles)
    return FileUnderstanding(facts, name, columns, table.name, round(score, 2))


def _with_wide_sales(files: list[FileUnderstanding], frames: dict[str, pl.DataFrame]) -> list[FileUnderstanding]:
    """Where no file was taken for sales lines, a wide file of days and items is, the one most called like sales."""
    items = [file for file in files if file.table == "item"]
    if any(file.table in ("sales_line", "demand_history") for file in files):
        return files
    wide = [found for file in files if not file.table and (found := read_as_wide(file, items, frames))]
    best = max(wide, key=lambda file: _name_likeness(file.name, "sales_line"), default=None)
    return [best if best is not None and file.name == best.name else file for file in files]


def _with_sales(
    files: list[FileUnderstanding], profiles: dict[str, tuple[ColumnProfile, ...]]
) -> list[FileUnderstanding]:
    """Where no file was taken for sales lines, the one most like them is; it also gives the items if none does."""
    tables = {file.table for file in files}
    if not tables & {"sales_line", "demand_history"}:
        readings = [_read_as(f.facts, f.name, profiles[f.name], TABLES["sales_line"]) for f in files if not f.table]
        best = max(readings, key=lambda reading: reading.confidence, default=None)
        if best is not None and best.confidence >= LEAST_SALES:
            files = [best if file.name == best.name else file for file in files]
    sales = [file for file in files if file.table == "sales_line"]
    if "item" not in tables and sales:
        files = [*files, *_items_of(sales[0], profiles[sales[0].name])]
    return files


def _items_of(sales: FileUnderstanding, profiles: Sequence[ColumnProfile]) -> list[FileUnderstanding]:
    """The items that a file of sales names, as sure as the file and the column are; nothing if it names none."""
    found = _read_as(sales.facts, sales.name, profiles, TABLES["item"])
    sure = max((column.confidence for column in found.columns if column.target == "item_id"), default=0.0)
    return [replace(found, confidence=round(min(sure, sales.confidence), 2))] if sure else []


def _assign(profiles: Sequence[ColumnProfile], table: Table) -> dict[str, tuple[ColumnProfile, float]]:
    """Each contract column gets the unknown column that fits best; none is taken twice, best pairs first."""
    pairs = [
        (likeness(profile, column), n, column.name) for n, profile in enumerate(profiles) for column in table.columns
    ]
    taken: dict[str, tuple[ColumnProfile, float]] = {}
    used: set[int] = set()
    for fit, n, name in sorted(
        pairs, key=lambda pair: (-pair[0] - 0.1 * (pair[2] in table.required), pair[1], pair[2])
    ):
        if fit >= LEAST_COLUMN and name not in taken and n not in used:
            taken[name] = (profiles[n], fit)
            used.add(n)
    return taken


def _table_score(
    name: str, match: dict[str, tuple[ColumnProfile, float]], table: Table, profiles: Sequence[ColumnProfile]
) -> float:
    """How well a file fits a table: its name, the required columns it has, and the share of its columns used."""
    needed = [column for column in table.columns if column.need != "optional" or column.name in table.key]
    weights = [2.0 if column.need == "required" else 1.0 for column in needed]
    found = sum(w * match[c.name][1] for w, c in zip(weights, needed, strict=True) if c.name in match)
    covered = found / sum(weights)
    used = sum(fit for _, fit in match.values()) / max(len(profiles), 1)
    single = len(table.key) == 1 and table.key[0] in match
    unique = 0.1 if single and match[table.key[0]][0].unique else -0.15 if single and len(profiles) > 1 else 0.0
    whole = 0.4 * _name_likeness(name, table.name) + 0.4 * covered + 0.2 * min(used * 2, 1.0) + unique
    return min(max(whole, 0.0), 1.0)


def _name_likeness(name: str, table: str) -> float:
    """1 if the file is called as the table or a synonym; less if only a word of its name is."""
    last = name.rsplit("/", 1)[-1]
    words = words_of(last)
    known = TABLE_WORDS.get(table, "").lower().split()
    if "".join(words) in (*known, table.replace("_", "")):
        return 1.0
    share = len(set(words) & {*known, *table.split("_")}) / len(words) if words else 0.0
    return 0.8 * share


def _one_table_each(files: list[FileUnderstanding]) -> list[FileUnderstanding]:
    """Of several files taken for the same table the best keeps it, and those nearly as good with as many columns."""
    best = {f.table: max((g.confidence for g in files if g.table == f.table), default=0.0) for f in files if f.table}
    return [file if not file.table or file.confidence >= best[file.table] - 0.02 else _unused(file) for file in files]


def _unused(file: FileUnderstanding) -> FileUnderstanding:
    columns = tuple(ColumnUnderstanding(column.profile, "", 0.0) for column in file.columns)
    return FileUnderstanding(file.facts, file.name, columns, "", file.confidence)


def _with_look_ups(
    file: FileUnderstanding,
    files: Sequence[FileUnderstanding],
    frames: dict[str, pl.DataFrame],
    profiles: dict[str, tuple[ColumnProfile, ...]],
) -> FileUnderstanding:
    """Find the columns a table lacks in files that share a key with it (order header, category, names)."""
    if not file.table or file.wide:
        return file
    table = TABLES[file.table]
    has = {column.target for column in file.columns if column.target}
    look_ups: list[LookUp] = []
    for other in files:
        if other.name == file.name:
            continue
        wanted = [c for c in table.columns if c.name not in has and (c.need != "optional" or c.name in _WANTED)]
        key = _shared_key(frames[file.name], frames[other.name], profiles[file.name], profiles[other.name])
        if key and (found := _found_there(profiles[other.name], wanted, key[1])):
            look_ups.append(LookUp(other.name, key[0], key[1], found))
            has |= {name for name, _ in found}
    missing = tuple(name for name in table.required if name not in has)
    return FileUnderstanding(file.facts, file.name, file.columns, file.table, file.confidence, tuple(look_ups), missing)


_WANTED = ("family", "category")


def _found_there(profiles: Sequence[ColumnProfile], wanted: Sequence[Column], key: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for column in wanted:
        best = max(((likeness(p, column), p.name) for p in profiles if p.name != key), default=(0.0, ""))
        if best[0] >= 0.8 and best[1] not in [name for _, name in found]:
            found.append((column.name, best[1]))
    return tuple(found)


def _shared_key(
    here: pl.DataFrame, there: pl.DataFrame, mine: Sequence[ColumnProfile], theirs: Sequence[ColumnProfile]
) -> tuple[str, str] | None:
    """A column of this file whose values are keys of the other, under the same name."""
    keys = {"".join(words_of(profile.name)): profile.name for profile in theirs if profile.unique}
    for profile in mine:
        there_name = keys.get("".join(words_of(profile.name)))
        if there_name and not (profile.unique and len(here) == len(there)) and profile.type != "date":
            values = here[profile.name].cast(pl.String).drop_nulls()
            known = there[there_name].cast(pl.String)
            if len(values) and int(values.is_in(known.implode()).sum()) >= OVERLAP * len(values):
                return profile.name, there_name
    return None


__all__ = ["ColumnUnderstanding", "FileUnderstanding", "LookUp", "Understanding", "propose_mapping"]
