"""Proposal text: an understanding of files, written as a mapping that can be run, read and corrected."""

import json
import re
from collections.abc import Mapping, Sequence

import polars as pl

from steelyard.data.schema import TABLES
from steelyard.data.typed import as_text, parse_dates
from steelyard.data.understanding import ColumnUnderstanding, FileUnderstanding
from steelyard.data.wide_file import wide_lines

DEFAULTS: dict[str, dict[str, str]] = {
    "item": {
        "description": '"{item_id}" # no better column was found',
        "base_uom": '{ value = "EA", %s }',
        "item_type": '{ value = "finished", %s }',
    },
    "sales_line": {"status": '{ value = "closed", %s }', "line_id": '{ value = "1", %s }'},
    "inventory": {
        "location_id": '{ value = "main", %s }',
        "as_of_date": '{ value = "as_of", %s }',
        "stock_type": '{ value = "unrestricted", %s }',
    },
    "supply_order": {
        "quantity_open": '{{ formula = "number(`{quantity_ordered}`) - number(`{quantity_received}`)" }}',
        "location_id": '{ value = "main", %s }',
        "status": '{ value = "open", %s }',
        "order_type": '{ value = "purchase", %s }',
        "line_id": '{ value = "1", %s }',
    },
    "source": {
        "source_id": "{{ formula = \"concat(`{item_id}`, '-', `{supplier_id}`)\" }}",
        "location_id": '{ value = "main", %s }',
        "source_type": '{ value = "buy", %s }',
        "lead_time_days": "{ value = 30, %s }",
    },
    "bom": {"bom_id": '"{item_id}"', "per_quantity": "{ value = 1, %s }"},
    "routing": {"routing_id": '"{item_id}"', "operation_no": '{ value = "10", %s }'},
    "location": {"location_type": '{ value = "plant", %s }'},
    "item_location": {"location_id": '{ value = "main", %s }', "stocked": "{ value = true, %s }"},
    "price": {"currency": '{ value = "EUR", %s }'},
    "item_cost": {"currency": '{ value = "EUR", %s }'},
    "resource": {
        "location_id": '{ value = "main", %s }',
        "resource_type": '{ value = "machine", %s }',
        "capacity_unit": '{ value = "hours_per_period", %s }',
    },
}
"""Constants for columns that a table requires and no file has; a person confirms or replaces them."""
USUAL = {("sales_line", "status"): "closed", ("supply_order", "status"): "open"}
"""What unknown values of a closed list are read as, if not its first."""
REASON = 'assume = "not in the files: confirm or replace this value"'


def proposal_text(files: Sequence[FileUnderstanding], frames: Mapping[str, pl.DataFrame], folder: str) -> str:
    """The mapping as TOML; what needs a person's eye is said in comments."""
    head = [
        f"# Proposed for {folder}. Read it, correct it, keep it with the extract.",
        f"name = {json.dumps(folder)}",
        "version = 1",
        "",
        "[extract]",
        f"company = {json.dumps(folder)}",
        'source_system = "unknown"',
        _as_of_line(files, frames),
        f"base_currency = {json.dumps(_currency(files, frames))}",
        'calendar = "months"',
    ]
    known = [file for file in files if file.table and (file.wide or any(column.target for column in file.columns))]
    parts = [_table_text(file) for file in known]
    unused = [_unused_line(file) for file in files if file not in known]
    return "\n".join([*head, "", *parts, *unused]) + "\n"


def _unused_line(file: FileUnderstanding) -> str:
    """A file that is left to the reader, and why if it has the name of a table."""
    why = f" (called like {file.table}, but none of its columns was recognised)" if file.table else ""
    return f"# not used: {file.name}{why}"


def _as_of_line(files: Sequence[FileUnderstanding], frames: Mapping[str, pl.DataFrame]) -> str:
    """The as-of date with where it comes from; a day to be replaced if the files show none."""
    if found := _as_of(files, frames):
        return f"as_of_date = {found} # the last date found in sales and stock"
    return "as_of_date = 2025-12-31 # no date was found: replace it by the last day of the history"


def _as_of(files: Sequence[FileUnderstanding], frames: Mapping[str, pl.DataFrame]) -> str:
    found = [
        frames[name][column]
        for file in files
        if file.table in ("sales_line", "inventory")
        for name, target, column in _all_columns(file)
        if target in ("order_date", "as_of_date", "requested_date")
    ]
    days = [parse_dates(as_text(values), ("%m/%d/%y", "%m/%d/%Y", "%d/%m/%Y")).max() for values in found]
    known = sorted(str(day) for day in days if day is not None)
    return known[-1] if known else ""


def _all_columns(file: FileUnderstanding) -> list[tuple[str, str, str]]:
    """File, contract column and column, for the columns of the file and those looked up."""
    own = [(file.name, column.target, column.profile.name) for column in file.columns if column.target]
    return own + [(look.file, target, there) for look in file.look_ups for target, there in look.columns]


def _currency(files: Sequence[FileUnderstanding], frames: Mapping[str, pl.DataFrame]) -> str:
    codes = [
        as_text(frames[file.name][column.profile.name]).drop_nulls().mode().sort()
        for file in files
        if file.table == "sales_line"
        for column in file.columns
        if column.target == "currency"
    ]
    found = [str(code[0]) for code in codes if len(code)]
    return found[0] if found else "EUR"


def _table_text(file: FileUnderstanding) -> str:
    lines = [f"# {file.name}: {file.facts.rows:,} rows, taken for {file.table} ({file.confidence:.0%} sure)"]
    lines += [f"[[table.{file.table}]]", f"from = {json.dumps(file.name)}"]
    if file.wide:
        return "\n".join([*lines, *wide_lines(file.wide), ""])
    lines += _once_each(file)
    if file.look_ups:
        joins = [
            f"  {{ file = {json.dumps(look.file)}, on = {{ {json.dumps(look.here)} = {json.dumps(look.there)} }}, "
            f"as = {json.dumps(_alias(n))} }},"
            for n, look in enumerate(file.look_ups)
        ]
        lines += ["join = [", *joins, "]"]
    lines.append(f"[table.{file.table}.columns]")
    lines += [_column_line(file.table, column) for column in file.columns if column.target]
    for n, look in enumerate(file.look_ups):
        lines += [
            f"{target} = {json.dumps(f'{_alias(n)}.{there}')} # from {look.file}" for target, there in look.columns
        ]
    return "\n".join([*lines, *_missing_lines(file), ""])


def _once_each(file: FileUnderstanding) -> list[str]:
    """A master table out of a file that repeats its members: one row for each."""
    key = TABLES[file.table].key
    repeated = [c for c in file.columns if c.target == key[0] and not c.profile.unique]
    return [f'group = ["{key[0]}"]'] if len(key) == 1 and repeated else []


def _alias(number: int) -> str:
    return f"other{number + 1}"


def _column_line(table: str, found: ColumnUnderstanding) -> str:
    profile = found.profile
    name, doubt = json.dumps(profile.name), "" if found.confidence >= 0.8 else f" # {found.confidence:.0%} sure"
    choices = TABLES[table].column(found.target).choices
    if choices and not set(profile.values) <= set(choices):
        return _choice_line(table, found, name, choices)
    if profile.date_format:
        return f"{found.target} = {{ column = {name}, dates = [{json.dumps(profile.date_format)}] }}{doubt}"
    return f"{found.target} = {name}{doubt}"


def _choice_line(table: str, found: ColumnUnderstanding, name: str, choices: tuple[str, ...]) -> str:
    """A value map to be completed; until then every value is read as the usual one."""
    values = found.profile.values
    if found.target == "make_buy" and set(values) <= {"0", "1"}:
        return f'make_buy = {{ column = {name}, values = {{ 1 = "make", 0 = "buy" }} }}'
    usual = USUAL.get((table, found.target), choices[0])
    shown = ", ".join(values[:8]) or "many"
    rule = f"{{ column = {name}, values = {{ }}, otherwise = {json.dumps(usual)}, {REASON} }}"
    return f"{found.target} = {rule} # values found: {shown}; one of: {', '.join(choices)}"


def _missing_lines(file: FileUnderstanding) -> list[str]:
    """Constants for what is required and missing; a comment where none can be proposed."""
    key = {column.target: column.profile.name for column in file.columns if column.target}
    lines = []
    for name in file.missing:
        default = DEFAULTS.get(file.table, {}).get(name)
        if default is not None and "%s" in default:
            lines.append(f"{name} = {default % REASON}")
        elif default is not None and all(part in key for part in re.findall(r"(?<!{){(\w+)}", default)):
            lines.append(f"{name} = {default.format(**key)}")
        else:
            lines.append(f"# {name} = ? # required: {TABLES[file.table].column(name).meaning}")
    return lines
