"""Fact: the kinds of facts in which two extracts differ, and an extract that has some of them from either."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.schema import TABLES
from steelyard.errors import ChangeInvalid, PlanError
from steelyard.plan.canonical import digest_of
from steelyard.plan.change import Change
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.life_operation import ROW_KINDS

PAST = "the month that has passed"
"""Facts that move the as-of date, and with it the calendar."""
MASTER_DATA = "master data"

KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PAST: ("sales_line", "demand_history", "actuals_gl", "period"),
        "open orders": ("open_order",),
        "stock and orders under way": ("inventory", "inventory_history", "supply_order"),
        "forecasts, promotions and outside series": ("forecast_in", "promotion", "event", "external_series"),
        "prices": ("price",),
        "costs": ("item_cost",),
        "currency rates": ("currency_rate",),
        "budget": ("budget",),
        "capacity": ("resource", "resource_capacity"),
    }
)
"""Tables by the kind of fact they hold; what is not named is master data."""
STATES = ("open orders", "stock and orders under way")
"""Kinds that say how things stand on a day: on another day they belong to the month that has passed."""


@dataclass(frozen=True)
class Fact:
    """One kind of fact in which two extracts differ."""

    kind: str
    tables: tuple[str, ...]
    """Tables that differ; empty where only the day does."""


def facts_between(before: Extract, after: Extract) -> tuple[Fact, ...]:
    """Name the kinds of facts in which two extracts differ, in the order of `KINDS`, master data last.

    Raises:
        PlanError: They are of different companies.
    """
    if before.company != after.company:
        raise PlanError(
            "The plans are of different companies",
            where=f"{before.company} and {after.company}",
            mend="choose two plans of the same company",
        )
    if before.digest == after.digest:
        return ()
    moved = [name for name in after.tables if not same_rows(before.tables.get(name), after.tables[name])]
    kinds = KINDS if before.as_of == after.as_of else _of_another_day()
    found = [Fact(kind, tuple(name for name in tables if name in moved)) for kind, tables in kinds.items()]
    known = {name for tables in KINDS.values() for name in tables}
    found.append(Fact(MASTER_DATA, tuple(name for name in moved if name not in known)))
    return tuple(fact for fact in found if fact.tables or (fact.kind == PAST and before.as_of != after.as_of))


def _of_another_day() -> Mapping[str, tuple[str, ...]]:
    """The kinds of facts, with how things stand told together with the month that led there.

    NOTE: yesterday's stock and orders under today's date would be a plan nobody could have made: every order overdue.
    """
    states = tuple(name for kind in STATES for name in KINDS[kind])
    rest = {kind: tables for kind, tables in KINDS.items() if kind not in (PAST, *STATES)}
    return {PAST: (*KINDS[PAST], *states), **rest}


def mixed_extract(before: Extract, after: Extract, moved: Collection[Fact]) -> Extract:
    """An extract with some kinds of facts of the one after and all others of the one before.

    Where master data stays behind, rows of new members come along, so that the facts about them have something to
    stand on.

    Args:
        before: The extract at the start.
        after: The extract at the end.
        moved: Kinds of facts that are already those of the end.
    """
    everything = facts_between(before, after)
    if len(moved) in (0, len(everything)):
        return after if moved or not everything else before
    taken = {name for fact in moved for name in fact.tables}
    rest = {name for fact in everything for name in fact.tables} - taken
    tables = {name: _chosen(name, before, after, taken, rest) for name in after.tables}
    day = after if any(fact.kind == PAST for fact in moved) else before
    kinds = sorted(fact.kind for fact in moved)
    digest = digest_of({"mixed": [before.digest, after.digest], "moved": kinds})
    return replace(day, digest=digest, tables=MappingProxyType(tables), folder=None)


def fitting_changes(extract: Extract, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes without those of master data whose row an extract does not hold."""
    kept: list[Change] = []
    for change in changes:
        if change.kind != "master_data" or _fits(extract, kept, change):
            kept.append(change)
    return tuple(kept)


def _fits(extract: Extract, standing: Sequence[Change], change: Change) -> bool:
    tables = [other for other in standing if other.kind in ROW_KINDS]
    try:
        amend_extract(extract, [*tables, change])
    except ChangeInvalid:
        return False
    return True


def same_rows(one: pl.DataFrame | None, other: pl.DataFrame) -> bool:
    """Whether two tables say the same, wherever they were read from."""
    if one is None or one is other or one.height != other.height:
        return one is other
    told = [name for name in other.columns if not name.startswith("_source")]
    held = [name for name in one.columns if not name.startswith("_source")]
    return told == held and one.select(told).equals(other.select(told))


def _chosen(name: str, before: Extract, after: Extract, taken: set[str], rest: set[str]) -> pl.DataFrame:
    if name not in rest:
        return after.tables[name]
    old = before.tables[name]
    is_master = not any(name in tables for tables in KINDS.values())
    return _with_new_members(name, old, after.tables[name]) if is_master and taken else old


def _with_new_members(name: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    keys = [key for key in TABLES[name].key if key in old.columns and key in new.columns]
    added = new.join(old, on=keys, how="anti", nulls_equal=True, maintain_order="left") if keys else new.clear()
    return pl.concat([old, added], how="diagonal") if added.height else old
