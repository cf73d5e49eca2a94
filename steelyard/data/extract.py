"""Extract: the checked, immutable tables of one import, with findings, quarantine, totals and lineage."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import polars as pl

from steelyard.data.digest import digest_of_parts, table_digest
from steelyard.data.finding import Finding, findings_frame, findings_of
from steelyard.data.manifest import CalendarKind
from steelyard.data.safe_folder import write_file, write_folder
from steelyard.data.schema import TABLES
from steelyard.data.score import Score
from steelyard.data.table import Table, empty_frame
from steelyard.errors import NotFound, StoreDamaged

FORMAT = 1
"""Version of the stored form."""
HEAD, LATEST = "extract.json", "latest"


@dataclass(frozen=True)
class SourceRecord:
    """One source that went into a table, as the reader found it."""

    path: str
    sha256: str
    rows: int
    encoding: str = ""
    delimiter: str = ""
    line_end: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extract:
    """The checked, immutable tables of one import."""

    digest: str
    """SHA-256 of the content, the same on every machine."""
    company: str
    source_system: str
    as_of: date
    """Last day of the history."""
    base_currency: str
    calendar: CalendarKind
    """Planning periods: months, weeks, 445, or table."""
    tables: Mapping[str, pl.DataFrame]
    """Accepted rows of every table of the contract, sorted by key; empty frames where nothing came in.

    Ids and text are String, quantities and money Float64, dates Date, flags Boolean; then columns the contract does
    not know, then `_source` (file) and `_source_row` (row in it, first data row = 1; empty on assumed rows).
    """
    findings: tuple[Finding, ...]
    """All findings, worst and most money first."""
    quarantine: Mapping[str, pl.DataFrame]
    """Rows kept out, as text as they came, with `_rule` and `_reason`, by table; tables without any are absent."""
    reconciliation: pl.DataFrame
    """One row per table: rows_, quantity_ and money_ of read, accepted, quarantined, merged, filtered, assumed."""
    lineage: Mapping[str, tuple[SourceRecord, ...]]
    """Source files by table."""
    score: Score = field(default_factory=Score)
    """Data quality, overall and by table, 0 to 100."""
    level: int = 0
    """Highest level the tables allow: 0 none, 1 demand review, 2 supply review, 3 finance."""
    mapping_digest: str = ""
    """Digest of the mapping the files came in by; empty if they were in contract form."""
    imported_at: datetime | None = None
    folder: Path | None = field(default=None, compare=False)
    """Where it is stored."""

    @property
    def assumptions(self) -> pl.DataFrame:
        """Every gap that was filled, with value, reason and author."""
        return self.tables["assumption"]

    @staticmethod
    def open(folder: Path | str) -> "Extract":
        """Open a stored extract, or the last good one of a folder of extracts.

        Raises:
            NotFound: There is no extract.
            StoreDamaged: The tables do not match the digest.
        """
        return _open(Path(folder))


def sealed(extract: Extract) -> Extract:
    """The extract with the digest of its content: head, tables, quarantine and mapping; not time or place."""
    head = (extract.company, extract.source_system, extract.as_of.isoformat(), extract.base_currency, extract.calendar)
    parts = {"head": json.dumps(head), "mapping": extract.mapping_digest, "format": str(FORMAT)}
    parts |= {f"table:{name}": table_digest(frame) for name, frame in extract.tables.items() if frame.height}
    parts |= {f"quarantine:{name}": table_digest(frame) for name, frame in extract.quarantine.items()}
    return replace(extract, digest=digest_of_parts(parts))


def write_extract(extract: Extract, folder: Path | str) -> Extract:
    """Write an extract to a folder that appears whole or not at all; returns it with its folder."""
    place = Path(folder)
    write_folder(place, partial(_fill, extract))
    return replace(extract, folder=place)


def mark_latest(extract: Extract, parent: Path) -> None:
    """Make an extract the last good one of a folder of extracts."""
    write_file(parent / LATEST, extract.digest + "\n")


def latest_extract(parent: Path) -> Extract | None:
    """The last good extract of a folder of extracts, if there is one."""
    pointer = parent / LATEST
    return _open(parent / pointer.read_text().strip()) if pointer.is_file() else None


def _fill(extract: Extract, folder: Path) -> None:
    for part, frames in (("tables", extract.tables), ("quarantine", extract.quarantine)):
        (folder / part).mkdir()
        for name, frame in frames.items():
            if frame.height:
                frame.write_parquet(folder / part / f"{name}.parquet", compression="zstd", statistics=False)
    findings_frame(extract.findings).write_parquet(folder / "findings.parquet")
    extract.reconciliation.write_parquet(folder / "reconciliation.parquet")
    (folder / HEAD).write_text(json.dumps(_head(extract), indent=1, default=str), encoding="utf-8")


def _head(extract: Extract) -> dict[str, object]:
    plain = ("digest", "company", "source_system", "base_currency", "calendar", "level", "mapping_digest")
    head: dict[str, object] = {"format": FORMAT} | {name: getattr(extract, name) for name in plain}
    head["as_of"] = extract.as_of.isoformat()
    head["imported_at"] = extract.imported_at.isoformat() if extract.imported_at else None
    head["score"] = {"overall": extract.score.overall, "tables": dict(extract.score.tables)}
    head["lineage"] = {name: [asdict(source) for source in sources] for name, sources in extract.lineage.items()}
    return head


def _open(folder: Path) -> Extract:
    if not (folder / HEAD).is_file():
        latest = latest_extract(folder) if folder.is_dir() else None
        if latest is None:
            raise NotFound("There is no extract", where=str(folder), mend="import one first")
        return latest
    try:
        extract = _loaded(folder, json.loads((folder / HEAD).read_text(encoding="utf-8")))
        same = sealed(extract).digest == extract.digest
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as fault:
        raise StoreDamaged("The stored extract cannot be read", where=str(folder), mend="import it again") from fault
    if not same:
        raise StoreDamaged("The stored extract was altered", where=str(folder), mend="import it again")
    return extract


def _loaded(folder: Path, head: dict[str, Any]) -> Extract:
    stored = {path.stem: pl.read_parquet(path) for path in sorted((folder / "tables").glob("*.parquet"))}
    return Extract(
        digest=head["digest"],
        company=head["company"],
        source_system=head["source_system"],
        as_of=date.fromisoformat(head["as_of"]),
        base_currency=head["base_currency"],
        calendar=cast(CalendarKind, head["calendar"]),
        tables={name: _whole(stored.get(name), table) for name, table in TABLES.items()},
        findings=findings_of(pl.read_parquet(folder / "findings.parquet")),
        quarantine={p.stem: pl.read_parquet(p) for p in sorted((folder / "quarantine").glob("*.parquet"))},
        reconciliation=pl.read_parquet(folder / "reconciliation.parquet"),
        lineage={name: tuple(_record(source) for source in found) for name, found in head["lineage"].items()},
        score=Score(**head["score"]),
        level=head["level"],
        mapping_digest=head["mapping_digest"],
        imported_at=datetime.fromisoformat(head["imported_at"]) if head["imported_at"] else None,
        folder=folder,
    )


def _whole(stored: pl.DataFrame | None, table: Table) -> pl.DataFrame:
    """A stored table with the columns that the contract has learned since."""
    if stored is None:
        return empty_frame(table)
    new = {name: dtype for name, dtype in table.schema.items() if name not in stored.columns}
    return stored.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in new.items()) if new else stored


def _record(source: dict[str, Any]) -> SourceRecord:
    return SourceRecord(**{**source, "notes": tuple(source["notes"])})
