"""Aggregation: the same sums whatever was kept, also where one block stands in several places."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from steelyard.grid.block import cut, freeze, join
from steelyard.grid.series import SeriesIndex
from steelyard.plan.aggregate import sum_by_levels, sum_rows


def index(families: list[str], per_block: int) -> SeriesIndex:
    size = len(families)
    members = pl.DataFrame({"item": [f"i{n}" for n in range(size)], "product_family": families})
    cuts = tuple((a, min(a + per_block, size)) for a in range(0, size, per_block))
    return SeriesIndex(members, ("item",), cuts)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), st.integers(1, 5), st.integers(0, 9))
def test_sums_by_level_are_the_sums_of_their_rows(families, per_block, seed):
    series = index(families, per_block)
    values = np.random.default_rng(seed).integers(0, 100, (3, len(families))).astype(float)
    blocks = cut(values, series.cuts)
    for levels in ((), ("product_family",), ("item",)):
        codes = series.group(levels).codes
        expected = np.zeros((3, codes.max() + 1))
        np.add.at(expected.T, codes, values.T)
        assert (sum_by_levels(blocks, series, levels) == expected).all()
        assert (sum_by_levels(blocks, series, levels) == expected).all()
        rows = np.arange(len(families))
        assert (sum_rows(blocks, series, rows, codes, expected.shape[1]) == expected).all()


def test_one_block_may_stand_in_several_places():
    series = index(["a", "a", "b", "a", "b", "b"], 3)
    block = freeze(np.array([[1.0, 2, 4]]))
    assert sum_by_levels((block, block), series, ("product_family",)).tolist() == [[4.0, 10.0]]


def test_an_edit_gives_the_same_bytes_as_summing_anew():
    series = index([f"f{n % 7}" for n in range(600)], 100)
    values = np.random.default_rng(1).random((12, 600))
    blocks = cut(values, series.cuts)
    sum_by_levels(blocks, series, ("product_family",))
    moved = (*blocks[:2], freeze(blocks[2] * 1.1), *blocks[3:])
    anew = cut(join(moved), series.cuts)
    levels = ("product_family",)
    assert sum_by_levels(moved, series, levels).tobytes() == sum_by_levels(anew, series, levels).tobytes()
