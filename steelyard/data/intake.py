"""Intake: raw rows under contract names, before any check, whatever way they came in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from steelyard.data.extract import SourceRecord
from steelyard.data.finding import Finding, Severity
from steelyard.data.manifest import TEMPLATE, Manifest, read_manifest
from steelyard.data.read.folder import Folder, open_folder
from steelyard.data.read.source_file import ROW, SourceFile
from steelyard.data.schema import TABLES
from steelyard.errors import DataError, ImportRejected, SteelyardError

Progress = Callable[[str, int, int], None]
"""Called with the step, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class RawTable:
    """Raw rows of one contract table."""

    frame: pl.DataFrame
    """Rows under contract column names, with `_fault`, `_source` and `_source_row`."""
    sources: tuple[SourceRecord, ...]
    filtered: pl.DataFrame | None = None
    """Rows that a declared filter left out, in the same columns."""
    before_merge: pl.DataFrame | None = None
    """Rows before a declared aggregation, if there was one."""


@dataclass(frozen=True)
class Intake:
    """Raw rows of all tables, and what came with them."""

    manifest: Manifest
    tables: Mapping[str, RawTable]
    findings: tuple[Finding, ...] = ()
    assumptions: tuple[Mapping[str, object], ...] = field(default=())
    """Assumption rows that the mapping declares."""
    mapping_digest: str = ""
    thresholds: Mapping[str, object] = field(default_factory=dict)
    """Thresholds that the mapping sets."""


def read_contract_folder(root: Path, progress: Progress) -> Intake:
    """Take in a folder whose files already are tables of the contract.

    A file belongs to the table it is named after (`item.csv`), or its folder (`sales_line/2024.csv`), or its sheet.

    Raises:
        ImportRejected: The manifest is missing, or a file cannot be read; all faults are gathered.
    """
    folder = open_folder(root)
    manifest = read_manifest(root)
    if manifest is None:
        mend = f"add manifest.toml:\n{TEMPLATE}or import with a mapping"
        raise ImportRejected("The folder has no manifest", [DataError("No manifest.toml", where=root.name, mend=mend)])
    files, faults = _read_all(folder, progress)
    unknown = [file.name for file in files if table_of(file.name) is None]
    faults += [_absent(name) for name in manifest.totals if not any(table_of(f.name) == name for f in files)]
    if faults:
        raise ImportRejected("The extract was rejected", faults)
    findings = (*_unread(folder), *_not_in_contract(unknown), *reading_findings(files))
    return Intake(manifest, _by_table(files), findings)


def table_of(name: str) -> str | None:
    """The contract table that a file, folder or sheet name stands for."""
    parts = [part.lower() for part in name.split("/")]
    return next((part for part in reversed(parts) if part in TABLES), None)


def record_of(file: SourceFile) -> SourceRecord:
    """What lineage keeps of a file."""
    facts = file.facts
    return SourceRecord(
        facts.path, facts.sha256, facts.rows, facts.encoding, facts.delimiter, facts.line_end, facts.notes
    )


def _read_all(folder: Folder, progress: Progress) -> tuple[list[SourceFile], list[SteelyardError]]:
    files: list[SourceFile] = []
    faults: list[SteelyardError] = []
    for done, name in enumerate(folder.names):
        progress(f"reading {name}", done, len(folder.names))
        try:
            files += folder.read(name)
        except DataError as fault:
            faults.append(fault)
    return files, faults


def _absent(table: str) -> DataError:
    mend = "add the file, or take it out of the manifest"
    return DataError(f"The manifest names table {table!r}, but there is no such file", where="manifest", mend=mend)


def _by_table(files: list[SourceFile]) -> dict[str, RawTable]:
    grouped: dict[str, list[SourceFile]] = {}
    for file in files:
        if table := table_of(file.name):
            grouped.setdefault(table, []).append(file)
    return {table: _raw_table(members) for table, members in grouped.items()}


def _raw_table(files: list[SourceFile]) -> RawTable:
    frames = [file.frame.with_columns(_source=pl.lit(file.facts.path)) for file in files]
    frame = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
    names = {name: name.strip().lower() for name in frame.columns if name != ROW and name.strip().lower() != name}
    return RawTable(frame.rename(names), tuple(record_of(file) for file in files))


def _unread(folder: Folder) -> list[Finding]:
    if not folder.ignored:
        return []
    message = f"{len(folder.ignored)} files were not read, as no reader knows their kind"
    mend = "export them as CSV, Excel or Parquet, or take them out"
    return [_file_finding("every_file_is_read", len(folder.ignored), "note", message, mend, folder.ignored[:5])]


def _not_in_contract(names: list[str]) -> list[Finding]:
    if not names:
        return []
    message = f"{len(names)} files are no table of the contract and were not used"
    mend = "name them after a table, or write a mapping (steelyard map proposes one)"
    return [_file_finding("every_file_is_used", len(names), "warning", message, mend, tuple(names[:5]))]


def reading_findings(files: list[SourceFile]) -> list[Finding]:
    """Notes on how files were written, where it is not plain UTF-8 with a decimal point."""
    return [
        _file_finding("files_are_plain", file.facts.rows, "note", f"{file.facts.path}: {oddity}", "nothing to do", ())
        for file in files
        for oddity in _oddities(file)
    ]


def _oddities(file: SourceFile) -> list[str]:
    facts = file.facts
    found = list(facts.notes)
    if facts.encoding not in ("", "utf-8", "utf-8-sig"):
        found.append(f"read as {facts.encoding}")
    if facts.line_end == "CR":
        found.append("lines end with CR only")
    if facts.decimal_comma:
        found.append(f"decimal comma in {', '.join(facts.decimal_comma)}")
    return found


def _file_finding(
    rule: str, rows: int, severity: Severity, message: str, mend: str, examples: tuple[str, ...]
) -> Finding:
    return Finding(rule, "", rows, severity, "data steward", message, mend, check="file", examples=examples)
