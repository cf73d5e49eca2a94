"""Seen extract: the tables of an import as one reader sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.schema import TABLES
from steelyard.grid.hierarchy import LEVEL_COLUMNS, Hierarchy
from steelyard.plan.sight.sight import Part, Side, Sight

SALES_TABLES = frozenset({"sales_line", "demand_history", "open_order", "forecast_in", "price", "budget"})
"""Tables whose money is of the sales side, but for the column `cost`."""
WHOLE_COMPANY = frozenset({"actuals_gl", "event", "assumption"})
"""Tables whose rows are about the whole company or name their place in free text: a reader of a part sees none."""
NAMED_OR_LEFT_OUT = frozenset({"budget", "promotion"})
"""Tables in which a row that names no product, place or customer is about all of them."""
MASTER = {"product": "item", "location": "location", "customer": "customer"}
"""The table each hierarchy is read from."""


def seen_extract(extract: Extract, sight: Sight) -> Extract:
    """An extract as a reader sees it; the extract itself where nothing is kept from the reader.

    A reader of a part sees rows that name products, places and customers of the part only, and neither findings nor
    rows that were kept out. Columns of hidden money are empty; without money, findings name none.
    """
    if sight.everything:
        return extract
    tables = {name: _blanked(name, _kept(name, frame, extract, sight), sight) for name, frame in extract.tables.items()}
    shown = replace(extract, tables=MappingProxyType(tables), quarantine=MappingProxyType({}))
    if sight.limited:
        return replace(shown, findings=(), reconciliation=extract.reconciliation.clear())
    return replace(
        shown,
        findings=tuple(replace(finding, money=0.0) for finding in extract.findings),
        reconciliation=extract.reconciliation.with_columns(
            pl.lit(0).cast(dtype).alias(name)
            for name, dtype in extract.reconciliation.schema.items()
            if name.startswith("money_")
        ),
    )


def side_of_column(table: str, column: str) -> Side:
    """The kind of money a money column is."""
    return "sales" if table in SALES_TABLES and column != "cost" else "cost"


@dataclass(frozen=True)
class _Allowed:
    """What a part allows: keys by master table, members by column of attributes."""

    keys: Mapping[str, Sequence[str]]
    attributes: Mapping[str, Sequence[str]]


def _kept(name: str, frame: pl.DataFrame, extract: Extract, sight: Sight) -> pl.DataFrame:
    if not sight.limited:
        return frame
    if name in WHOLE_COMPANY:
        return frame.clear()
    masks = [_mask(name, frame, _allowed(extract, part)) for part in sight.parts]
    return frame.filter(pl.any_horizontal(masks))


def _mask(name: str, frame: pl.DataFrame, allowed: _Allowed) -> pl.Expr:
    """Rows that name nothing outside a part."""
    narrowed = [(column, allowed.keys[table]) for column, table in _references(name) if table in allowed.keys]
    narrowed += [(column, members) for column, members in allowed.attributes.items() if column in frame.columns]
    held = [(column, members) for column, members in narrowed if column in frame.columns]
    if not held:
        return pl.lit(not narrowed)
    within = [pl.col(column).is_null() | pl.col(column).is_in(list(members)) for column, members in held]
    if name in NAMED_OR_LEFT_OUT:
        within.append(pl.any_horizontal(pl.col(column).is_not_null() for column, _ in held))
    return pl.all_horizontal(within)


def _references(name: str) -> list[tuple[str, str]]:
    """Columns that name a product, a place or a customer, with the table they name."""
    declared = TABLES[name].columns if name in TABLES else ()
    named = [(column.name, column.references) for column in declared if column.references in MASTER.values()]
    own = [(LEVEL_COLUMNS[hierarchy][_key(hierarchy)], table) for hierarchy, table in MASTER.items() if table == name]
    return [*own, *((column, table) for column, table in named if table is not None)]


def _allowed(extract: Extract, part: Part) -> _Allowed:
    known = {level: hierarchy for hierarchy, levels in LEVEL_COLUMNS.items() for level in levels}
    unknown = any(level not in known for level, _ in part)
    keys: dict[str, Sequence[str]] = {}
    attributes: dict[str, Sequence[str]] = {}
    for hierarchy, table in MASTER.items():
        asked = [(level, members) for level, members in part if known.get(level) == hierarchy]
        if not asked and not unknown:
            continue
        members = Hierarchy.from_table(hierarchy, extract.tables[table]).members
        inside = members.clear() if unknown else members.filter(*(pl.col(lvl).is_in(list(m)) for lvl, m in asked))
        keys[table] = inside[_key(hierarchy)].to_list()
        attributes |= {
            column: inside[level].unique().to_list()
            for level, column in LEVEL_COLUMNS[hierarchy].items()
            if level != _key(hierarchy)
        }
    return _Allowed(keys, attributes)


def _key(hierarchy: str) -> str:
    """The lowest level of a hierarchy."""
    return list(LEVEL_COLUMNS[hierarchy])[-1]


def _blanked(table: str, frame: pl.DataFrame, sight: Sight) -> pl.DataFrame:
    declared = TABLES.get(table)
    if declared is None or not sight.hidden:
        return frame
    money = [c.name for c in declared.columns if c.kind == "money" and c.name in frame.columns]
    hidden = [name for name in money if side_of_column(table, name) in sight.hidden]
    return frame.with_columns(pl.lit(None, dtype=frame.schema[name]).alias(name) for name in hidden)
