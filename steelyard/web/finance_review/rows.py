"""Rows: the tables of the finance review, ready to be read."""

from dataclasses import dataclass

import polars as pl

from steelyard.finance.variance import EFFECTS
from steelyard.plan.money.bridge import MoneyBridge
from steelyard.plan.money.statement import LineKind, Statement
from steelyard.plan.money.version import VersionKind
from steelyard.web.ui.figures import number, signed

COSTS = frozenset(
    {"discounts", "material", "conversion", "overhead", "freight", "cogs", "operating_expense", "depreciation",
     "payables", "supplier_payments", "working_capital_change", "capex", "inventory", "receivables", "working_capital",
     "cash_to_cash", "interest", "tax", "interest_and_tax", "lever_cost"}
)  # fmt: skip
"""Lines of which less is better."""


@dataclass(frozen=True)
class StatementCell:
    """A number and how far it is off the version held against."""

    text: str
    gap: str
    verdict: str
    """good, bad or empty."""


@dataclass(frozen=True)
class StatementRow:
    """A line of the statement."""

    line: LineKind
    source: str
    heading: str
    """Of the part it begins; empty within a part."""
    cells: tuple[StatementCell, ...]


NOT_SET = StatementCell("not set", "", "")
HEADINGS = {"income": "Income", "balance": "Working capital at the end", "cash": "Cash"}


def statement_rows(found: Statement, shown: VersionKind, against: VersionKind) -> list[StatementRow]:
    """The lines of a version in thousands, each with its gap to another."""
    rows, part = [], ""
    for line in found.lines:
        cells = tuple(_cell(found, line, shown, against, period) for period in found.periods)
        cells = tuple(NOT_SET for _ in cells) if line.key in found.unset else cells
        if line.part == "income" or any(cell.text != "–" for cell in cells):
            heading = HEADINGS[line.part] if line.part != part else ""
            source = found.unset.get(line.key) or found.sources.get(line.key, "")
            rows.append(StatementRow(line, source, heading, cells))
            part = line.part
    return rows


def _cell(found: Statement, line: LineKind, shown: VersionKind, against: VersionKind, period: str) -> StatementCell:
    value, other = found.value(shown, period, line.key), found.value(against, period, line.key)
    gap = None if value is None or other is None or shown == against else value - other
    better = gap is not None and (gap < 0 if line.key in COSTS else gap > 0)
    verdict = "" if not gap or line.role != "total" else "good" if better else "bad"
    return StatementCell(_text(value, line), "" if gap is None else _signed(gap, line), verdict)


def _text(value: float | None, line: LineKind) -> str:
    if line.role == "share":
        return number(None if value is None else 100 * value, 1)
    return number(value) if line.key == "cash_to_cash" else number(None if value is None else value / 1e3)


def _signed(gap: float, line: LineKind) -> str:
    if line.role == "share":
        return signed(100 * gap, 1)
    return signed(gap) if line.key == "cash_to_cash" else signed(gap / 1e3)


def bridge_rows(found: MoneyBridge, most: int) -> list[dict[str, object]]:
    """Members with their effects in thousands, the largest movement first."""
    level = found.detail.columns[0]
    return [
        {
            "name": row[level],
            "before": row["before"] / 1e3,
            "effects": [row[name] / 1e3 for name in EFFECTS],
            "after": row["after"] / 1e3,
        }
        for row in found.detail.head(most).to_dicts()
    ]


def earner_rows(frame: pl.DataFrame, level: str, most: int) -> list[dict[str, object]]:
    """Members with what they earn, in thousands."""
    money = ("revenue", "discounts", "cogs", "gross_margin", "contribution")
    return [
        {"name": row[level], **{name: row[name] / 1e3 for name in money},
         "quantity": row["quantity"], "margin": row["gross_margin_percent"], "share": row["revenue_share"],
         "contribution_percent": row["contribution_percent"]}
        for row in frame.head(most).to_dicts()
    ]  # fmt: skip
