"""Master data selectors: extracts, and what the checks found in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from steelyard.data.extract import Extract, SourceRecord
from steelyard.data.finding import SEVERITIES, Finding
from steelyard.errors import NotFound
from steelyard.plan.export import DANGEROUS
from steelyard.plan.sight import seen_extract
from steelyard.web.accounts.sight import sight
from steelyard.web.company import workspace

NAMELESS = "Steelyard"
QUARANTINE_PAGE = 100


@dataclass(frozen=True)
class ExtractLine:
    """An extract in the list."""

    digest: str
    source_system: str
    as_of: date
    actor: str
    at: datetime
    latest: bool


@dataclass(frozen=True)
class Fate:
    """Rows, quantity and money of one table by what became of them."""

    table: str
    rows: dict[str, int]
    quantity: dict[str, Decimal]
    money: dict[str, Decimal]
    score: float | None

    @property
    def adds_up(self) -> bool:
        """Whether all that was read is accounted for."""
        return all(
            values["read"] == sum(values[fate] for fate in ("accepted", "quarantined", "merged", "filtered"))
            for values in (self.rows, self.quantity, self.money)
        )


@dataclass(frozen=True)
class LineageLine:
    """One source of a table."""

    table: str
    source: SourceRecord


@dataclass(frozen=True)
class QuarantinePart:
    """A page of rows that were kept out."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def company_name() -> str:
    """The company's name, or the product's before there is a company."""
    try:
        return workspace().company
    except NotFound:
        return NAMELESS


def base_currency(digest: str) -> str:
    """Currency of an extract."""
    return extract(digest).base_currency


def extracts() -> list[ExtractLine]:
    """All extracts, newest first."""
    records = list(reversed(workspace().extracts()))
    return [
        ExtractLine(r.digest, r.source_system, r.as_of, r.actor, r.at, number == 0) for number, r in enumerate(records)
    ]


def extract(digest: str = "") -> Extract:
    """Open an extract as the person of the request sees it; the latest without a digest.

    Raises:
        NotFound: There is none.
    """
    known = [record.digest for record in workspace().extracts()]
    found = known[-1:] if not digest else [one for one in known if one.startswith(digest)]
    if len(found) != 1:
        raise NotFound(f"There is no extract {digest[:12]!r}", mend="look at the list of extracts")
    return seen_extract(workspace().calculator.extract(found[0]), sight())


def reconciliation(opened: Extract) -> list[Fate]:
    """Read = accepted + quarantined + merged + filtered, for each table that came in."""
    return [
        Fate(
            row["table"],
            _part(row, "rows_"),
            _part(row, "quantity_"),
            _part(row, "money_"),
            opened.score.tables.get(row["table"]),
        )
        for row in opened.reconciliation.to_dicts()
    ]


def findings(opened: Extract, *, severity: str = "", table: str = "") -> list[Finding]:
    """Findings by money, most first; then worst first."""
    kept = [f for f in opened.findings if severity in ("", f.severity) and table in ("", f.table)]
    return sorted(kept, key=lambda f: (-abs(f.money), SEVERITIES.index(f.severity), -f.rows, f.table, f.rule))


def quarantine(opened: Extract, table: str, *, start: int = 0, count: int = QUARANTINE_PAGE) -> QuarantinePart:
    """Rows of a table that were kept out, with the rule and the reason first.

    Raises:
        NotFound: No row of the table was kept out.
    """
    frame = opened.quarantine.get(table)
    if frame is None:
        raise NotFound(f"No row of {table!r} was kept out", mend="choose a table from the list")
    first = [name for name in ("_rule", "_reason", "_source", "_source_row") if name in frame.columns]
    ordered = frame.select(*first, *[name for name in frame.columns if name not in first])
    rows = tuple(tuple("" if v is None else str(v) for v in row) for row in ordered.slice(start, count).iter_rows())
    return QuarantinePart(table, tuple(name.lstrip("_") for name in ordered.columns), rows, frame.height)


def lineage(opened: Extract) -> list[LineageLine]:
    """Every source that went into the extract."""
    return [LineageLine(table, source) for table, sources in sorted(opened.lineage.items()) for source in sources]


def assumptions(opened: Extract) -> pl.DataFrame:
    """Gaps that were filled, with value and reason."""
    return opened.assumptions


def csv_lines(frame: pl.DataFrame) -> Iterator[str]:
    """A frame as lines of CSV that a spreadsheet does not take for formulas."""
    yield csv_line(frame.columns)
    for row in frame.iter_rows():
        yield csv_line(["" if value is None else str(value) for value in row])


def csv_line(cells: Sequence[str]) -> str:
    r"""One line of CSV.

    NOTE: a cell that begins like a formula gets an apostrophe before it, unless it is a number.

    Example:
        >>> csv_line(["=1+1", "-5", "a"])
        "'=1+1,-5,a\r\n"
    """
    return ",".join(_csv_cell(cell) for cell in cells) + "\r\n"


def _csv_cell(text: str) -> str:
    safe = f"'{text}" if text[:1] and text[0] in DANGEROUS and not _is_number(text) else text
    return '"' + safe.replace('"', '""') + '"' if any(mark in safe for mark in ',"\r\n') else safe


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _part(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
