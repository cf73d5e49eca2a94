"""Supersession stage: what each series inherits from its predecessors, which may stand in other blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.demand.supersession import Supersession, inherit
from steelyard.grid.block import Array, Blocks, IntArray, freeze, same, uniform_block
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value

INPUTS, OUTPUT = ("cleaned_demand", "supersession"), "inherited_demand"


@dataclass(frozen=True)
class SupersessionStage:
    """Hands cleaned demand on along supersession chains; only linked series are looked at."""

    name: str = "steelyard.demand.supersession.inherit"
    formula: str = inherit.__doc__ or ""
    inputs: tuple[str, ...] = INPUTS
    outputs: tuple[str, ...] = (OUTPUT,)

    def full(self, values: Mapping[str, Value]) -> NetworkOutcome:
        """Calculate everything."""
        cleaned, links = _read(values)
        return NetworkOutcome({OUTPUT: _handed_on(cleaned, links)})

    def update(
        self, values: Mapping[str, Value], previous: NetworkOutcome, before: Mapping[str, Value], dirty: Dirty
    ) -> NetworkOutcome:
        """Calculate again; blocks that come out the same stay the same objects."""
        old = previous.values[OUTPUT]
        cleaned, links = _read(values)
        assert isinstance(old, tuple)
        fresh = _handed_on(cleaned, links)
        return NetworkOutcome({OUTPUT: tuple(b if same(a, b) else a for a, b in zip(fresh, old, strict=True))})


def _read(values: Mapping[str, Value]) -> tuple[Blocks, Supersession]:
    cleaned, links = values["cleaned_demand"], values["supersession"]
    assert isinstance(cleaned, tuple)
    assert isinstance(links, Supersession)
    return cleaned, links


def _handed_on(cleaned: Blocks, links: Supersession) -> Blocks:
    blocks: list[Array] = [uniform_block(block.shape, 0.0) for block in cleaned]
    rows = np.unique(np.concatenate([links.old, links.new]))
    if not rows.size:
        return tuple(blocks)
    starts = np.concatenate([[0], np.cumsum([block.shape[1] for block in cleaned])])
    home = np.searchsorted(starts, rows, side="right") - 1
    demand = _gathered(cleaned, rows - starts[home], home)
    local = Supersession(np.searchsorted(rows, links.old), np.searchsorted(rows, links.new), links.ratio)
    inherited = inherit(demand, local)
    for block in np.unique(home[np.isin(rows, links.new)]).tolist():
        values = np.zeros(cleaned[block].shape)
        inside = home == block
        values[:, rows[inside] - starts[block]] = inherited[:, inside]
        blocks[block] = freeze(values)
    return tuple(blocks)


def _gathered(cleaned: Blocks, column: IntArray, home: IntArray) -> Array:
    return np.stack([cleaned[j][:, i] for j, i in zip(home.tolist(), column.tolist(), strict=True)], axis=1)
