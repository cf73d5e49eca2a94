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


class Mixing:
    """Two extracts, what they differ in, and every extract with some kinds of facts of either.

    Args:
        before: The extract at the start.
        after: The extract at the end.

    Raises:
        PlanError: They are of different companies.
    """

    def __init__(self, before: Extract, after: Extract) -> None:
        self.before, self.after = before, after
        self.facts = facts_between(before, after)
        self._grown: dict[str, pl.DataFrame] = {}

    def mixed(self, kinds: Collection[str]) -> Extract:
        """An extract with some kinds of facts of the one after and all others of the one before.

        Where master data stays behind, rows of new members come along, so that the facts about them have something to
        stand on.

        Args:
            kinds: Kinds of facts that are already those of the end.
        """
        moved = [fact for fact in self.facts if fact.kind in kinds]
        if len(moved) in (0, len(self.facts)):
            return self.after if moved or not self.facts else self.before
        taken = {name for fact in moved for name in fact.tables}
        rest = {name for fact in self.facts for name in fact.tables} - taken
        tables = {
            name: self._chosen(name, bool(taken)) if name in rest else self.after.tables[name]
            for name in self.after.tables
        }
        day = self.after if any(fact.kind == PAST for fact in moved) else self.before
        digest = digest_of(
            {"mixed": [self.before.digest, self.after.digest], "moved": sorted(fact.kind for fact in moved)}
        )
        return replace(day, digest=digest, tables=MappingProxyType(tables), folder=None)

    def _chosen(self, name: str, grown: bool) -> pl.DataFrame:
        """The table of before; where facts have moved, master data with the rows of new members."""
        if not grown or any(name in tables for tables in KINDS.values()):
            return self.before.tables[name]
        if name not in self._grown:
            self._grown[name] = _with_new_members(name, self.before.tables[name], self.after.tables[name])
        return self._grown[name]


def fitting_changes(extract: Extract, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes without those of master data whose row an extract does not hold.

    Raises:
        ChangeInvalid: A change adds a row that is there already.
    """
    kept: list[Change] = []
    grown = extract
    for change in changes:
        if change.kind == "master_data" and not _fits(grown, change):
            continue
        kept.append(change)
        if change.kind in ROW_KINDS:
            grown = amend_extract(grown, [change])
    return tuple(kept)


def _fits(extract: Extract, change: Change) -> bool:
    try:
        amend_extract(extract, [change])
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


def _with_new_members(name: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    keys = [key for key in TABLES[name].key if key in old.columns and key in new.columns]
    added = new.join(old, on=keys, how="anti", nulls_equal=True, maintain_order="left") if keys else new.clear()
    return pl.concat([old, added], how="diagonal") if added.height else old
