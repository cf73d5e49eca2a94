"""What if: other master data, calendars, settings and forecast policy in a scenario, looked at before they are laid."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from inspect import getsource
from itertools import pairwise
from textwrap import dedent
from types import MappingProxyType
from typing import get_args, get_type_hints

import polars as pl

from steelyard.data.schema import TABLES
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change, active_changes
from steelyard.plan.crossing.fact import fitting_changes
from steelyard.plan.crossing.mover import OTHER_SETTINGS, SETTINGS
from steelyard.plan.inputs.amend import amend_extract, amend_parameters
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.table_cell import column_of, table_of
from steelyard.plan.journal import Event
from steelyard.plan.operation import Scalar, SetMasterData, SetParameter
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now, workspace
from steelyard.web.masterdata.selectors import extract
from steelyard.web.scenarios.access import require_seen
from steelyard.web.scenarios.services import changes_append
from steelyard.web.scenarios.words import words_of

MOST_ROWS = 200
"""Rows shown, and changed in one step."""
OFFERED = (
    "source", "routing", "resource_capacity", "resource", "bom", "item_location", "item", "supplier", "price",
    "item_cost", "currency_rate", "budget", "promotion", "supply_order", "inventory",
)  # fmt: skip
"""Tables that are offered, the ones most asked about first."""


@dataclass(frozen=True)
class Question:
    """Which rows of which table, and what becomes of one of their columns."""

    table: str
    search: str = ""
    """Words that a row must hold in its keys or texts, all of them."""
    column: str = ""
    value: str = ""
    """The new value; `+10%` or `-5%` scales a number; `empty` takes it away."""

    @property
    def items(self) -> list[tuple[str, str]]:
        """Its fields by name, as a form carries them on."""
        return [(entry.name, getattr(self, entry.name)) for entry in fields(self)]


@dataclass(frozen=True)
class WhatIfView:
    """Rows of a table as they stand in a scenario, with what would become of them."""

    question: Question
    columns: tuple[str, ...]
    editable: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    """Rows that meet the search, also those not shown."""
    after: tuple[str, ...] = ()
    """The new value of each row shown, where a column and a value are asked for."""
    before: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[tuple[str, ...], str, str]]:
        """Each row with its value before and after."""
        blank = [""] * len(self.rows)
        return list(zip(self.rows, self.before or blank, self.after or blank, strict=True))


@dataclass(frozen=True)
class Setting:
    """A setting of the model as it stands in a scenario."""

    name: str
    label: str
    value: str
    stated: str
    """As the scenario was made with; differs where a change set it."""
    meaning: str
    choices: tuple[str, ...]
    kind: str
    """choice, flag, number or text."""


def tables_offered() -> list[tuple[str, str]]:
    """Tables that can be asked about: name and words."""
    return [(name, words_of(name)) for name in OFFERED]


def what_if_view(scenario: str, question: Question) -> WhatIfView:
    """Rows of a table as they stand in a scenario, with what would become of them.

    Raises:
        ChangeInvalid: There is no such table or column, or the value does not fit it.
    """
    frame = _table(scenario, question)
    found = _searched(frame, question.search)
    shown = found.head(MOST_ROWS)
    keys = [name for name in TABLES[question.table].key if name in frame.columns]
    told = [*keys, *(name for name in frame.columns if name not in keys and found[name].null_count() < found.height)]
    editable = tuple(name for name in frame.columns if name not in keys)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    if question.column and question.value:
        changes = _operations(question, shown)
        before = tuple(_said(value) for value in shown[changes[0].column]) if changes else ()
        after = tuple(_said(one.value) for one in changes)
    rows = tuple(tuple(_said(value) for value in row) for row in shown.select(told[:12]).iter_rows())
    return WhatIfView(question, tuple(told[:12]), editable, rows, found.height, after, before)


def what_if_lay(scenario: str, question: Question, *, user: User, reason: str, note: str = "") -> Event:
    """Lay what was asked as changes, one a row, in one step that can be undone.

    Raises:
        ChangeInvalid: Nothing is asked, no row is met or too many, or the value does not fit.
        NotAllowed: The role does not edit this table, or the scenario is not theirs to change.
    """
    if not (question.column and question.value):
        raise ChangeInvalid("Nothing is asked", mend="choose a column and give its new value")
    found = _searched(_table(scenario, question), question.search)
    if not 1 <= found.height <= MOST_ROWS:
        what = f"{found.height:,} rows meet this" if found.height else "No row meets this"
        raise ChangeInvalid(what, where=question.table, mend=f"search for 1 to {MOST_ROWS} rows")
    at, asked = now(), _operations(question, found)
    old = found[asked[0].column].to_list()
    moved = [one for one, value in zip(asked, old, strict=True) if _said(one.value) != _said(value)]
    if not moved:
        raise ChangeInvalid("These rows stand like this already", where=question.table, mend="give another value")
    changes = [Change(one, author=user.username, at=at, reason=reason, note=note) for one in moved]
    return changes_append(scenario, changes, user=user)


def settings_view(scenario: str) -> dict[str, list[Setting]]:
    """The settings of the model as they stand in a scenario, by what they govern."""
    found = workspace().scenario(scenario)
    require_seen(found.record)
    stated = found.parameters
    standing = amend_parameters(stated, _active(scenario))
    group_of = {name: group for group, names in SETTINGS.items() for name in names}
    groups: dict[str, list[Setting]] = {group: [] for group in (*SETTINGS, OTHER_SETTINGS)}
    hints = get_type_hints(PlanParameters)
    for entry in fields(PlanParameters):
        value = getattr(standing, entry.name)
        setting = _setting(entry.name, value, getattr(stated, entry.name), get_args(hints[entry.name]))
        groups[group_of.get(entry.name, OTHER_SETTINGS)].append(setting)
    return groups


def settings_lay(scenario: str, values: Mapping[str, str], *, user: User, reason: str, note: str = "") -> Event:
    """Lay other settings as changes, in one step that can be undone; those that stand already are left out.

    Raises:
        ChangeInvalid: There is no such setting, a value is out of range, or all stand already.
        NotAllowed: The role edits no settings.
    """
    standing = {one.name: one for group in settings_view(scenario).values() for one in group}
    if unknown := sorted(values.keys() - standing.keys()):
        raise ChangeInvalid("There is no such setting", where=", ".join(unknown), mend="see the list of settings")
    moved = {name: text for name, text in values.items() if text.strip() != standing[name].value}
    if not moved:
        raise ChangeInvalid("All settings stand like this already", mend="give another value")
    at = now()
    changes = [
        Change(SetParameter(name, _read(standing[name], text)), author=user.username, at=at, reason=reason, note=note)
        for name, text in moved.items()
    ]
    return changes_append(scenario, changes, user=user)


def _active(scenario: str) -> tuple[Change, ...]:
    found = workspace().scenario(scenario)
    return active_changes(found.changes, extract(found.extract).as_of)


def _table(scenario: str, question: Question) -> pl.DataFrame:
    record = workspace().records.scenario(scenario)
    require_seen(record)
    if question.table not in OFFERED:
        raise ChangeInvalid(f"There is no table {question.table!r} to ask about", mend=f"use {', '.join(OFFERED)}")
    stated = extract(record.extract)
    standing = amend_extract(stated, fitting_changes(stated, [c for c in _active(scenario) if c.moves_inputs]))
    frame = table_of(standing.tables, question.table, _asked(question))
    return frame.drop([name for name in frame.columns if name.startswith("_source")])


def _asked(question: Question) -> Change:
    return Change(SetMasterData(question.table, {"row": question.search or "all"}, question.column or "?", None))


def _searched(frame: pl.DataFrame, search: str) -> pl.DataFrame:
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Date)]
    for word in search.lower().split():
        meets = [pl.col(name).cast(pl.String).str.to_lowercase().str.contains(word, literal=True) for name in texts]
        frame = frame.filter(pl.any_horizontal(meets).fill_null(False)) if meets else frame
    return frame


def _operations(question: Question, rows: pl.DataFrame) -> list[SetMasterData]:
    column = column_of(rows, question.column, _asked(question))
    keys = [name for name in TABLES[question.table].key if name in rows.columns]
    if column in keys:
        raise ChangeInvalid(f"{words_of(column)} names the row", where=question.table, mend="choose another column")
    made = []
    for row in rows.iter_rows(named=True):
        key = {name: str(row[name]) for name in keys if row[name] is not None}
        made.append(SetMasterData(question.table, key, column, _moved(question, rows.schema[column], row[column])))
    return made


def _moved(question: Question, dtype: pl.DataType, old: object) -> Scalar:
    text = question.value.strip()
    if text.lower() == "empty":
        return None
    if not dtype.is_numeric():
        return text
    try:
        if text.endswith("%"):
            share = 1 + float(text[:-1]) / 100
            return None if old is None else float(old) * share  # type: ignore[arg-type]
        return float(text)
    except ValueError as fault:
        mend = "give a number, or a share such as -20%"
        raise ChangeInvalid(f"{text!r} is no number", where=f"{question.table}.{question.column}", mend=mend) from fault


def _setting(name: str, value: object, stated: object, choices: Sequence[str]) -> Setting:
    kind = "flag" if isinstance(value, bool) else "choice" if choices else "number"
    kind = "text" if isinstance(value, str) and not choices else kind
    meaning = _meanings().get(name, "")
    return Setting(name, words_of(name), _said(value), _said(stated), meaning, tuple(choices), kind)


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, str]:
    """What stands under each setting where it is declared: meaning, unit, range."""
    (declared,) = ast.parse(dedent(getsource(PlanParameters))).body
    found: dict[str, str] = {}
    for field, said in pairwise(getattr(declared, "body", [])):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, ast.Expr):
            found[field.target.id] = " ".join(str(getattr(said.value, "value", "")).split())
    return MappingProxyType(found)


def _read(setting: Setting, text: str) -> Scalar:
    plain = text.strip()
    if setting.kind == "flag":
        return plain in ("yes", "true", "1", "on")
    if setting.kind != "number":
        return plain
    try:
        return float(plain)
    except ValueError as fault:
        raise ChangeInvalid(f"{plain!r} is no number", where=setting.label, mend="give a number") from fault


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
