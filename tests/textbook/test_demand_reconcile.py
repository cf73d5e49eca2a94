"""Reconciliation and shrinkage against their formulas as printed, with dense matrices and plain loops."""

import numpy as np
import pytest

from steelyard.demand.coherent import make_coherent, shrinkage, shrunk_weights, structural_weights
from steelyard.demand.tree import Tree, build_tree
from steelyard.grid.block import Array


def small() -> Tree:
    return build_tree([np.zeros(6, dtype=np.int64), np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2])])


def summing(tree: Tree) -> Array:
    """The summing matrix S, node x series."""
    return np.concatenate([tree.add_up(np.eye(tree.series)).T, np.eye(tree.series)])


def printed(tree: Tree, given: Array, covariance: Array) -> Array:
    """Wickramasuriya, Athanasopoulos and Hyndman 2019: (S' W^-1 S)^-1 S' W^-1 times the forecasts."""
    s, inverse = summing(tree), np.linalg.inv(covariance)
    return np.asarray(np.linalg.solve(s.T @ inverse @ s, s.T @ inverse @ given.T).T)


def test_structural_reconciliation_is_the_weighted_least_squares_of_athanasopoulos_2017() -> None:
    tree = small()
    given = np.random.default_rng(1).uniform(5, 50, (3, tree.nodes))
    covariance = np.diag(summing(tree).sum(axis=1))
    free = np.full(given.shape, np.nan)
    assert np.allclose(make_coherent(given, tree, structural_weights(tree), free), printed(tree, given, covariance))


@pytest.mark.parametrize("periods", [5, 40])
def test_shrunk_reconciliation_is_mint_with_the_shrunk_covariance(periods: int) -> None:
    tree, rng = small(), np.random.default_rng(2)
    given = rng.uniform(5, 50, (3, tree.nodes))
    residuals = rng.normal(0, 1, (periods, 1)) + rng.normal(0, rng.uniform(0.5, 3, tree.nodes), (periods, tree.nodes))
    weights = shrunk_weights(residuals)
    covariance = np.diag(weights.diagonal) + weights.common @ weights.common.T
    free = np.full(given.shape, np.nan)
    assert np.allclose(np.diag(covariance), (residuals**2).mean(axis=0))
    assert np.allclose(make_coherent(given, tree, weights, free), printed(tree, given, covariance), rtol=1e-6)


def test_shrinkage_is_that_of_schaefer_and_strimmer_2005() -> None:
    """Sum of the variances of the correlations by the sum of their squares, over all pairs of different nodes."""
    rng = np.random.default_rng(3)
    scaled = rng.normal(0, 1, (20, 1)) * 0.6 + rng.normal(0, 1, (20, 7))
    scaled /= np.sqrt((scaled**2).mean(axis=0))
    n, noise, distance = 20, 0.0, 0.0
    for i in range(7):
        for j in range(7):
            if i != j:
                products = scaled[:, i] * scaled[:, j]
                noise += ((products**2).sum() - products.sum() ** 2 / n) / (n * (n - 1))
                distance += products.mean() ** 2
    assert np.isclose(shrinkage(scaled), noise / distance)


def test_an_override_is_an_equation_of_the_same_least_squares() -> None:
    """By Lagrange multipliers: nearest numbers that add up, with the second group at 100."""
    tree = small()
    given = np.random.default_rng(4).uniform(5, 50, (1, tree.nodes))
    overrides = np.full(given.shape, np.nan)
    overrides[0, 2] = 100.0
    s, inverse = summing(tree), np.diag(1 / summing(tree).sum(axis=1))
    row = s[[2]]
    system = np.block([[s.T @ inverse @ s, row.T], [row, np.zeros((1, 1))]])
    expected = np.linalg.solve(system, np.concatenate([s.T @ inverse @ given[0], [100.0]]))[:6]
    assert np.allclose(make_coherent(given, tree, structural_weights(tree), overrides)[0], expected)
