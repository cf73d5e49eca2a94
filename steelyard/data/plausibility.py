"""Plausibility: what changed since the last extract, and what of it should be asked about."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.finding import Finding
from steelyard.data.manifest import Manifest
from steelyard.data.reconciliation import total_of
from steelyard.data.schema import TABLES
from steelyard.data.table import Table
from steelyard.data.threshold import Thresholds

MEMBER_TABLES = ("item", "customer", "location", "supplier", "resource")
PRICED = (("price", "price"), ("item_cost", "standard_cost"))


@dataclass(frozen=True)
class ExtractComparison:
    """What changed between two extracts."""

    totals: pl.DataFrame
    """One row per table: rows, quantity and money before and after, and their change as a share."""
    members: pl.DataFrame
    """New and lost members: table, member, change (new or lost)."""
    prices: pl.DataFrame
    """Items whose latest price or cost moved: table, item_id, before, after, change (share)."""


def compare_extracts(before: Extract, after: Extract) -> ExtractComparison:
    """Compare two extracts: rows, quantity, money, new and lost members, and price jumps.

    Example:
        >>> compare_extracts(may, june).prices  # doctest: +SKIP
    """
    return _compare(before.tables, after.tables)


def _compare(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> ExtractComparison:
    totals = pl.DataFrame([_total_row(table, before[n], after[n]) for n, table in TABLES.items()])
    members = pl.concat([_members(TABLES[name], before[name], after[name]) for name in MEMBER_TABLES])
    prices = pl.concat([_prices(name, column, before[name], after[name]) for name, column in PRICED])
    return ExtractComparison(totals, members, prices)


def _total_row(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> dict[str, object]:
    old, new = total_of(before, table), total_of(after, table)
    row: dict[str, object] = {"table": table.name}
    for name in ("rows", "quantity", "money"):
        was, now = float(getattr(old, name)), float(getattr(new, name))
        row |= {f"{name}_before": was, f"{name}_after": now, f"{name}_change": now / was - 1.0 if was else None}
    return row


def _members(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    old, new = before[table.key[0]], after[table.key[0]]
    parts = [(new.filter(~new.is_in(old.implode())), "new"), (old.filter(~old.is_in(new.implode())), "lost")]
    schema = {"table": pl.String, "member": pl.String, "change": pl.String}
    rows = [(table.name, member, change) for members, change in parts for member in members.sort()]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _prices(name: str, column: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    old, new = _latest(before, column, "before"), _latest(after, column, "after")
    both = old.join(new, on="item_id").with_columns(change=pl.col("after") / pl.col("before") - 1.0)
    jumps = both.filter((pl.col("before") > 0) & (pl.col("change").abs() > 1e-9)).sort("item_id")
    return jumps.select(pl.lit(name).alias("table"), "item_id", "before", "after", "change")


def _latest(rows: pl.DataFrame, column: str, alias: str) -> pl.DataFrame:
    ordered = rows.sort("item_id", "valid_from", nulls_last=False)
    return ordered.group_by("item_id", maintain_order=True).agg(pl.col(column).last().alias(alias))


def compare_with_previous(
    previous: Extract, tables: Mapping[str, pl.DataFrame], manifest: Manifest, thresholds: Thresholds
) -> list[Finding]:
    """Questions to the owners about what changed more than a month explains."""
    if previous.company != manifest.company:
        return []
    comparison = _compare(previous.tables, tables)
    return [
        *_jumps(comparison.totals, thresholds.table_jump),
        *_lost(comparison.members),
        *_price_jumps(comparison.prices, thresholds.price_jump),
    ]


def _jumps(totals: pl.DataFrame, most: float) -> list[Finding]:
    findings = []
    for row in totals.to_dicts():
        moved = [
            n
            for n in ("rows", "quantity", "money")
            if row[f"{n}_change"] is not None and abs(row[f"{n}_change"]) > most
        ]
        if moved:
            words = ", ".join(f"{n} {row[f'{n}_change']:+.0%}" for n in moved)
            message = f"{row['table']} moved since the last extract: {words}"
            money = abs(row["money_after"] - row["money_before"])
            findings.append(
                _question("table_moves_like_last_month", row["table"], int(row["rows_after"]), message, money)
            )
    return findings


def _lost(members: pl.DataFrame) -> list[Finding]:
    lost = members.filter(pl.col("change") == "lost")
    return [
        _question(
            "members_do_not_vanish",
            str(key[0]),
            rows.height,
            f"{rows.height} members of {key[0]} of the last extract are gone",
            0.0,
            tuple(rows["member"].head(5).to_list()),
        )
        for key, rows in sorted(lost.partition_by("table", as_dict=True).items())
    ]


def _price_jumps(prices: pl.DataFrame, most: float) -> list[Finding]:
    jumps = prices.filter(pl.col("change").abs() > most)
    return [
        _question(
            "prices_move_little",
            str(key[0]),
            rows.height,
            f"{rows.height} items moved by more than {most:.0%} in {key[0]}",
            0.0,
            tuple(f"{r['item_id']}: {r['before']:g} to {r['after']:g}" for r in rows.head(5).to_dicts()),
        )
        for key, rows in sorted(jumps.partition_by("table", as_dict=True).items())
    ]


def _question(rule: str, table: str, rows: int, message: str, money: float, examples: tuple[str, ...] = ()) -> Finding:
    mend = "confirm that it is so, or correct the extract"
    return Finding(
        rule, table, rows, "question", TABLES[table].owner, message, mend, money, 0.0, "plausibility", examples
    )
