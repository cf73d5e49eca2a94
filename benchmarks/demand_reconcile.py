"""Reconciliation: speed on a large tree with overrides, and what adding up gains on Australian tourism and retail.

Base forecasts of every node are those of fast mode, residuals its one-step errors. Gain: mean MASE over all nodes
against that of adding up the forecasts of the series.
"""

import json
import sys
import time
from collections.abc import Sequence

import numpy as np
import polars as pl
from _forecast_sets import hierarchy

from steelyard.demand.accuracy import mase
from steelyard.demand.forecast import forecast_series
from steelyard.demand.reconcile import Reconciled, ReconcileMethod, reconcile, residuals_of
from steelyard.demand.tree import Tree, build_tree
from steelyard.grid.block import Array

METHODS: tuple[ReconcileMethod, ...] = ("bottom_up", "top_down", "structural", "shrunk")


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def large_tree(series: int) -> Tree:
    """Families of 12 in groups of 10 in 83 categories, under one top; about a tenth as many nodes as series."""
    every = np.arange(series)
    return build_tree([np.zeros(series, dtype=np.int64), every // 1200, every // 120, every // 12])


def speed() -> None:
    """Time 100,000 series x 18 periods, with overrides on four levels and series that would go below zero."""
    tree, rng = large_tree(100_000), np.random.default_rng(1)
    truth = rng.lognormal(3, 1, (18, tree.series))
    bottom = np.maximum(truth + rng.normal(0, 12, truth.shape), 0.0)
    aggregate = tree.add_up(truth) * rng.normal(1, 0.03, (18, tree.aggregates))
    tree_values = np.concatenate([aggregate, truth], axis=1)
    overrides = np.full((18, tree.nodes), np.nan)
    for node in (5, 200, 2000, tree.aggregates + 77):
        overrides[3:9, node] = 1.1 * tree_values[3:9, node]
    reconcile(large_tree(1200), *(np.ones((2, n)) for n in (large_tree(1200).aggregates, 1200)))
    start = time.perf_counter()
    done = reconcile(tree, aggregate, bottom, overrides=overrides)
    seconds = time.perf_counter() - start
    wished = np.isfinite(overrides)
    found = np.concatenate([done.aggregate, done.bottom], axis=1)
    what = f"reconcile {tree.series:,} series + {tree.aggregates:,} nodes x 18, with overrides, none below zero"
    report(what, f"{seconds:.2f} s", "<= 0.5 s", seconds <= 0.5)
    gap = float(np.abs(found[wished] / overrides[wished] - 1).max())
    report("overrides met to", f"{gap:.0e}", "<= 1e-09", gap <= 1e-9)
    report("lowest reconciled value", f"{done.bottom.min():.3f}", ">= 0", bool(done.bottom.min() >= 0))


def judge_tree(name: str, *, period: int, horizon: int, origins: Sequence[int], levels: list[list[str]]) -> None:
    """Reconcile at several origins and compare the methods."""
    history, keys = hierarchy(name)
    tree = build_tree([_codes(keys, columns) for columns in levels])
    whole = np.concatenate([tree.add_up(history), history], axis=1)
    scores: dict[str, list[float]] = {method: [] for method in ("base", *METHODS)}
    for back in origins:
        known, came = whole[:-back], whole[len(whole) - back :][:horizon]
        base = forecast_series(known, period=period, horizon=horizon)
        errors = residuals_of(known, base.fitted)
        scores["base"].append(float(mase(came, base.mean, known, period).mean()))
        for method in METHODS:
            if method == "top_down" and name.startswith("aus"):
                continue
            parts = base.mean[:, : tree.aggregates], base.mean[:, tree.aggregates :]
            done = reconcile(tree, *parts, method=method, residuals=errors if method == "shrunk" else None)
            scores[method].append(float(mase(came, _all(done), known, period).mean()))
    means = {method: float(np.mean(found)) for method, found in scores.items() if found}
    for method, found in means.items():
        print(f"{name:<28}{method:<14}{found:.4f}", file=sys.stderr)
    for method in ("structural", "shrunk"):
        gain = 1 - means[method] / means["bottom_up"]
        report(f"{name}, {tree.nodes} nodes, mean MASE, {method} against bottom-up", f"{gain:+.1%}", "> 0", gain > 0)


def _all(done: Reconciled) -> Array:
    return np.concatenate([done.aggregate, done.bottom], axis=1)


def _codes(keys: pl.DataFrame, columns: list[str]) -> np.ndarray:
    if not columns:
        return np.zeros(keys.height, dtype=np.int64)
    return np.unique(keys.select(pl.concat_str(columns, separator="/")).to_series().to_numpy(), return_inverse=True)[1]


if __name__ == "__main__":
    speed()
    judge_tree(
        "tourism_quarterly_hier", period=4, horizon=8, origins=(8, 12, 16, 20),
        levels=[[], ["state"], ["state", "region"]],
    )  # fmt: skip
    judge_tree(
        "aus_retail_monthly_hier", period=12, horizon=18, origins=(18, 24),
        levels=[[], ["state"], ["industry"]],
    )  # fmt: skip
