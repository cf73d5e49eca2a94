"""Checking: all tables pass the row checks in the order of their references; what becomes of rows is totalled."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from steelyard.data.finding import Finding
from steelyard.data.intake import Intake, Progress, RawTable
from steelyard.data.reconciliation import Total, total_of
from steelyard.data.row_check import CheckedRows, check_rows
from steelyard.data.schema import TABLES
from steelyard.data.table import Table, empty_frame
from steelyard.data.typed import RowFault, type_rows
from steelyard.data.worth import Worth, base_factors, weigh_items


@dataclass(frozen=True)
class CheckedTables:
    """All tables after the row checks."""

    accepted: Mapping[str, pl.DataFrame]
    """Every table of the contract; empty where nothing came in."""
    quarantined: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]
    totals: Mapping[str, Mapping[str, Total]]
    """Totals by table and fate, of the tables that came in."""
    worth: Worth


def check_tables(intake: Intake, progress: Progress, base: Mapping[str, pl.DataFrame] | None = None) -> CheckedTables:
    """Check every table, row by row, in an order in which references point backwards.

    Args:
        intake: The raw rows.
        progress: Told about each table.
        base: Tables of the extract that a delta adds to; its rows stay where the delta has none of the same key.
    """
    before = base or {}
    checked: dict[str, CheckedRows] = {}
    known = {name: frame[TABLES[name].key[0]] for name, frame in before.items() if frame.height}
    present = [table for table in TABLES.values() if table.name in intake.tables]
    for done, table in enumerate(present):
        progress(f"checking {table.name}", done, len(present))
        checked[table.name] = check_rows(intake.tables[table.name].frame, table, known, intake.manifest.as_of)
        if checked[table.name].typed.height:
            known[table.name] = _together(before, table, checked)[table.key[0]]
    worth = _weigh(checked, intake, before)
    return CheckedTables(
        accepted={name: _together(before, table, checked) for name, table in TABLES.items()},
        quarantined={n: rows.quarantined for n, rows in checked.items() if rows.quarantined.height},
        findings=tuple(f for n, rows in checked.items() for f in _findings(TABLES[n], rows, worth)),
        totals={n: _totals(TABLES[n], rows, intake.tables[n]) for n, rows in checked.items()},
        worth=worth,
    )


def _together(before: Mapping[str, pl.DataFrame], table: Table, checked: Mapping[str, CheckedRows]) -> pl.DataFrame:
    """Accepted rows; in a delta, after the rows of the extract before it that have other keys."""
    new = checked[table.name].accepted if table.name in checked else empty_frame(table)
    old = before.get(table.name)
    if old is None or not old.height:
        return new
    kept = old.join(new, on=list(table.key), how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat([kept, new], how="diagonal_relaxed")


def _weigh(checked: Mapping[str, CheckedRows], intake: Intake, before: Mapping[str, pl.DataFrame]) -> Worth:
    frames = {n: _together(before, TABLES[n], checked) for n in _WEIGHED}
    frames |= {n: checked[n].typed for n in _WEIGHED if n in checked and not before}
    rows = frames["sales_line"] if frames["sales_line"].height else frames["demand_history"]
    factors = base_factors(rows["currency"], frames["currency_rate"], intake.manifest.base_currency)
    return weigh_items(frames["sales_line"], frames["demand_history"], factors, intake.manifest.as_of)


_WEIGHED = ("sales_line", "demand_history", "currency_rate")


def _findings(table: Table, rows: CheckedRows, worth: Worth) -> list[Finding]:
    found = [_finding(table, rows.typed, fault, worth) for fault in rows.faults]
    if rows.merged.height:
        money, quantity = _weight(table, rows.merged, worth)
        message = f"{rows.merged.height} rows repeat another row in full and were merged with it"
        mend = "remove the repeats from the extract"
        found.append(
            Finding(
                "rows_stand_once", table.name, rows.merged.height, "note", table.owner, message, mend, money, quantity
            )
        )
    return found


def _finding(table: Table, typed: pl.DataFrame, fault: RowFault, worth: Worth) -> Finding:
    bad = typed.filter(fault.mask)
    money, quantity = _weight(table, bad, worth)
    return Finding(
        fault.rule,
        table.name,
        fault.rows,
        "error" if fault.quarantines else "warning",
        table.owner,
        fault.message,
        fault.mend,
        money,
        quantity,
        "row",
        examples_of(bad, table),
    )


def _weight(table: Table, rows: pl.DataFrame, worth: Worth) -> tuple[float, float]:
    """Money and quantity of rows: their own, or what was sold of their items."""
    total = total_of(rows, table)
    if table.money and total.money:
        return float(total.money), float(total.quantity)
    if "item_id" not in rows.columns:
        return 0.0, float(total.quantity)
    money, quantity = worth.of_items(rows["item_id"])
    return money, float(total.quantity) if table.quantity else quantity


def examples_of(rows: pl.DataFrame, table: Table) -> tuple[str, ...]:
    """Keys and row numbers of the first few rows."""
    shown = rows.head(3)
    keys = [" / ".join(str(value) for value in key if value is not None) for key in shown.select(table.key).iter_rows()]
    return tuple(f"row {number}: {key}" for number, key in zip(shown["_source_row"], keys, strict=True))


def _totals(table: Table, rows: CheckedRows, raw: RawTable) -> dict[str, Total]:
    filtered = total_of(type_rows(raw.filtered, table)[0], table) if raw.filtered is not None else Total()
    shown = total_of(rows.typed, table)
    before = total_of(type_rows(raw.before_merge, table)[0], table) if raw.before_merge is not None else shown
    return {
        "read": before + filtered,
        "accepted": total_of(rows.accepted, table),
        "quarantined": total_of(rows.quarantined_typed, table),
        "merged": total_of(rows.merged, table) + (before - shown),
        "filtered": filtered,
    }
