"""Finding table: what the checks of an extract found, and how its rows add up, for the terminal."""

import polars as pl
from rich.console import Console

from steelyard.cli.company import SHORT
from steelyard.cli.table import NumberForm, show_frame
from steelyard.data.extract import Extract
from steelyard.data.finding import Finding, findings_frame

WORST = 12
"""Findings shown; the rest is counted."""


def extract_payload(extract: Extract) -> dict[str, object]:
    """What there is to say about an extract, for JSON."""
    return {
        "extract": extract.digest,
        "company": extract.company,
        "source_system": extract.source_system,
        "as_of": extract.as_of,
        "level": extract.level,
        "score": extract.score.overall,
        "findings": findings_frame(extract.findings).to_dicts(),
        "reconciliation": extract.reconciliation.cast({pl.Decimal: pl.Float64}).to_dicts(),
    }


def show_extract(console: Console, extract: Extract) -> None:
    """Head, rows by table, findings."""
    console.print(
        f"[bold]{extract.company}[/], {extract.source_system}, as of {extract.as_of}   "
        f"extract [bold]{extract.digest[:SHORT]}[/]"
    )
    console.print(
        f"Data score [bold]{extract.score.overall:.1f}[/] of 100, good for {_level(extract.level)}, "
        f"{len(extract.findings)} findings"
    )
    show_reconciliation(console, extract)
    show_findings(console, extract.findings)


def _level(level: int) -> str:
    return ("nothing yet", "the demand review", "demand and supply review", "demand, supply and finance")[level]


def show_reconciliation(console: Console, extract: Extract) -> None:
    """Rows read, accepted and kept out, table by table."""
    fates = ["read", "accepted", "quarantined", "merged", "filtered", "assumed"]
    columns = ["table", *(f"rows_{fate}" for fate in fates if f"rows_{fate}" in extract.reconciliation.columns)]
    rows = extract.reconciliation.filter(pl.col("rows_read") + pl.col("rows_assumed") > 0).select(columns)
    used = [name for name in columns if name == "table" or rows[name].sum() or name in ("rows_read", "rows_accepted")]
    labels = {name: name.removeprefix("rows_") for name in columns}
    show_frame(console, rows.select(used), title="Rows", labels=labels)


def show_findings(console: Console, findings: tuple[Finding, ...]) -> None:
    """Findings, worst first, with the money that stands on them and how to mend them."""
    if not findings:
        console.print("[green]No findings.[/]")
        return
    rows = [
        {"": finding.severity, "table": finding.table, "rows": finding.rows, "money": finding.money,
         "what is wrong, and how to mend it": f"{finding.message}; {finding.mend}"}
        for finding in findings[:WORST]
    ]  # fmt: skip
    more = f"{len(findings) - WORST} more findings: --json shows all" if len(findings) > WORST else ""
    show_frame(
        console, pl.DataFrame(rows), title="Findings", forms={"money": NumberForm()}, note=more, wrap=True,
    )  # fmt: skip
