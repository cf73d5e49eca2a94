"""Finding: something a check found in the data: which rule, where, how much stands on it, who mends it and how."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Literal

import polars as pl

Severity = Literal["error", "warning", "question", "note"]
CheckClass = Literal["file", "row", "set", "plausibility"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "question", "note")
"""From worst to mildest.

error: rows were kept out; warning: the plan is weaker; question: ask the owner; note: for information.
"""


@dataclass(frozen=True)
class Finding:
    """One finding of one rule on one table."""

    rule: str
    """The rule as a sentence in snake_case."""
    table: str
    rows: int
    """Rows (or members) that break the rule."""
    severity: Severity
    owner: str
    """Role that answers for the data."""
    message: str
    """What is wrong, one sentence."""
    mend: str
    """How to mend it, in the imperative."""
    money: float = 0.0
    """Money that stands on it, in base currency."""
    quantity: float = 0.0
    """Quantity that stands on it."""
    check: CheckClass = "row"
    examples: tuple[str, ...] = ()
    """A few of the rows or members."""


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: worst first, then by money, rows, table and rule."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (SEVERITIES.index(f.severity), -abs(f.money), -f.rows, f.table, f.rule, f.message),
        )
    )


def findings_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """Findings as a frame, one row each, examples joined by semicolons."""
    rows = [{**asdict(finding), "examples": "; ".join(finding.examples)} for finding in findings]
    schema = {name: _TYPES.get(name, pl.String()) for name in (field.name for field in fields(Finding))}
    return pl.DataFrame(rows, schema=schema)


def findings_of(frame: pl.DataFrame) -> tuple[Finding, ...]:
    """Findings back from their frame."""
    return tuple(
        Finding(**{**row, "examples": tuple(row["examples"].split("; ")) if row["examples"] else ()})
        for row in frame.to_dicts()
    )


_TYPES: dict[str, pl.DataType] = {"rows": pl.Int64(), "money": pl.Float64(), "quantity": pl.Float64()}
