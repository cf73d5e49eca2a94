"""Launches: the life stage over 100,000 series with 1,000 launches of 6 series each, and an edit that concerns none."""

import json
import time
from typing import cast

import numpy as np

from steelyard.grid.block import Array, cut
from steelyard.plan.calculation import Dirty, Value
from steelyard.plan.stages.life import FLOWS, LifeStage
from steelyard.portfolio.life_plan import Cannibals, Launched, LifePlan, LikeLinks, Successions
from steelyard.portfolio.phase_in import phase_in, phase_in_shares

SERIES, LAUNCHES, EACH, HISTORY, HORIZON = 100_000, 1_000, 6, 48, 18
BAR = 0.25


def life_plan(rng: np.random.Generator) -> LifePlan:
    """A thousand launches, each like two others, all taking from a third."""
    count = LAUNCHES * EACH
    rows = np.sort(rng.choice(SERIES, 3 * count, replace=False))
    target, launch = np.arange(count), np.repeat(np.arange(LAUNCHES), EACH)
    factor = phase_in(phase_in_shares("s_curve", 6), HISTORY + 2, HISTORY + HORIZON)
    none, empty = np.empty(0, np.int64), np.empty(0)
    return LifePlan(
        rows=rows, history=HISTORY, season=12, prior_periods=3.0, settled_after=24.0,
        likes=LikeLinks(
            np.concatenate((target + count, target + 2 * count)), np.tile(target, 2), np.full(2 * count, 0.5),
            np.tile([0, 12], count),
        ),
        launched=Launched(
            target, launch, np.repeat(factor[:, None], LAUNCHES, axis=1), np.full(LAUNCHES, HISTORY + 2),
            np.full(LAUNCHES, np.nan), np.zeros(LAUNCHES),
        ),
        successions=Successions(none, none, empty, np.zeros((HORIZON, 0))),
        cannibals=Cannibals(np.arange(LAUNCHES), np.arange(LAUNCHES), np.full(LAUNCHES, 0.2), target + count, launch),
        keep_row=none, keep=np.zeros((HORIZON, 0)),
    )  # fmt: skip


def main() -> None:
    """Print one row."""
    rng = np.random.default_rng(1)
    cuts = tuple((start, start + 1000) for start in range(0, SERIES, 1000))
    sizes = {name: HISTORY if name.endswith("history") else HORIZON for name in FLOWS}
    arrays: dict[str, Array] = {name: rng.random((size, SERIES)) * 20 for name, size in sizes.items()}
    values: dict[str, Value] = {name: cut(array, cuts) for name, array in arrays.items()}
    values["life_plan"] = life_plan(rng)
    stage = LifeStage()
    stage.full(values)  # kernels are loaded, shared zeros are made
    start = time.process_time()
    outcome = stage.full(values)
    seconds = time.process_time() - start
    start = time.process_time()
    untouched = stage.update(values, outcome, values, Dirty()) is outcome
    edit = time.process_time() - start
    assert untouched
    assert np.isfinite(cast(tuple[Array, ...], outcome.values["launch_forecast"])[0]).all()
    what = f"launches: {LAUNCHES:,} of {EACH} series among {SERIES:,}; an edit elsewhere {1000 * edit:.1f} ms"
    print(json.dumps({"what": what, "measured": f"{seconds:.2f} CPU s", "bar": f"<= {BAR} s", "met": seconds <= BAR}))


if __name__ == "__main__":
    main()
