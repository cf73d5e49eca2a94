"""Forecast override: totals that people set for the statistical forecast, met by the reconciliation of levels itself.

So what is set at one node moves its parts by how sure their forecasts are, and the levels beside and above it follow.
Changes of other kinds, and totals over several periods, are laid on afterwards as on every measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from steelyard.demand.levels import SettledTree
from steelyard.demand.tree import build_tree
from steelyard.errors import UnknownMember
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.operation import SetValue
from steelyard.plan.overlay import window_of

MEASURE = "statistical_forecast"
OVERRIDES = "forecast_overrides"
"""Name under which a run hands the overrides to the forecast."""


@dataclass(frozen=True)
class NodeOverride:
    """A total that the forecast of some series must have in one period."""

    scope: tuple[tuple[str, tuple[str, ...]], ...]
    period: int
    value: float


@dataclass(frozen=True)
class NodeTotal:
    """An override with the series it is about."""

    rows: IntArray
    period: int
    value: float


@dataclass(frozen=True)
class ForecastOverrides:
    """The totals set, in the order in which they were set; of the same scope and period only the last."""

    entries: tuple[NodeOverride, ...] = ()
    totals: tuple[NodeTotal, ...] = field(default=(), compare=False, repr=False)
    """The same with their series."""


def overrides_of(changes: Sequence[Change], inputs: PlanInputs) -> ForecastOverrides:
    """Find the totals that changes set for single periods of the forecast.

    Args:
        changes: What people believe and decide, in order.
        inputs: Series and periods of the plan.
    """
    found: dict[tuple[object, int], NodeOverride] = {}
    for change in changes:
        operation = change.operation
        if change.measure != MEASURE or not isinstance(operation, SetValue) or operation.value < 0:
            continue
        window = window_of(change, inputs.periods("horizon"))
        scope = tuple(sorted((level, (m,) if isinstance(m, str) else tuple(m)) for level, m in change.scope.items()))
        if window is not None and (operation.per == "period" or window.stop - window.start == 1):
            for period in range(window.start, window.stop):
                found.pop((scope, period), None)
                found[scope, period] = NodeOverride(scope, period, operation.value)
    rows = {scope: _series_of(inputs, dict(scope)) for scope in dict.fromkeys(one.scope for one in found.values())}
    totals = tuple(NodeTotal(rows[one.scope], one.period, one.value) for one in found.values())
    return ForecastOverrides(tuple(found.values()), totals)


def _series_of(inputs: PlanInputs, scope: Scope) -> IntArray:
    """The series of a scope; none where its members are gone."""
    try:
        return inputs.series["demand"].select(scope)
    except UnknownMember:
        return np.empty(0, np.int64)


@dataclass(frozen=True)
class OverriddenTree:
    """The tree with a level for every overridden scope that is no node of it yet, and the value of its nodes."""

    settled: SettledTree
    wanted: Array
    """Value each node must take, horizon x node [units]; NaN where free."""
    added: int
    """Levels added at the bottom of the others; their forecast is the sum of the series."""


def with_overrides(settled: SettledTree, totals: Sequence[NodeTotal], mean: Array) -> OverriddenTree:
    """Make the overridden scopes nodes of the tree.

    Series that are not settled keep their forecast: what they have is taken off the total first. A scope without
    settled series, or a total below what the others have, is left to be laid on afterwards.

    Args:
        settled: The tree of the settled series.
        totals: The overrides.
        mean: Forecast of all series, horizon x series [units].
    """
    levels, names = list(settled.tree.levels), list(settled.names)
    placed: list[tuple[int, int, NodeTotal, float]] = []
    for total in totals:
        inside = np.isin(settled.rows, total.rows)
        rest = np.setdiff1d(total.rows, settled.rows)
        left = total.value - float(mean[total.period, rest].sum())
        if inside.any() and left >= 0:
            placed.append((*_node_of(levels, names, inside), total, left))
    tree = build_tree(levels, settled.rows.size)
    wanted = np.full((len(mean), tree.nodes), np.nan)
    for level, group, total, left in placed:
        wanted[total.period, tree.offsets[level] + group] = left
    return OverriddenTree(SettledTree(settled.rows, tree, tuple(names)), wanted, len(levels) - len(settled.tree.levels))


def _node_of(levels: list[IntArray], names: list[str], inside: BoolArray) -> tuple[int, int]:
    """Level and group that hold just these series; a level is added where there is none."""
    for number, codes in enumerate(levels):
        group = int(codes[np.flatnonzero(inside)[0]])
        if np.array_equal(codes == group, inside):
            return number, group
    codes = np.where(inside, 0, 1).astype(np.int64)
    levels.append(codes)
    names.append("overridden")
    return len(levels) - 1, 0
