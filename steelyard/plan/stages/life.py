"""Life stage: what launches, successions and phase-outs do to demand, on the few series they concern."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, freeze, same, uniform_block
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.portfolio.life_plan import LifePlan, life_effects

Values = Mapping[str, Value]
PLAN = "life_plan"
FLOWS = ("baseline_history", "life_history", "statistical_forecast", "promotion_uplift", "active")
OUTPUTS = ("launch_forecast", "cannibalisation", "phase_out_effect")


@dataclass(frozen=True)
class LifeStage:
    """Launch forecast, cannibalisation and phase-out effect; items of several blocks speak to each other."""

    name: str = "steelyard.portfolio.life_plan.life_effects"
    formula: str = inspect.getdoc(life_effects) or ""
    inputs: tuple[str, ...] = (*FLOWS, PLAN)
    outputs: tuple[str, ...] = OUTPUTS

    def full(self, values: Values) -> NetworkOutcome:
        """Calculate everything; series that nothing comes to or goes from share one block of zeros."""
        plan = cast(LifePlan, values[PLAN])
        forecast = cast(Blocks, values["statistical_forecast"])
        if not plan.rows.size:
            nothing = tuple(uniform_block(block.shape, 0.0) for block in forecast)
            return NetworkOutcome(dict.fromkeys(OUTPUTS, nothing))
        parts = [gather(cast(Blocks, values[name]), plan.rows) for name in FLOWS]
        effects = life_effects(plan, *parts)
        cells: dict[str, Value] = {name: scatter(getattr(effects, name), plan.rows, forecast) for name in OUTPUTS}
        return NetworkOutcome(cells)

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Calculate again if a series concerned may have moved; blocks that come out the same stay the same objects."""
        plan = cast(LifePlan, values[PLAN])
        if not dirty.everywhere(PLAN) and not _concerned(plan, values, dirty):
            return previous
        fresh = self.full(values).values
        return NetworkOutcome({name: _kept(fresh[name], previous.values[name]) for name in OUTPUTS})


def _concerned(plan: LifePlan, values: Values, dirty: Dirty) -> bool:
    blocks = cast(Blocks, values["statistical_forecast"])
    home = set(_homes(blocks, plan.rows)[0].tolist())
    return any(home & set(dirty.blocks((name,), len(blocks))) for name in FLOWS)


def _kept(fresh: Value, old: Value) -> Value:
    pairs = zip(cast(Blocks, fresh), cast(Blocks, old), strict=True)
    return tuple(b if a is b or same(a, b) else a for a, b in pairs)


def _homes(blocks: Blocks, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Block of each row, and its column there."""
    starts = np.concatenate(([0], np.cumsum([block.shape[-1] for block in blocks])))
    home = np.searchsorted(starts, rows, side="right") - 1
    return home, rows - starts[home]


def gather(blocks: Blocks, rows: IntArray) -> Array:
    """Some rows of a measure, `[period, row]`; rows ascend."""
    home, column = _homes(blocks, rows)
    return np.concatenate([blocks[j][:, column[home == j]] for j in np.unique(home).tolist()], axis=1)


def scatter(values: Array, rows: IntArray, like: Blocks) -> Blocks:
    """Blocks shaped like others, zero but for some rows; blocks without one share their zeros."""
    home, column = _homes(like, rows)
    blocks = [uniform_block(block.shape, 0.0) for block in like]
    for j in np.unique(home).tolist():
        block = np.zeros(like[j].shape)
        block[:, column[home == j]] = values[:, home == j]
        blocks[j] = freeze(block)
    return tuple(blocks)
