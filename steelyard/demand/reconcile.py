"""Reconcile: forecasts of every level made to add up, with overrides at any node met in the same step.

A forecast of the whole is better than the sum of its parts, a forecast of the parts knows who; both were made without
each other and do not add up. Reconciling lets each correct the other.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.demand.coherent import make_coherent, shrunk_weights, structural_weights
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.tree import Tree
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add

ReconcileMethod = Literal["structural", "shrunk", "top_down", "bottom_up"]
"""structural: the more series below a node, the less it is trusted per unit; needs nothing but the forecasts.
shrunk: by the covariance of one-step errors (MinT-shrink); needs residuals.
top_down: the top decides how much, the forecasts below only who; needs nested levels.
bottom_up: the series decide."""

SWEEPS = 200
"""Times the overrides are gone through until all are met."""

MET = 1e-9
"""Share of an override that it may be missed by before it counts as contradicted."""


@dataclass(frozen=True)
class Reconciled:
    """Forecasts that add up."""

    bottom: Array
    """The series, horizon x series [units]; never negative."""
    aggregate: Array
    """The nodes above them, horizon x aggregate [units]; exactly the sums of the series."""


def reconcile(
    tree: Tree,
    aggregate: Array,
    bottom: Array,
    *,
    method: ReconcileMethod = "structural",
    residuals: Array | None = None,
    overrides: Array | None = None,
) -> Reconciled:
    """Make forecasts of all levels add up.

    Negative results are set to zero and the sums taken anew; overrides are then met again by scaling what lies below
    them in proportion.

    Args:
        tree: How nodes add up.
        aggregate: Forecasts of the nodes above the series, horizon x aggregate [units].
        bottom: Forecasts of the series, horizon x series [units].
        method: How they correct each other.
        residuals: One-step errors of all nodes, period x node; NaN where unknown. For `shrunk`.
        overrides: Value a node must take, horizon x node [units, >= 0]; NaN where free.

    Returns:
        Forecasts that add up exactly and meet every override to a billionth.

    Raises:
        ModelError: Shapes do not fit, levels are not nested where they must be, overrides contradict each other.

    Example:
        >>> from steelyard.demand.tree import build_tree
        >>> whole = reconcile(build_tree([np.array([0, 0])]), np.array([[14.0]]), np.array([[4.0, 6.0]]))
        >>> whole.bottom, whole.aggregate
        (array([[5., 7.]]), array([[12.]]))
    """
    wishes = np.full((len(bottom), tree.nodes), np.nan) if overrides is None else overrides
    _check(tree, aggregate, bottom, residuals, wishes, method)
    if method == "bottom_up":
        found = bottom
    elif method == "top_down":
        found = _top_down(tree, aggregate, bottom)
    else:
        weights = structural_weights(tree) if residuals is None or method == "structural" else shrunk_weights(residuals)
        found = make_coherent(np.concatenate([aggregate, bottom], axis=1), tree, weights, wishes)
    found = _meet(np.maximum(found, 0.0), tree, wishes)
    return Reconciled(found, tree.add_up(found))


def _check(
    tree: Tree, aggregate: Array, bottom: Array, residuals: Array | None, overrides: Array, method: ReconcileMethod
) -> None:
    shapes = {
        "aggregate": (aggregate.shape, (len(bottom), tree.aggregates)),
        "bottom": (bottom.shape, (len(bottom), tree.series)),
        "overrides": (overrides.shape, (len(bottom), tree.nodes)),
        "residuals": ((tree.nodes,) if residuals is None else residuals.shape[1:], (tree.nodes,)),
    }
    for name, (given, wanted) in shapes.items():
        if given != wanted:
            raise ModelError(f"{name} has shape {given}, not {wanted}", mend="number nodes as the tree does")
    if method == "shrunk" and residuals is None:
        raise ModelError("Shrunk reconciliation needs residuals", mend="hand them over or use method 'structural'")
    if not (np.isfinite(aggregate).all() and np.isfinite(bottom).all()):
        raise ModelError("A forecast to reconcile is not a number", mend="forecast every node first")
    if (overrides < 0).any():
        period, node = (int(k) for k in np.argwhere(overrides < 0)[0])
        raise ModelError(
            f"An override of {overrides[period, node]:g} is below zero",
            where=f"{tree.place(node)}, period {period}",
            mend="enter zero or more",
        )


def _top_down(tree: Tree, aggregate: Array, bottom: Array) -> Array:
    """Hand each parent's value down by the forecasts of its children (Athanasopoulos, Ahmed and Hyndman 2009)."""
    if not tree.levels:
        return bottom
    parts = np.split(aggregate, tree.offsets[1:-1], axis=1)
    value = np.maximum(parts[0], 0.0)
    below = [*zip(parts[1:], tree.levels[1:], strict=True), (bottom, np.arange(tree.series))]
    for codes, (forecast, children) in zip(tree.levels, below, strict=True):
        value = _hand_down(value, np.maximum(forecast, 0.0), _parents(codes, children))
    return value


def _parents(codes: IntArray, children: IntArray) -> IntArray:
    """Group above each child group."""
    parent = np.zeros(int(children.max(initial=-1)) + 1, dtype=np.int64)
    parent[children] = codes
    if not np.array_equal(parent[children], codes):
        raise ModelError(
            "The levels cross, so there is no way down from the top",
            mend="use method 'structural', or levels of which each lies inside the one above",
        )
    return parent


def _hand_down(value: Array, forecast: Array, parent: IntArray) -> Array:
    whole = scatter_add(forecast, parent, value.shape[1])
    fair = scatter_add(np.ones((1, parent.size)), parent, value.shape[1])[0]
    known = whole[:, parent] > 0
    share = np.where(known, forecast / np.where(known, whole[:, parent], 1.0), 1.0 / fair[parent])
    handed: Array = value[:, parent] * share
    return handed


@dataclass(frozen=True)
class _Wishes:
    """The overrides of one level, cut down to the periods and series they touch."""

    first: int
    """Node number of the first of its groups."""
    groups: IntArray
    """The overridden groups of the level."""
    periods: IntArray
    series: IntArray
    codes: IntArray
    """Which of the groups each of the series belongs to."""
    value: Array
    """What they must be, period x group; NaN where free."""

    def sums(self, bottom: Array) -> Array:
        """What they are, period x group."""
        return scatter_add(bottom[np.ix_(self.periods, self.series)], self.codes, self.groups.size)

    def missed(self, bottom: Array) -> BoolArray:
        """Which are not met."""
        wished = np.isfinite(self.value)
        gap = np.abs(np.where(wished, self.sums(bottom) - self.value, 0.0))
        # NOTE: asked this way round, what is not a number counts as missed.
        return ~np.asarray(gap <= MET * np.maximum(np.where(wished, self.value, 0.0), 1e-6))


def _wishes(tree: Tree, overrides: Array) -> list[_Wishes]:
    every = (np.arange(tree.series), tree.aggregates, tree.series)
    spans = [*zip(tree.levels, tree.offsets, tree.sizes, strict=False), every]
    cut = [_cut(codes, first, overrides[:, first : first + size]) for codes, first, size in spans]
    return [wishes for wishes in cut if wishes.groups.size]


def _cut(codes: IntArray, first: int, overrides: Array) -> _Wishes:
    wished = np.isfinite(overrides)
    groups, periods = np.flatnonzero(wished.any(axis=0)), np.flatnonzero(wished.any(axis=1))
    local = np.full(overrides.shape[1], -1, dtype=np.int64)
    local[groups] = np.arange(groups.size)
    series = np.flatnonzero(local[codes] >= 0)
    return _Wishes(first, groups, periods, series, local[codes[series]], overrides[np.ix_(periods, groups)])


def _meet(bottom: Array, tree: Tree, overrides: Array) -> Array:
    """Scale what lies below each override until all are met: the proportional fitting of Deming and Stephan (1940)."""
    levels = _wishes(tree, overrides)
    met = bottom.copy() if levels else bottom
    for _ in range(SWEEPS):
        for wishes in levels:
            _scale(met, wishes)
        if not any(wishes.missed(met).any() for wishes in levels):
            return met
    wishes = next(wishes for wishes in levels if wishes.missed(met).any())
    period, group = (int(k) for k in np.argwhere(wishes.missed(met))[0])
    raise ModelError(
        f"The override of {wishes.value[period, group]:g} contradicts others above or below it",
        where=f"{tree.place(wishes.first + int(wishes.groups[group]))}, period {int(wishes.periods[period])}",
        mend="take one of them back, or make them add up",
    )


def _scale(bottom: Array, wishes: _Wishes) -> None:
    """Bring each overridden group to its value in proportion; a group of zeros shares equally."""
    block, value = np.ix_(wishes.periods, wishes.series), wishes.value
    free, whole = ~np.isfinite(value), wishes.sums(bottom)
    empty = ~free & (whole <= 0)
    count = np.bincount(wishes.codes, minlength=wishes.groups.size)
    factor = np.where(free | empty, 1.0, value / np.where(whole > 0, whole, 1.0))
    equal = np.where(empty, value / count, 0.0)
    bottom[block] = bottom[block] * factor[:, wishes.codes] + equal[:, wishes.codes]


def carry_quantiles(quantiles: Array, mean: Array, reconciled: Array) -> Array:
    """Move quantiles along with a forecast that was reconciled, so that they stay in order and never below zero.

    A forecast that falls takes its quantiles down in proportion; one that rises lifts them by as much, for in
    proportion a forecast near nothing would throw its upper quantiles to the sky.

    Args:
        quantiles: Quantiles of the forecast as it was, level x horizon x series [units].
        mean: That forecast, horizon x series.
        reconciled: The forecast now.

    Example:
        >>> carry_quantiles(np.array([[[2.0]], [[6.0]]]), np.array([[4.0]]), np.array([[5.0]]))[:, 0, 0]
        array([3., 7.])
    """
    falls = reconciled < mean
    factor = np.where(falls, reconciled / np.where(falls, mean, 1.0), 1.0)
    return quantiles * factor + np.maximum(reconciled - mean, 0.0)


def residuals_of(history: Array, fitted: Array) -> Array:
    """One-step errors for `shrunk`: demand minus what was fitted, centred by node; NaN where either is unknown."""
    error = history - fitted
    known = np.isfinite(error)
    mean = ordered_sum(np.where(known, error, 0.0)) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, error - mean, np.nan)
