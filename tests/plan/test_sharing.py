"""Sharing: blocks with the same bits are one object, and no bit changes."""

import numpy as np

from steelyard.grid.block import freeze, uniform_block
from steelyard.plan.sharing import SharedBlocks

ROWS = freeze(np.random.default_rng(1).normal(size=(6, 40)))


def test_what_is_known_is_found_again() -> None:
    assert SharedBlocks({"a": 1.0, "b": "text", "c": ROWS}).share(ROWS.copy()) is ROWS


def test_one_cell_makes_another_block() -> None:
    for place in ((0, 0), (3, 1), (5, 39)):
        other = ROWS.copy()
        other[place] += 1.0
        assert SharedBlocks({"rows": ROWS}).share(other) is other


def test_a_block_of_one_number_is_the_common_one() -> None:
    assert SharedBlocks({}).share(np.zeros((6, 40))) is uniform_block((6, 40), 0.0)


def test_the_sign_of_zero_is_kept() -> None:
    signed = np.zeros((6, 40))
    signed[1, 1] = -0.0
    assert SharedBlocks({}).share(signed) is signed


def test_what_may_still_be_written_is_never_shared() -> None:
    open_block = np.ones((6, 40)) * np.arange(40)
    assert SharedBlocks({"open": open_block}).share(open_block.copy()) is not open_block
