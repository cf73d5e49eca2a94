"""Seen change: which changes a reader of a part sees, and how far the reader's own changes reach."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from steelyard.data.schema import TABLES
from steelyard.errors import NotAllowed
from steelyard.grid.hierarchy import LEVEL_COLUMNS
from steelyard.grid.measure import Grain
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.change import Change, known_rows
from steelyard.plan.life_operation import AddRow, Launch, NewItem, PhaseOut, SetGate, SlipLaunch, Supersede
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetMasterData
from steelyard.plan.sight.seen_extract import side_of_column
from steelyard.plan.sight.sight import EVERYTHING, Part, Sight

HIERARCHY_OF = {level: hierarchy for hierarchy, levels in LEVEL_COLUMNS.items() for level in levels}
KEY_OF = {hierarchy: list(levels)[-1] for hierarchy, levels in LEVEL_COLUMNS.items()}
Named = Mapping[str, Sequence[str]]
"""Members that a change names, by key level: item, location, customer."""


def sight_behind(plan: PlanNumbers) -> Sight:
    """The sight a plan is seen with."""
    found = getattr(plan, "sight", EVERYTHING)
    return found if isinstance(found, Sight) else EVERYTHING


def sees_scope(plan: PlanNumbers, scope: Scope, grain: Grain = "demand") -> bool:
    """Whether a slice holds a series of the plan as it is seen; of the whole plan every slice is seen."""
    if not sight_behind(plan).limited or not scope:
        return True
    series = plan.inputs.series[grain]
    known = known_rows(Change(_NOTHING, scope=scope), series)
    return known is not None and bool(series.select(known).size)


def sees_change(plan: PlanNumbers, change: Change) -> bool:
    """Whether the reader of a plan sees a change: it moves something of the part, and no money that is hidden."""
    sight = sight_behind(plan)
    if sight.hides(change.measure, plan.wiring.measures) or _hidden_money(change, sight):
        return False
    if not sight.limited:
        return True
    if change.moves_cells:
        declared = plan.wiring.measures.get(change.measure)
        return declared is not None and sees_scope(plan, change.scope, declared.grain)
    return sees_scope(plan, change.scope) and _all_seen(plan, named_by(change))


def narrowed(plan: PlanNumbers, change: Change) -> Change:
    """A change as far as it reaches within the part of its author.

    Args:
        plan: The plan as the author sees it.
        change: What the author asks for; what it says of everything is meant of everything the author sees.

    Raises:
        NotAllowed: It reaches outside, or moves what the part shares with others.
    """
    sight = sight_behind(plan)
    if sight.hides(change.measure, plan.wiring.measures) or _hidden_money(change, sight):
        raise NotAllowed("Your role does not see the money this changes", where=change.measure)
    if not sight.limited:
        return change
    if change.moves_cells or change.kind == "assumption":
        declared = plan.wiring.measures.get(change.measure)
        return replace(change, scope=narrowed_scope(plan, change.scope, declared.grain if declared else "demand"))
    _require_own(plan, change, sight.parts)
    return change


def narrowed_scope(plan: PlanNumbers, scope: Scope, grain: Grain = "demand") -> Scope:
    """A slice as far as it lies in the parts that a plan is seen with.

    Raises:
        NotAllowed: It names a member outside, lies in several parts, or its numbers are shared with others.
    """
    sight = sight_behind(plan)
    if not sight.limited:
        return scope
    series = plan.inputs.series[grain]
    asked = {level: (m,) if isinstance(m, str) else tuple(m) for level, m in scope.items()}
    if not series.has(asked) or any(not series.has_member(lvl, m) for lvl, ms in asked.items() for m in ms):
        raise _outside(asked)
    wanted = series.select(asked)
    found = [one for one in (_meeting(asked, part, series) for part in sight.parts) if one is not None]
    whole = next((one for one in found if np.array_equal(series.select(one), wanted)), None)
    if whole is None:
        raise _outside(asked) if not found else _several(found)
    return whole


def named_by(change: Change) -> Named:
    """The products, places and customers that a change of the inputs names."""
    match change.operation:
        case Launch() as one:
            items = (one.item, *one.like, *one.takes_from)
            return _filled({"item": items, "location": one.locations, "customer": one.customers})
        case SlipLaunch() | SetGate() | PhaseOut() as one:
            return {"item": (one.item,)}
        case Supersede(old=old, new=new):
            return {"item": (old, new)}
        case NewItem(pattern=pattern):
            return {"item": (pattern,)}
        case SetMasterData(key=key):
            return _of_row(key)
        case AddRow(values=values):
            return _of_row({name: str(value) for name, value in values.items() if value is not None})
        case _:
            return {}


_NOTHING = Change.from_json({"operation": {"kind": "assumption", "statement": "nothing"}}).operation


def _meeting(
    asked: Mapping[str, tuple[str, ...]], part: Part, series: SeriesIndex
) -> dict[str, tuple[str, ...]] | None:
    """Where a slice and a part meet; None where they do not, or the grain does not know a level of the part."""
    met = dict(asked)
    for level, members in part:
        if level not in series.levels:
            return None
        here = tuple(name for name in members if series.has_member(level, name))
        met[level] = tuple(name for name in met[level] if name in here) if level in met else here
    return met if all(met.values()) and series.select(met).size else None


def _require_own(plan: PlanNumbers, change: Change, parts: Sequence[Part]) -> None:
    named = named_by(change)
    if not named or not _all_seen(plan, named):
        raise _outside(named)
    if not any(
        {KEY_OF[HIERARCHY_OF[level]] for level, _ in part if level in HIERARCHY_OF} <= set(named) for part in parts
    ):
        raise NotAllowed(
            "This would change what your part shares with others", where=change.what, mend="ask who sees all of it"
        )


def _all_seen(plan: PlanNumbers, named: Named) -> bool:
    grains = list(plan.inputs.series.values())
    return all(
        any(level in series.levels and series.has_member(level, name) for series in grains)
        for level, members in named.items()
        for name in members
    )


def _of_row(key: Mapping[str, str]) -> Named:
    plain = {name.removesuffix("_id"): value for name, value in key.items()}
    return {level: (plain[level],) for level in KEY_OF.values() if level in plain}


def _filled(named: Named) -> Named:
    return {level: tuple(members) for level, members in named.items() if members}


def _hidden_money(change: Change, sight: Sight) -> bool:
    operation = change.operation
    columns = [operation.column] if isinstance(operation, SetMasterData) else []
    columns += list(operation.values) if isinstance(operation, AddRow) else []
    if not sight.hidden or not isinstance(operation, SetMasterData | AddRow) or operation.table not in TABLES:
        return False
    money = {column.name for column in TABLES[operation.table].columns if column.kind == "money"}
    return any(name in money and side_of_column(operation.table, name) in sight.hidden for name in columns)


def _outside(asked: Mapping[str, Sequence[str]]) -> NotAllowed:
    told = "; ".join(f"{level.replace('_', ' ')} {', '.join(members)}" for level, members in asked.items())
    return NotAllowed(
        "This lies outside your part of the company",
        where=told or "everything",
        mend="choose within your part, or ask an administrator to widen it",
    )


def _several(found: Sequence[Mapping[str, Sequence[str]]]) -> NotAllowed:
    return NotAllowed(
        f"Your part of the company has {len(found)} slices here",
        mend="change one of them at a time: filter by it first",
    )
