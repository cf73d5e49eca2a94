"""Stream steps: the consensus before people's changes as it grows with each stream that is heard."""

import numpy as np

from steelyard.demand.consensus import StreamRanks, consensus_demand
from steelyard.demand.stream import STREAMS
from steelyard.grid.block import Array, silent_block
from steelyard.plan.inputs.amend import amend_parameters
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.streams import stream_ranks
from steelyard.plan.measuring.archive import Version

HEARD = ("customer", "sales", "marketing", "finance")
"""Streams in the order in which the staircase hears them."""


def heard_one_by_one(version: Version, periods: int) -> dict[str, Array]:
    """What the consensus of a version would be with the first, the first two ... of its streams, without commitments.

    A stream that says nothing is left out; so are all where the plan does not keep their weights.

    Returns:
        By `heard_<stream>`, period x series [units].
    """
    speaking = [name for name in HEARD if version.holds(f"{name}_forecast")]
    said = {name: version.values(f"{name}_forecast", periods) for name in speaking}
    said = {name: values for name, values in said.items() if np.isfinite(values).any()}
    if not said or not all(version.holds(f"{stream}_weight") for stream in STREAMS):
        return {}
    ranks = stream_ranks(_parameters(version))
    names = list(said)
    return {
        f"heard_{name}": _consensus_of(version, {heard: said[heard] for heard in names[: number + 1]}, ranks, periods)
        for number, name in enumerate(names)
    }


def _parameters(version: Version) -> PlanParameters:
    return amend_parameters(version.plan.parameters, version.plan.changes)


def _consensus_of(version: Version, said: dict[str, Array], ranks: StreamRanks, periods: int) -> Array:
    base = version.values("unconstrained_demand", periods)
    silent = silent_block(base.shape)
    weight = {stream: version.values(f"{stream}_weight", periods) for stream in STREAMS}
    return consensus_demand(
        base, said.get("sales", silent), said.get("marketing", silent), said.get("customer", silent),
        said.get("finance", silent), weight["statistical"], weight["sales"], weight["marketing"], weight["customer"],
        weight["finance"], silent, ranks,
    )  # fmt: skip
