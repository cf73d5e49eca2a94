"""Coherent: the numbers nearest to given ones that add up, found for all periods at once without any large matrix.

Every aggregate minus the sum below it must be zero, and every override must be met: rows of one sparse matrix. With the
weights of the errors the answer is a projection (Wickramasuriya, Athanasopoulos and Hyndman 2019, Journal of the
American Statistical Association 114, in the form of Di Fonzo and Girolimetto 2023, International Journal of Forecasting
39):

    result = given - weights x rows' x (rows x weights x rows') ** -1 x (rows x given - wanted)

The system has one equation per aggregate and override, not per series, and is solved by conjugate gradients.
"""

from dataclasses import dataclass

import numba
import numpy as np
from scipy import sparse

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.tree import Tree
from steelyard.grid.block import Array, BoolArray, IntArray

TIGHT = 1e-11
"""Share of the right side that may be left over."""

LEAST_SHRINKAGE = 0.01
"""Share of the diagonal that always stays, so that fewer periods than nodes still give an answer."""

MOST_STEPS = 250
"""Steps after which the solver stops; balanced trees need ten, crossing levels some tens."""


@dataclass(frozen=True)
class ErrorWeights:
    """Covariance of the errors of all nodes: a diagonal, and the residuals it goes together with."""

    diagonal: Array
    """Variance by node that stands alone."""
    common: Array
    """Residuals that move together, node x period, scaled so that `common x common'` is their share; may be empty."""


def structural_weights(tree: Tree) -> ErrorWeights:
    """Give every node the number of series below it as variance: no residuals needed (Athanasopoulos et al. 2017)."""
    counts = np.concatenate([tree.counts(), np.ones(tree.series)])
    return ErrorWeights(counts, np.zeros((tree.nodes, 0)))


def shrunk_weights(residuals: Array) -> ErrorWeights:
    """Shrink the sample covariance of residuals to its diagonal (Schaefer and Strimmer 2005): MinT-shrink.

    The shrinkage is found from sums over nodes and over periods, never over pairs of nodes.

    Args:
        residuals: One-step errors, period x node; NaN where unknown. Nodes in the order of the tree.
    """
    known = np.isfinite(residuals)
    errors = np.where(known, residuals, 0.0)
    count = np.maximum(known.sum(axis=0), 1)
    variance = ordered_sum(errors * errors) / count
    sound = variance > 0
    floor = 1e-6 * (ordered_sum(variance[sound]) / max(int(sound.sum()), 1)) if sound.any() else 1.0
    variance = np.maximum(variance, floor)
    scaled = np.where(sound, errors / np.sqrt(variance), 0.0)
    shrink = max(shrinkage(scaled), LEAST_SHRINKAGE)
    common = np.sqrt((1.0 - shrink) / count) * np.sqrt(variance) * scaled
    return ErrorWeights(shrink * variance, np.ascontiguousarray(common.T))


def shrinkage(scaled: Array) -> float:
    """Share of the diagonal target, 0 to 1, from residuals of variance one, period x node.

    Example:
        >>> shrinkage(np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]]))
        0.0
    """
    n = len(scaled)
    if n < 2:
        return 1.0
    square = scaled * scaled
    row = _row_sums(square)
    own = ordered_sum(square)
    products = _row_products(scaled)
    pairs = float(ordered_sum(row * row)) - float(ordered_sum(ordered_sum(square * square)))
    together = float(ordered_sum(ordered_sum(products * products))) - float(ordered_sum(own * own))
    if together <= 0:
        return 1.0
    noise = (pairs - together / n) / (n * (n - 1.0))
    return float(np.clip(noise / (together / (n * n)), 0.0, 1.0))


def make_coherent(given: Array, tree: Tree, weights: ErrorWeights, overrides: Array) -> Array:
    """Project numbers to the nearest ones that add up and meet the overrides.

    Args:
        given: Forecast of every node, period x node [units].
        tree: How nodes add up.
        weights: How far off each node is expected to be.
        overrides: Value a node must take, period x node; NaN where free.

    Returns:
        The series, period x series [units]; may be below zero.
    """
    fixed = np.flatnonzero(np.isfinite(overrides).any(axis=0))
    rows = _rows(tree, fixed)
    wanted = np.where(np.isfinite(overrides[:, fixed]), overrides[:, fixed], 0.0)
    active = np.concatenate(
        [np.ones((tree.aggregates, len(given)), dtype=bool), np.isfinite(overrides[:, fixed]).T], axis=0
    )
    short = np.asarray(rows.dot(np.ascontiguousarray(given.T)))
    short[tree.aggregates :] -= wanted.T
    answer = _solve(_System(rows, weights, active), np.where(active, short, 0.0))
    change = weights.diagonal[:, None] * np.asarray(rows.T.tocsr().dot(answer))
    if weights.common.size:
        change += _times(weights.common, _times_turned(np.asarray(rows.dot(weights.common)), answer))
    return np.ascontiguousarray((given.T - change)[tree.aggregates :].T)


def _rows(tree: Tree, fixed: IntArray) -> sparse.csr_matrix:
    """One row for every aggregate (itself minus the series below it), then one for every overridden node."""
    offsets, every = tree.offsets, np.arange(tree.series)
    row = np.concatenate([np.arange(tree.aggregates), *(o + c for o, c in zip(offsets, tree.levels, strict=False))])
    column = np.concatenate([np.arange(tree.aggregates), *(tree.aggregates + every for _ in tree.levels)])
    value = np.concatenate([np.ones(tree.aggregates), np.full(tree.series * len(tree.levels), -1.0)])
    row = np.concatenate([row, tree.aggregates + np.arange(fixed.size)])
    shape = (tree.aggregates + fixed.size, tree.nodes)
    return sparse.csr_matrix(
        (np.concatenate([value, np.ones(fixed.size)]), (row, np.concatenate([column, fixed]))), shape
    )


class _System:
    """The matrix `rows x weights x rows'`, applied to the columns of all periods; idle override rows are left out."""

    def __init__(self, rows: sparse.csr_matrix, weights: ErrorWeights, active: BoolArray) -> None:
        self.sparse = rows.multiply(weights.diagonal[None, :]).tocsr().dot(rows.T.tocsr()).tocsr()
        self.common = np.asarray(rows.dot(weights.common))
        self.active = active
        steep = self.sparse.diagonal() + ordered_sum((self.common * self.common).T)
        self.steepness = np.where(steep > 0, steep, 1.0)[:, None]

    def apply(self, columns: Array) -> Array:
        found = np.asarray(self.sparse.dot(columns))
        if self.common.size:
            found += _times(self.common, _times_turned(self.common, columns))
        return np.where(self.active, found, 0.0)


def _solve(system: _System, right: Array) -> Array:
    """Conjugate gradients, every period by itself, preconditioned by the diagonal."""
    answer, left = np.zeros_like(right), right.copy()
    near = left / system.steepness
    way, fall = near.copy(), _dots(left, near)
    enough = TIGHT * TIGHT * fall
    for _ in range(MOST_STEPS):
        if (fall <= enough).all():
            break
        moved = system.apply(way)
        slope = _dots(way, moved)
        step = np.where((slope > 0) & (fall > enough), fall / np.where(slope > 0, slope, 1.0), 0.0)
        answer += step * way
        left -= step * moved
        near = left / system.steepness
        before, fall = fall, _dots(left, near)
        way = near + (fall / np.where(before > 0, before, 1.0)) * way
    return answer


@numba.njit(nogil=True, cache=True)
def _dots(left: Array, right: Array) -> Array:
    """Sum the products of each column, top to bottom."""
    out = np.zeros(left.shape[1])
    for i in range(left.shape[0]):
        for k in range(left.shape[1]):
            out[k] += left[i, k] * right[i, k]
    return out


@numba.njit(nogil=True, cache=True)
def _times(matrix: Array, columns: Array) -> Array:
    """Multiply, adding along each row first to last."""
    out = np.zeros((matrix.shape[0], columns.shape[1]))
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            for k in range(columns.shape[1]):
                out[i, k] += matrix[i, j] * columns[j, k]
    return out


@numba.njit(nogil=True, cache=True)
def _times_turned(matrix: Array, columns: Array) -> Array:
    """Multiply the transposed matrix, adding down each column first to last."""
    out = np.zeros((matrix.shape[1], columns.shape[1]))
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            for k in range(columns.shape[1]):
                out[j, k] += matrix[i, j] * columns[i, k]
    return out


@numba.njit(nogil=True, cache=True)
def _row_sums(matrix: Array) -> Array:
    out = np.zeros(matrix.shape[0])
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            out[i] += matrix[i, j]
    return out


@numba.njit(nogil=True, cache=True)
def _row_products(matrix: Array) -> Array:
    """Inner product of every pair of rows."""
    count = matrix.shape[0]
    out = np.zeros((count, count))
    for a in range(count):
        for b in range(a + 1):
            total = 0.0
            for j in range(matrix.shape[1]):
                total += matrix[a, j] * matrix[b, j]
            out[a, b] = total
            out[b, a] = total
    return out
