"""Mapping file: a mapping as TOML, with the mappings it includes."""

import hashlib
import json
import tomllib
from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from steelyard.data.mapping import (
    AGGREGATES,
    CAPACITY_PERIODS,
    ColumnRule,
    FileRule,
    Join,
    Latest,
    Mapping,
    SourceRule,
    Unpivot,
)
from steelyard.data.schema import TABLES
from steelyard.data.threshold import STANDARD
from steelyard.errors import DataError, MappingInvalid

KEYS = (
    "name", "version", "extract", "thresholds", "include", "table", "view", "file", "folder", "assumption",
)  # fmt: skip
"""What a mapping file may hold."""


def load_mapping(path: Path) -> Mapping:
    """Load a mapping file, with all that it includes.

    Raises:
        MappingInvalid: It cannot be read, or holds something that mappings do not know.
    """
    if not path.is_file():
        raise MappingInvalid("There is no such mapping file", where=str(path), mend="name an existing TOML file")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise MappingInvalid(f"The mapping is no valid TOML: {fault}", where=path.name, mend="correct it") from fault
    return mapping_of(content, path.name, beside=path.parent)


def mapping_of(content: Named[str, Any], where: str, *, beside: Path | None = None) -> Mapping:
    """Build a mapping from its parsed content; included mappings are looked for beside it.

    Raises:
        MappingInvalid: It holds something that mappings do not know.
    """
    _known(content, KEYS, where)
    tables = {name: _sources(rules, f"{where}, table {name}") for name, rules in content.get("table", {}).items()}
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        mend = f"use one of {', '.join(sorted(TABLES))}"
        raise MappingInvalid(f"The contract has no table {', '.join(unknown)}", where=where, mend=mend)
    own = Mapping(
        name=str(content.get("name", where)),
        head=content.get("extract", {}),
        tables=tables,
        views={n: _source(rule, f"{where}, view {n}") for n, rule in content.get("view", {}).items()},
        files={n: _record(FileRule, rule, f"{where}, file {n}") for n, rule in content.get("file", {}).items()},
        folders={n: _record(FileRule, rule, f"{where}, folder {n}") for n, rule in content.get("folder", {}).items()},
        assumptions=tuple(content.get("assumption", ())),
        thresholds=_thresholds(content.get("thresholds", {}), where),
        digest=_digest(content),
    )
    for include in content.get("include", ()):
        own = _joined(own, _included(include, where, beside))
    return own


def _thresholds(values: Named[str, Any], where: str) -> Named[str, object]:
    try:
        STANDARD.with_values(values, f"{where}, thresholds")
    except DataError as fault:
        raise MappingInvalid(fault.what, where=f"{where}, thresholds", mend=fault.mend) from fault
    return dict(values)


def _digest(content: Named[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _included(include: Named[str, Any], where: str, beside: Path | None) -> Mapping:
    _known(include, ("mapping", "folder", "tables"), f"{where}, include")
    other = load_mapping((beside or Path()) / str(include["mapping"]))
    wanted = include.get("tables", list(other.tables))
    missing = [name for name in wanted if name not in other.tables]
    if missing:
        raise MappingInvalid(f"{include['mapping']} maps no table {', '.join(missing)}", where=where, mend="correct it")
    chosen = replace(other, tables={name: other.tables[name] for name in wanted})
    return _below(chosen, str(include["folder"])) if include.get("folder") else chosen


def _below(mapping: Mapping, folder: str) -> Mapping:
    """The same mapping for files that stand in a sub-folder."""

    def moved(rule: SourceRule) -> SourceRule:
        joins = tuple(replace(join, file=f"{folder}/{join.file}") for join in rule.joins)
        return replace(rule, source=f"{folder}/{rule.source}" if rule.source else "", joins=joins)

    return replace(
        mapping,
        tables={name: tuple(moved(rule) for rule in rules) for name, rules in mapping.tables.items()},
        views={f"{folder}/{name}": moved(rule) for name, rule in mapping.views.items()},
        files={
            f"{folder}/{n}": replace(f, path=f"{folder}/{f.path}" if f.path else "") for n, f in mapping.files.items()
        },
        folders={folder if name == "." else f"{folder}/{name}": rule for name, rule in mapping.folders.items()},
    )


def _joined(own: Mapping, other: Mapping) -> Mapping:
    """Own declarations first; sources of the same table add up."""
    tables = {n: (*own.tables.get(n, ()), *other.tables.get(n, ())) for n in (*own.tables, *other.tables)}
    digest = hashlib.sha256(f"{own.digest}+{other.digest}".encode()).hexdigest()
    return Mapping(
        own.name,
        {**other.head, **own.head},
        tables,
        {**other.views, **own.views},
        {**other.files, **own.files},
        {**other.folders, **own.folders},
        (*own.assumptions, *other.assumptions),
        {**other.thresholds, **own.thresholds},
        digest,
    )


def _sources(rules: list[Named[str, Any]] | Named[str, Any], where: str) -> tuple[SourceRule, ...]:
    listed = rules if isinstance(rules, list) else [rules]
    return tuple(_source(rule, where) for rule in listed)


def _source(rule: Named[str, Any], where: str) -> SourceRule:
    known = ("from", "rows", "join", "unpivot", "where", "latest", "group", "distinct", "starts", "assume", "columns")
    _known(rule, known, where)
    if not rule.get("from") and not rule.get("rows"):
        raise MappingInvalid("The source names neither `from` nor `rows`", where=where, mend='add from = "file"')
    return SourceRule(
        columns={n: _column(c, f"{where}, column {n}") for n, c in rule.get("columns", {}).items()},
        source=str(rule.get("from", "")),
        rows=tuple(rule.get("rows", ())),
        joins=tuple(_join(join, where) for join in rule.get("join", ())),
        unpivot=_record(Unpivot, rule["unpivot"], where) if "unpivot" in rule else None,
        where=_texts(rule.get("where", ())),
        latest=_record(Latest, rule["latest"], where) if "latest" in rule else None,
        group=_texts(rule.get("group", ())),
        distinct=bool(rule.get("distinct", False)),
        starts=rule.get("starts"),
        assume=rule.get("assume"),
    )


def _join(join: Named[str, Any], where: str) -> Join:
    _known(join, ("file", "on", "as", "many"), f"{where}, join")
    on = join.get("on")
    keys = {key: key for key in _texts(on)} if isinstance(on, str | list) else on
    if not join.get("file") or not keys:
        raise MappingInvalid("A join needs `file` and `on`", where=where, mend='write { file = "x", on = "key" }')
    alias = str(join.get("as", str(join["file"]).rsplit("/", 1)[-1]))
    return Join(str(join["file"]), keys, alias, bool(join.get("many", False)))


def _column(rule: object, where: str) -> ColumnRule:
    if isinstance(rule, str):
        return ColumnRule(column=rule)
    if not isinstance(rule, dict):
        return ColumnRule(value=rule)
    made = _record(ColumnRule, rule, where)
    if sum(part is not None for part in (made.column, made.value, made.formula)) > 1:
        raise MappingInvalid("More than one of column, value, formula", where=where, mend="keep one of them")
    if made.per is not None and made.per not in CAPACITY_PERIODS:
        raise MappingInvalid(f"Unknown period {made.per!r}", where=where, mend=f"use {', '.join(CAPACITY_PERIODS)}")
    if made.aggregate is not None and made.aggregate not in AGGREGATES:
        raise MappingInvalid(f"Unknown aggregate {made.aggregate!r}", where=where, mend=f"use {', '.join(AGGREGATES)}")
    return made


Record = TypeVar("Record", ColumnRule, FileRule, Unpivot, Latest)


def _record(kind: type[Record], content: Named[str, Any], where: str) -> Record:
    """A dataclass from a TOML table; lists of text become tuples, one text stands for a list of one."""
    known = {item.name: str(item.type) for item in fields(kind)}
    _known(content, tuple(known), where)
    values: dict[str, Any] = {n: _texts(v) if known[n].startswith("tuple") else v for n, v in content.items()}
    return kind(**values)


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(content: Named[str, Any], known: Sequence[str], where: str) -> None:
    unknown = [name for name in content if name not in known]
    if unknown:
        mend = f"use one of {', '.join(known)}"
        raise MappingInvalid(f"Mappings do not know {', '.join(unknown)}", where=where, mend=mend)
