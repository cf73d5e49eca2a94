"""Manifest: what an extract says about itself: company, as-of date, and control totals of each file."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal, cast

from steelyard.errors import DataError

MANIFEST_FILES = ("manifest.toml", "manifest.json")
CALENDARS = ("months", "weeks", "445", "table")
TEMPLATE = """company = "Our company"
source_system = "ERP"
as_of_date = 2025-12-31
base_currency = "EUR"
calendar = "months"          # or "weeks", "445", "table" (with a period table)
mode = "full"                # or "delta"

[files.sales_line]           # optional, one per table: control totals that must hold
rows = 1000
quantity = 12345.0
money = 67890.12
"""

CalendarKind = Literal["months", "weeks", "445", "table"]


@dataclass(frozen=True)
class ControlTotal:
    """What a file must add up to; None is not stated."""

    rows: int | None = None
    quantity: float | None = None
    money: float | None = None


@dataclass(frozen=True)
class Manifest:
    """What an extract says about itself."""

    company: str
    source_system: str
    as_of: date
    """Last day of the history."""
    base_currency: str
    """Currency the plan is kept in."""
    calendar: CalendarKind = "months"
    """Planning periods: months, weeks, 445, or table (the period table)."""
    mode: Literal["full", "delta"] = "full"
    date_shift_days: int = 0
    """Days by which the source's dates were shifted, for the record; shifts are done by the mapping."""
    totals: Mapping[str, ControlTotal] = field(default_factory=dict)
    """Control totals by table."""

    def at(self, as_of: date) -> "Manifest":
        """The same manifest with another as-of date."""
        return replace(self, as_of=as_of)


def read_manifest(folder: Path) -> Manifest | None:
    """Read `manifest.toml` or `manifest.json` of a folder; None if there is none.

    Raises:
        DataError: The manifest is not valid TOML or JSON, or a field is missing or wrong.
    """
    path = next((folder / name for name in MANIFEST_FILES if (folder / name).is_file()), None)
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise DataError(f"The manifest cannot be read: {fault}", where=path.name, mend="correct it") from fault
    return manifest_of(content, path.name)


def manifest_of(content: Mapping[str, object], where: str) -> Manifest:
    """Build a manifest from its parsed content.

    Raises:
        DataError: A field is missing or wrong.
    """
    missing = [name for name in ("company", "as_of_date", "base_currency") if not content.get(name)]
    if missing:
        raise DataError(f"The manifest does not state {', '.join(missing)}", where=where, mend=f"add:\n{TEMPLATE}")
    calendar = str(content.get("calendar", "months"))
    if calendar not in CALENDARS:
        mend = f"use one of {', '.join(CALENDARS)}"
        raise DataError(f"The manifest names an unknown calendar {calendar!r}", where=where, mend=mend)
    files = cast(Mapping[str, Mapping[str, object]], content.get("files", {}))
    return Manifest(
        company=str(content["company"]),
        source_system=str(content.get("source_system", "unknown")),
        as_of=_date(content["as_of_date"], where),
        base_currency=str(content["base_currency"]),
        calendar=cast(CalendarKind, calendar),
        mode="delta" if content.get("mode") == "delta" else "full",
        date_shift_days=int(str(content.get("date_shift_days", 0))),
        totals={name: _total(stated, where) for name, stated in files.items()},
    )


def _date(value: object, where: str) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as fault:
        mend = "write it as YYYY-MM-DD"
        raise DataError(f"The as-of date {value!r} is not a date", where=where, mend=mend) from fault


def _total(stated: Mapping[str, object], where: str) -> ControlTotal:
    try:
        rows = None if stated.get("rows") is None else int(str(stated["rows"]))
        amounts = [None if stated.get(n) is None else float(str(stated[n])) for n in ("quantity", "money")]
    except ValueError as fault:
        raise DataError(f"A control total is not a number: {fault}", where=where, mend="correct it") from fault
    return ControlTotal(rows, *amounts)


def manifest_text(manifest: Manifest) -> str:
    """The manifest as TOML, to be written beside the files."""
    lines = [
        f"company = {json.dumps(manifest.company)}",
        f"source_system = {json.dumps(manifest.source_system)}",
        f"as_of_date = {manifest.as_of.isoformat()}",
        f"base_currency = {json.dumps(manifest.base_currency)}",
        f"calendar = {json.dumps(manifest.calendar)}",
        f"mode = {json.dumps(manifest.mode)}",
    ]
    for name, total in manifest.totals.items():
        stated = (("rows", total.rows), ("quantity", total.quantity), ("money", total.money))
        lines += ["", f"[files.{name}]", *(f"{key} = {value}" for key, value in stated if value is not None)]
    return "\n".join(lines) + "\n"
