"""Levels: the groups above the series that are forecast too, so that whole and parts correct each other.

Like is reconciled with like. A family that has just got a new item, or lost one, has a history that says nothing about
the sum of its items to come. So only *settled* series take part: those that were sold for most of the history and go on
being sold; the others keep the forecast of their own route.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.reconcile import ReconcileMethod
from steelyard.demand.route import Route, Routes
from steelyard.demand.tree import Tree, build_tree
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add

MOST_SHRUNK = 3000
"""Nodes above the series up to which the covariance of their errors is used."""

LEAST_RESIDUALS = 12
"""Periods of residuals from which a covariance says anything."""


@dataclass(frozen=True)
class LevelCodes:
    """The levels of a plan that may be forecast, from the top."""

    names: tuple[str, ...]
    """What each is called: `product_family`."""
    codes: tuple[IntArray, ...]
    """Group of every series, by level."""
    nested: tuple[str, ...] = ()
    """The levels of the product, of which each lies inside the one before; the way down from the top."""


@dataclass(frozen=True)
class SettledTree:
    """The nodes above the settled series."""

    rows: IntArray
    """The settled series."""
    tree: Tree
    """How they add up."""
    names: tuple[str, ...]
    """What the levels of the tree are called."""


def settled_series(history: Array, route: Routes, active: Array, period: int) -> BoolArray:
    """Say which series were sold for most of the history, on a route that sees all of it, and go on being sold.

    Args:
        history: Demand, period x series [units]; NaN outside the life of a series.
        route: The `Route` of each series.
        active: Share of each planned period in which it may be sold, period x series.
        period: Periods in a season.
    """
    known = np.isfinite(history)
    enough = known.sum(axis=0) >= max(len(history) / 2.0, min(2 * period, len(history)))
    lasting = known[-1] if len(known) else np.zeros(route.size, dtype=bool)
    seen = np.isin(route, (Route.REGULAR, Route.INTERMITTENT))
    sold = active > 0
    going_on = sold[sold.any(axis=1)].all(axis=0)
    return np.asarray(enough & lasting & seen & going_on, dtype=bool)


def settled_tree(levels: LevelCodes, settled: BoolArray, method: ReconcileMethod) -> SettledTree:
    """Build the tree of the settled series; levels that gather nothing, or the same as another, are left out.

    Top-down takes the levels of the product only, and of those the nested ones.
    """
    rows = np.flatnonzero(settled)
    kept: list[IntArray] = []
    names: list[str] = []
    for name, codes in zip(levels.names, levels.codes, strict=True):
        if method == "top_down" and name not in levels.nested:
            continue
        own = np.unique(codes[rows], return_inverse=True)[1].reshape(-1)
        wanted = 2 * (own.max(initial=-1) + 1) <= rows.size and not any(_same_groups(own, other) for other in kept)
        if wanted and not (method == "top_down" and kept and not _inside(own, kept[-1])):
            kept.append(own)
            names.append(name)
    return SettledTree(rows, build_tree(kept, rows.size), tuple(names))


def _same_groups(left: IntArray, right: IntArray) -> bool:
    return left.max(initial=-1) == right.max(initial=-1) and _inside(left, right)


def _inside(fine: IntArray, coarse: IntArray) -> bool:
    """Whether each fine group lies in one coarse group."""
    parent = np.zeros(int(fine.max(initial=-1)) + 1, dtype=np.int64)
    parent[fine] = coarse
    return bool(np.array_equal(parent[fine], coarse))


def node_histories(history: Array, settled: SettledTree) -> Array:
    """Sum the settled series to every node, from the period since which all of them were sold; NaN before.

    Args:
        history: Demand of all series, period x series [units]; NaN outside the life of a series.
        settled: The tree.
    """
    own = history[:, settled.rows]
    known = np.isfinite(own)
    first = np.where(known.any(axis=0), known.argmax(axis=0), len(own))
    total = settled.tree.add_up(np.where(known, own, 0.0))
    parts = [np.zeros(0, dtype=np.int64)]
    for codes, size in zip(settled.tree.levels, settled.tree.sizes, strict=True):
        latest = np.zeros(size, dtype=np.int64)
        np.maximum.at(latest, codes, first)
        parts.append(latest)
    return np.where(np.arange(len(own))[:, None] >= np.concatenate(parts), total, np.nan)


def usable_method(method: ReconcileMethod, tree: Tree, residuals: int) -> ReconcileMethod:
    """The method asked for, or the structural one where residuals do not allow the shrunk one.

    Args:
        method: Asked for.
        tree: The nodes.
        residuals: Periods with one-step errors.
    """
    if method == "shrunk" and (tree.aggregates > MOST_SHRUNK or residuals < LEAST_RESIDUALS):
        return "structural"
    return method


def split_bands(quantiles: Array, mean: Array, share: Array, group: IntArray, part: Array) -> Array:
    """Give each series its part of the band of its group, as if the errors of the series were independent.

        end = mean of the series + root of its share x (end of the group - mean of the group)

    So the widths of the series, squared and added, are the width of the group squared.

    Args:
        quantiles: Quantiles of the groups, level x horizon x group [units].
        mean: Their forecast, horizon x group [units].
        share: Share of each series in its group, horizon x series.
        group: Group of each series.
        part: Forecast of the series, horizon x series [units].
    """
    apart = (quantiles - mean)[:, :, group] * np.sqrt(share)
    return np.maximum(part + apart, 0.0)


def band_of_sum(low: Array, mean: Array, high: Array, together: float) -> tuple[float, float]:
    """Ends of the band of a sum, from the bands of its parts.

        width ** 2 = (1 - together) x sum of width ** 2 + together x (sum of width) ** 2

    Args:
        low: Lower ends of the parts [units].
        mean: Their forecasts.
        high: Upper ends.
        together: How much of the errors the parts have in common, 0 (independent) to 1.

    Example:
        >>> one = np.ones(4)
        >>> band_of_sum(10 - one, 10 * one, 10 + one, 0.0), band_of_sum(10 - one, 10 * one, 10 + one, 1.0)
        ((38.0, 42.0), (36.0, 44.0))
    """
    whole = float(mean.sum())
    ends = []
    for width in (mean - low, high - mean):
        mixed = (1.0 - together) * float((width * width).sum()) + together * float(width.sum()) ** 2
        ends.append(float(np.sqrt(mixed)) * (1.0 if float(width.sum()) >= 0 else -1.0))
    return max(whole - ends[0], 0.0), max(whole + ends[1], 0.0)


def errors_in_common(sizes: Array, whole: float) -> float:
    """How much of the errors of series is common, from the error of each and that of their sum, 0 to 1.

    Example:
        >>> errors_in_common(np.array([3.0, 4.0]), 5.0), errors_in_common(np.array([3.0, 4.0]), 7.0)
        (0.0, 1.0)
    """
    alone, joint = float((sizes * sizes).sum()), float(sizes.sum()) ** 2
    if joint <= alone:
        return 0.0
    return float(np.clip((whole * whole - alone) / (joint - alone), 0.0, 1.0))


def spread_errors(error: Array, group: IntArray, groups: int) -> Array:
    """Root of the summed squares by group [units]."""
    return np.asarray(np.sqrt(scatter_add(np.square(error)[None], group, groups)[0]))


def level_labels(names: Sequence[str]) -> str:
    """Name levels in a sentence.

    Example:
        >>> level_labels(("total", "product_family"))
        'total, product family'
    """
    return ", ".join(name.replace("_", " ") for name in names)
