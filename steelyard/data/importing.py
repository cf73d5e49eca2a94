"""Importing: a folder or database becomes a checked, immutable extract: read, map, check, complete, write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from steelyard.data.checking import CheckedTables, check_tables
from steelyard.data.company import Company
from steelyard.data.completion import complete_tables
from steelyard.data.extract import Extract, latest_extract, mark_latest, sealed, write_extract
from steelyard.data.finding import Finding, by_weight
from steelyard.data.intake import Intake, Progress, read_contract_folder
from steelyard.data.manifest import Manifest
from steelyard.data.mapping import Mapping as TableMapping
from steelyard.data.mapping_file import load_mapping
from steelyard.data.mapping_run import read_mapped
from steelyard.data.plausibility import compare_with_previous
from steelyard.data.quality import check_sets
from steelyard.data.reconciliation import reconciliation_frame
from steelyard.data.schema import MINIMUM, TABLES
from steelyard.data.score import score_tables
from steelyard.data.table import SOURCE_COLUMNS, empty_frame
from steelyard.data.threshold import STANDARD, Thresholds
from steelyard.errors import DataError, ImportRejected, NotFound, StoreDamaged

Source = Path | str


def silent(step: str, done: int, total: int) -> None:
    """Progress that is not shown."""


def import_extract(
    source: Source,
    *,
    mapping: TableMapping | Path | str | None = None,
    into: Path | str,
    at: datetime,
    previous: Extract | None = None,
    progress: Progress | None = None,
    as_of: date | None = None,
    thresholds: Thresholds = STANDARD,
) -> Extract:
    """Import an extract: read, map, check, quarantine, complete and write it.

    Args:
        source: Folder of files, or SQLAlchemy URL of a database (which needs a mapping).
        mapping: Mapping, or path of a mapping file; None if the files are tables of the contract already.
        into: Folder of extracts; this one is written to `into/<digest>` and becomes its latest.
        at: Time of the import.
        previous: Extract to compare with, and that a delta adds to; by default the latest in `into`.
        progress: Called with step, done and total.
        as_of: As-of date, if another than the manifest or mapping states.
        thresholds: How far figures may differ before a check speaks; what the mapping states goes before.

    Returns:
        The stored extract. Rows that break a rule are in its quarantine, gaps that were filled in its assumptions.

    Raises:
        ImportRejected: A file cannot be read, control totals do not hold, or there is nothing to plan with. All
            faults are gathered, nothing is written, and the last good extract stays.
    """
    before = previous or _last_good(Path(into))
    extract = check_extract(
        source, mapping=mapping, at=at, previous=before, progress=progress, as_of=as_of, thresholds=thresholds
    )
    (progress or silent)("writing", 0, 1)
    stored = write_extract(extract, Path(into) / extract.digest)
    mark_latest(stored, Path(into))
    return stored


def check_extract(
    source: Source,
    *,
    at: datetime,
    mapping: TableMapping | Path | str | None = None,
    previous: Extract | None = None,
    progress: Progress | None = None,
    as_of: date | None = None,
    thresholds: Thresholds = STANDARD,
) -> Extract:
    """Do all of an import but the writing; arguments and errors as for `import_extract`."""
    shown = progress or silent
    intake = _take_in(source, mapping, shown, as_of)
    checked = check_tables(intake, shown, _base_of(intake.manifest, previous))
    _reject_if_totals_differ(intake, checked)
    _reject_if_nothing_to_plan(checked)
    limits = thresholds.with_values(intake.thresholds, "the mapping")
    return _assemble(intake, checked, previous, at, shown, limits)


def _last_good(into: Path) -> Extract | None:
    """The latest extract, if it is whole: a damaged one must not stand in the way of the next."""
    try:
        return latest_extract(into)
    except (NotFound, StoreDamaged):
        return None


def _base_of(manifest: Manifest, previous: Extract | None) -> Mapping[str, pl.DataFrame]:
    """The tables a delta adds to; none for a full extract."""
    if manifest.mode == "full":
        return {}
    if previous is None or previous.company != manifest.company:
        mend = 'import a full extract first, or state mode = "full"'
        fault = DataError("A delta has no extract to add to", where=manifest.company, mend=mend)
        raise ImportRejected("The extract was rejected", [fault])
    return previous.tables


def _take_in(
    source: Source, mapping: TableMapping | Path | str | None, progress: Progress, as_of: date | None
) -> Intake:
    try:
        declared = load_mapping(Path(mapping)) if isinstance(mapping, str | Path) else mapping
        if declared is not None:
            return read_mapped(source, declared, progress, as_of)
        if "://" in str(source):
            raise DataError("A database needs a mapping", where="the source", mend="write one with from = a table name")
        intake = read_contract_folder(Path(source), progress)
    except ImportRejected:
        raise
    except DataError as fault:
        raise ImportRejected("The extract was rejected", [fault]) from fault
    return replace(intake, manifest=intake.manifest.at(as_of)) if as_of else intake


def _reject_if_totals_differ(intake: Intake, checked: CheckedTables) -> None:
    faults = [
        DataError(
            f"Table {table}: the manifest states {what} {stated:,.10g}, the file has {float(found):,.10g}",
            where=", ".join(source.path for source in intake.tables[table].sources),
            mend="export the file again, or correct the manifest",
        )
        for table, total in intake.manifest.totals.items()
        if table in checked.totals
        for what, stated, found in (
            ("rows", total.rows, checked.totals[table]["read"].rows),
            ("quantity", total.quantity, checked.totals[table]["read"].quantity),
            ("money", total.money, checked.totals[table]["read"].money),
        )
        if stated is not None and abs(stated - float(found)) > max(abs(stated) * 1e-9, 0.005)
    ]
    if faults:
        raise ImportRejected("The control totals do not hold", faults)


def _reject_if_nothing_to_plan(checked: CheckedTables) -> None:
    faults = [
        DataError(
            f"No usable row in {' or '.join(group)}",
            where="; ".join(f"{f.table}: {f.message}" for f in checked.findings if f.table in group) or "the extract",
            mend=f"deliver {' or '.join(group)}; every plan needs it",
        )
        for group in MINIMUM[1]
        if not any(checked.accepted[name].height for name in group)
    ]
    if faults:
        raise ImportRejected("There is nothing to plan with", faults)


def _assemble(
    intake: Intake,
    checked: CheckedTables,
    previous: Extract | None,
    at: datetime,
    progress: Progress,
    thresholds: Thresholds,
) -> Extract:
    manifest = intake.manifest
    progress("completing", 0, 1)
    completed = complete_tables(checked.accepted, intake.assumptions, manifest, thresholds.horizon_periods)
    tables = {name: _ordered(completed.tables[name], name) for name in TABLES}
    progress("checking the whole", 0, 1)
    company = Company(tables, manifest, checked.worth, thresholds)
    findings = [*intake.findings, *checked.findings, *completed.findings, *check_sets(company)]
    if previous is not None:
        findings += compare_with_previous(previous, tables, manifest, thresholds)
    totals = {name: {**fates, "assumed": completed.assumed[name]} for name, fates in checked.totals.items()}
    return sealed(
        Extract(
            digest="",
            company=manifest.company,
            source_system=manifest.source_system,
            as_of=manifest.as_of,
            base_currency=manifest.base_currency,
            calendar=manifest.calendar,
            tables=tables,
            findings=by_weight(findings),
            quarantine=checked.quarantined,
            reconciliation=reconciliation_frame(totals),
            lineage={name: raw.sources for name, raw in intake.tables.items()},
            score=score_tables(findings, totals, checked.worth.revenue),
            level=level_of(tables),
            mapping_digest=intake.mapping_digest,
            imported_at=at,
        )
    )


def _ordered(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows sorted by key, lineage columns last; tables without rows in their plain form."""
    if not frame.height:
        return empty_frame(TABLES[name])
    lineage = [column for column in SOURCE_COLUMNS if column in frame.columns]
    columns = [column for column in frame.columns if column not in lineage]
    return frame.select(columns + lineage).sort(TABLES[name].key, nulls_last=False, maintain_order=True)


def level_of(tables: Mapping[str, pl.DataFrame]) -> int:
    """Highest level the tables allow: 1 demand review, 2 supply review, 3 finance."""
    reached = 0
    for level, groups in MINIMUM.items():
        if not all(any(tables[name].height for name in group) for group in groups):
            break
        reached = level
    return reached


__all__ = ["Finding", "check_extract", "import_extract", "level_of"]
