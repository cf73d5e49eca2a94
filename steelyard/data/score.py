"""Score: data quality from 0 to 100, per table and overall, weighted by the money that stands on each fault."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from steelyard.data.finding import Finding
from steelyard.data.reconciliation import Total

WEIGHTS: Mapping[str, float] = {"error": 1.0, "warning": 0.5, "question": 0.25, "note": 0.0}
"""Share of the money of a finding that is lost from the score, by severity."""


@dataclass(frozen=True)
class Score:
    """Data quality, 0 (nothing can be trusted) to 100 (no finding)."""

    overall: float = 100.0
    tables: Mapping[str, float] = field(default_factory=dict)


def score_tables(findings: Iterable[Finding], totals: Mapping[str, Mapping[str, Total]], revenue: float) -> Score:
    """Score each table, and all of them weighted by money.

        score = 100 x (1 - lost), lost = 1 - product over findings of (1 - weight x share)

    The share of a finding is its money over the weight of its table: the table's own money, but no more than the
    revenue of the last year, which tables without money stand for. A finding without money has its share by rows.

    Args:
        findings: All findings.
        totals: Totals by table and fate.
        revenue: Revenue of the last year, in base currency; the weight of tables without money.
    """
    kept: dict[str, float] = {name: 1.0 for name, fates in totals.items() if fates["read"].rows}
    weights = {name: _weight(totals[name], revenue) for name in kept}
    for finding in findings:
        if finding.table in kept:
            share = _share(finding, totals[finding.table]["read"].rows, weights[finding.table])
            kept[finding.table] *= 1.0 - WEIGHTS[finding.severity] * share
    tables = {name: _points(value) for name, value in kept.items()}
    whole = sum(weights.values())
    overall = sum(kept[name] * weights[name] for name in kept) / whole if whole else 1.0
    return Score(_points(overall), tables)


def _points(share: float) -> float:
    """Points with one decimal, cut off: 100 means that nothing is lost."""
    return math.floor(round(1000.0 * share, 6)) / 10.0


def _weight(fates: Mapping[str, Total], revenue: float) -> float:
    """A table weighs no more than the revenue that is planned with it, whatever its own amounts are."""
    own = abs(float(fates["read"].money))
    return min(own or revenue, revenue or own) or 1.0


def _share(finding: Finding, rows: int, money: float) -> float:
    if finding.money:
        return min(abs(finding.money) / money, 1.0)
    return min(finding.rows / rows, 1.0) if rows else 0.0
