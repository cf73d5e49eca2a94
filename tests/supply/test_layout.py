"""The layout: blocks to rows and back without loss, unchanged blocks shared."""

import numpy as np

from steelyard.grid.block import cut
from steelyard.supply.layout import changed_rows, patch_blocks, to_blocks, to_rows

CUTS = ((0, 3), (3, 4), (4, 70))


def test_there_and_back_is_identity() -> None:
    table = np.random.default_rng(1).random((70, 5))
    blocks = to_blocks(table, CUTS)
    assert np.array_equal(to_rows(blocks), table)
    assert not any(block.flags.writeable for block in blocks)


def test_changed_rows_are_found_across_blocks() -> None:
    before = cut(np.zeros((2, 70)), CUTS)
    changed = np.zeros((2, 70))
    changed[1, [2, 40]] = 7.0
    assert changed_rows(before, cut(changed, CUTS)).tolist() == [2, 40]
    assert changed_rows(before, before).size == 0


def test_a_patch_shares_the_other_blocks() -> None:
    before = cut(np.zeros((2, 70)), CUTS)
    after = patch_blocks(before, CUTS, np.array([4, 69]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert after[0] is before[0]
    assert after[1] is before[1]
    assert to_rows(after)[[4, 69]].tolist() == [[1, 2], [3, 4]]
    assert not after[2].flags.writeable
