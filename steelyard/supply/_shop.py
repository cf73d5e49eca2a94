"""Shop: what the forward pass of the finite plan works with: order, limits, wants, and its state as periods go by."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray
from steelyard.supply.network import Arcs
from steelyard.supply.rough_cut import Lines

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]

NEED, REST = 0, 1
"""What customers and consumers need comes before what fills safety stock or is built ahead."""


class Shop(NamedTuple):
    """What limits the forward pass. Rows stand in the order in which they are asked, so that memory is read in line."""

    order: IntArray
    """Rows of the network in the order in which they are asked: components before consumers, then by priority."""
    group: IntArray
    """Number of each place's (level, priority), ascending."""
    level_groups: IntArray
    """Where the groups of a level begin, deepest level first."""
    lead: IntArray
    """Lead time by place [periods]."""
    components: Arcs
    """Arcs from a place to those of what it consumes."""
    lines: Lines
    """Bill of resources by place, offsets within the lead time."""
    feeds: IntArray
    """Place whose stock receipts go into: the own one, or that of the item-location this is one source of."""
    stratum: IntArray
    """Number of each place's level, deepest first."""
    reach: int
    """Most periods between a release and the hours it uses."""
    fair: bool
    """Whether rows of one group share what is short in proportion to what they lack, instead of by waiting time."""


class Targets(NamedTuple):
    """Receipts wanted up to each period, stage x period x row [units]; stage NEED is part of stage REST."""

    upto: Array
    wanted: Array


class Result(NamedTuple):
    """What the forward pass fills."""

    receipts: Array
    gate_kind: Int8Array
    gate_index: Int32Array


class Floor(NamedTuple):
    """The state of the shop as periods go by.

    `kept_free` holds hours kept for others, by periods from now and resource; `mine` each level's part of them.
    """

    room: Array
    stock: Array
    made: Array
    blocked: IntArray
    """Number of the turn in which a row was held back last."""
    held: Int8Array
    held_by: Int32Array
    """What held it back in the last turn of the latest period in which something did."""
    since: IntArray
    """That period."""
    was: Int8Array
    was_by: Int32Array
    """What held it back in the period before that."""
    kept_free: Array
    mine: Array
