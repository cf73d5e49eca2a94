"""Series: selection, grouping and cutting at item boundaries."""

import numpy as np
import polars as pl
import pytest

from steelyard.errors import UnknownMember
from steelyard.grid.series import SeriesIndex, cut_at_items


def index() -> SeriesIndex:
    members = pl.DataFrame(
        {"item": ["a", "a", "b", "c"], "location": ["N", "S", "N", "S"], "family": ["F", "F", "F", "G"]}
    )
    return SeriesIndex(members, ("item", "location"), ((0, 2), (2, 4)))


def test_groups_of_many_large_levels_stay_apart():
    """Five levels of 65,535 members have more combinations than a 64-bit number counts."""
    names = [f"{n:05d}" for n in range(65_535)]
    turned = [*names[1:], names[0]]
    columns = {"a": names + turned, **dict.fromkeys("bcde", names + names)}
    series = SeriesIndex(pl.DataFrame(columns), tuple(columns), ((0, 2 * len(names)),))
    assert series.group(tuple(columns)).size == 2 * len(names)


def test_scope_matches_on_every_level():
    assert index().select({"family": "F", "location": "N"}).tolist() == [0, 2]
    assert index().select({"item": ["a", "c"]}).tolist() == [0, 1, 3]
    assert index().select({}).tolist() == [0, 1, 2, 3]


def test_unknown_member_names_the_nearest():
    with pytest.raises(UnknownMember, match="location"):
        index().select({"locaton": "N"})
    with pytest.raises(UnknownMember):
        index().select({"item": "zzz"})


def test_groups_keep_row_order():
    groups = index().group(["location"])
    assert groups.labels["location"].to_list() == ["N", "S"]
    assert groups.codes.tolist() == [0, 1, 0, 1]
    assert index().group([]).size == 1


def test_rows_split_by_block():
    assert {j: rows.tolist() for j, rows in index().by_block(np.array([1, 2, 3])).items()} == {0: [1], 1: [0, 1]}


def test_no_item_is_cut_in_two():
    demand, place = np.repeat(np.arange(10), 7), np.repeat(np.arange(10), 3)
    of_demand, of_place = cut_at_items(demand, place, 10, block_series=20)
    assert [stop - start for start, stop in of_demand] == [14] * 5
    assert [stop - start for start, stop in of_place] == [6] * 5


def test_an_item_larger_than_a_block_stays_whole():
    cuts, _ = cut_at_items(np.zeros(50, np.int64), np.zeros(1, np.int64), 1, block_series=20)
    assert cuts == ((0, 50),)
