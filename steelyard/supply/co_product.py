"""Co-products: what comes out beside what an option supplies, line by line."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray


@dataclass(frozen=True, eq=False)
class CoProducts:
    """What options give beside the node they supply, in the period of receipt. One entry per line, by option.

    Args:
        option: Option it comes out of.
        node: Node it goes to.
        per_unit: Units of it per unit received by the option.
        first: First period of receipt in which the line counts.
        last: First period of receipt in which it no longer counts.
    """

    option: IntArray
    node: IntArray
    per_unit: Array
    first: IntArray
    last: IntArray

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.option.size


def no_co_products() -> CoProducts:
    """Nothing comes out beside."""
    none = np.empty(0, np.int64)
    return CoProducts(none, none, np.empty(0), none, none)


def co_product_lines(
    option: IntArray, node: IntArray, per_unit: Array, first: IntArray | None = None, last: IntArray | None = None
) -> CoProducts:
    """Lines of co-products, sorted by option; they count in all periods where nothing else is said.

    Example:
        >>> co_product_lines(np.array([0]), np.array([1]), np.array([0.5])).lines
        1
    """
    since = np.zeros(option.size, np.int64) if first is None else first.astype(np.int64)
    until = np.full(option.size, _ALWAYS) if last is None else last.astype(np.int64)
    order = np.argsort(option, kind="stable")
    found = CoProducts(
        option[order].astype(np.int64), node[order].astype(np.int64), per_unit[order].astype(np.float64), since[order],
        until[order],
    )  # fmt: skip
    for cells in (found.option, found.node, found.per_unit, found.first, found.last):
        cells.flags.writeable = False
    return found


_ALWAYS = np.iinfo(np.int32).max
"""A period behind every horizon."""
