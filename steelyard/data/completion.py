"""Completion: gaps that the product may fill are filled, and every one becomes a row of the assumption table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from steelyard.data.base_unit import convert_to_base_units
from steelyard.data.capacity_cover import extended_capacity
from steelyard.data.column import Column
from steelyard.data.finding import Finding
from steelyard.data.manifest import Manifest
from steelyard.data.reconciliation import Total
from steelyard.data.schema import TABLES
from steelyard.data.table import Table

AUTHOR = "Steelyard"
REFERRED = ("location", "customer", "supplier", "resource")
"""Tables whose members can be taken from the rows that name them, if the table itself is absent."""
FILLED: Mapping[str, Mapping[str, object]] = {
    "location": {"location_type": "plant"},
    "customer": {},
    "supplier": {},
    "resource": {"resource_type": "machine", "capacity_unit": "hours_per_period", "location_id": None},
}


@dataclass(frozen=True)
class Completed:
    """Tables with their gaps filled."""

    tables: Mapping[str, pl.DataFrame]
    assumed: Mapping[str, Total]
    """Rows that were added, by table."""
    findings: tuple[Finding, ...]


def complete_tables(
    accepted: Mapping[str, pl.DataFrame],
    declared: Iterable[Mapping[str, object]],
    manifest: Manifest,
    horizon_periods: int,
) -> Completed:
    """Fill the gaps that can be filled without guessing at numbers, and note each as an assumption.

    Args:
        accepted: Accepted rows of every table.
        declared: Assumption rows that the mapping declares.
        manifest: With the as-of date, from when the assumptions hold, and the calendar.
        horizon_periods: Planned periods; capacity that ends before them is carried on.
    """
    tables = dict(accepted)
    notes: list[dict[str, object]] = [dict(row) for row in declared]
    for step in (_channel_customers, _hours_per_unit, _make_or_buy, _stocked_places):
        notes += step(tables)
    for name in REFERRED:
        notes += _referred_members(tables, name)
    notes += [{"author": AUTHOR, **note} for note in extended_capacity(tables, manifest, horizon_periods)]
    converted = convert_to_base_units(tables)
    before = {name: frame.height for name, frame in accepted.items()}
    tables["assumption"] = _with_assumptions(tables["assumption"], notes, manifest.as_of)
    assumed = {name: Total(frame.height - before[name]) for name, frame in tables.items()}
    filled = [_finding(note) for note in notes if note.get("author") == AUTHOR]
    return Completed(tables, assumed, (*filled, *_conversions(converted)))


def _note(scope: str, value: str, unit: str, reason: str, rows: int) -> dict[str, object]:
    return {"scope": scope, "value": value, "unit": unit, "reason": reason, "author": AUTHOR, "rows": float(rows)}


def _channel_customers(tables: dict[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Sales without a customer go to a pseudo-customer of their channel."""
    sales, customers = tables["sales_line"], tables["customer"]
    open_rows = sales["customer_id"].is_null()
    if not open_rows.any():
        return []
    tables["sales_line"] = sales.with_columns(pl.coalesce("customer_id", "channel"))
    named = sales.filter(open_rows)["channel"].unique().sort()
    new = named.filter(~named.is_in(customers["customer_id"].implode()))
    rows = pl.DataFrame({"customer_id": new, "name": new, "channel": new})
    tables["customer"] = pl.concat([customers, rows], how="diagonal_relaxed")
    reason = "sales lines without a customer are planned on a pseudo-customer that stands for their channel"
    return [_note("sales_line.customer_id", "the channel", "customer", reason, int(open_rows.sum()))]


def _hours_per_unit(tables: dict[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Hours per unit from units per hour: the same fact the other way round, so no assumption."""
    hours = pl.coalesce("hours_per_unit", 1.0 / pl.col("units_per_hour"))
    tables["routing"] = tables["routing"].with_columns(hours_per_unit=hours)
    return []


def _make_or_buy(tables: dict[str, pl.DataFrame]) -> list[dict[str, object]]:
    items = tables["item"]
    unknown = items["make_buy"].is_null()
    if not unknown.any():
        return []
    made = pl.concat([tables["bom"]["item_id"], tables["routing"]["item_id"]]).unique()
    derived = pl.when(pl.col("item_id").is_in(made.implode())).then(pl.lit("make")).otherwise(pl.lit("buy"))
    tables["item"] = items.with_columns(pl.coalesce("make_buy", derived).alias("make_buy"))
    reason = "items with a bill of material or routing are made, all others are bought"
    return [_note("item.make_buy", "make or buy", "choice", reason, int(unknown.sum()))]


def _stocked_places(tables: dict[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Where stock lies or supply arrives, an item is stocked, unless the extract says otherwise."""
    known = tables["item_location"]
    found = pl.concat([tables[name].select("item_id", "location_id") for name in ("inventory", "source", "sales_line")])
    found = found.filter(pl.col("location_id").is_not_null()).unique().sort("item_id", "location_id")
    new = found.join(known.select("item_id", "location_id"), on=["item_id", "location_id"], how="anti")
    if not new.height:
        return []
    tables["item_location"] = pl.concat([known, new.with_columns(stocked=pl.lit(True))], how="diagonal_relaxed")
    reason = "an item is stocked where it has stock, is sold from or has a source of supply"
    return [_note("item_location", "stocked = true", "flag", reason, new.height)]


def _referred_members(tables: dict[str, pl.DataFrame], name: str) -> list[dict[str, object]]:
    """Members that other tables name, if the table itself did not come in."""
    if tables[name].height:
        return []
    table = TABLES[name]
    named = [tables[other.name][column.name] for other in TABLES.values() for column in _naming(other, name)]
    members = pl.concat(named).drop_nulls().unique().sort() if named else pl.Series([], dtype=pl.String)
    if not len(members):
        return []
    rows = pl.DataFrame({table.key[0]: members, "name": members}).with_columns(
        **{column: pl.lit(value, dtype=pl.String) for column, value in FILLED[name].items()}
    )
    if name == "resource":
        rows = rows.with_columns(location_id=pl.lit(_first_location(tables), dtype=pl.String))
    tables[name] = pl.concat([tables[name], rows], how="diagonal_relaxed")
    return [_note(name, "members named by other tables", "rows", f"table {name} did not come in", len(members))]


def _naming(table: Table, target: str) -> list[Column]:
    return [column for column in table.references if column.references == target]


def _first_location(tables: Mapping[str, pl.DataFrame]) -> str | None:
    places = tables["location"]["location_id"].to_list()
    return str(places[0]) if places else None


def _with_assumptions(existing: pl.DataFrame, notes: list[dict[str, object]], as_of: date) -> pl.DataFrame:
    if not notes:
        return existing
    rows = [
        {"assumption_id": f"assumed-{n:04d}", "valid_from": as_of, **note}
        for n, note in enumerate(notes, start=existing.height + 1)
    ]
    names = [name for name in existing.columns if name in {key for row in rows for key in row}]
    new = pl.DataFrame(
        [{name: row.get(name) for name in names} for row in rows],
        schema={name: existing.schema[name] for name in names},
    )
    return pl.concat([existing, new], how="diagonal_relaxed")


def _conversions(converted: Mapping[str, int]) -> list[Finding]:
    mend = "nothing to do; control totals are in the units of the source"
    return [
        Finding(
            "quantities_are_in_base_units",
            table,
            rows,
            "note",
            TABLES[table].owner,
            f"{rows:,} rows of {table} were converted to the base unit of their item",
            mend,
            check="set",
        )
        for table, rows in converted.items()
        if rows
    ]


def _finding(note: Mapping[str, object]) -> Finding:
    table = str(note["scope"]).split(".")[0]
    rows = int(float(str(note["rows"])))
    message = f"{note['scope']} was missing on {rows} rows and filled: {note['reason']}"
    mend = f"deliver {note['scope']}, or accept the assumption"
    return Finding(
        "gaps_are_filled_by_assumption", table, rows, "note", TABLES[table].owner, message, mend, check="set"
    )
